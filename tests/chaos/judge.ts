import type { Submit } from '../../appliance/simulators/log.ts';
import { partReference } from '../../server/kernel/carriers.ts';
import type { OutboxMessage } from '../../server/models/OutboxMessage.ts';
import type { Act } from './acts.ts';
import type { Person } from './population.ts';

/** What the judge is told: the table at the end, and what the gateways wrote down. */
export interface Evidence {
  people: Person[];
  rows: OutboxMessage[];
  /** Every submit that reached a gateway, whatever it was answered. */
  submits: Submit[];
  /** Of each gateway the ids of submits whose receipts were confirmed. */
  confirmed: Map<string, Set<string>>;
  acts: Map<number, Act>;
  /** How late after its time something may be seen at a gateway; see where it is measured. */
  toleranceMs: number;
  endedAt: Date;
}

export interface Figures {
  messages: number;
  submits: number;
  states: Record<string, number>;
  /** Second and further copies of messages. */
  duplicates: number;
  /** Messages that were counted as perhaps sent twice. */
  counted: number;
  inDoubt: number;
}

export interface Verdict {
  figures: Figures;
  /** One line for each thing that must not be. */
  problems: string[];
}

interface Sent {
  row: OutboxMessage;
  person: Person;
  submit: Submit;
}

const PARTS = 8;
const CAME_THROUGH: ReadonlySet<string> = new Set(['accepted', 'delivered']);

/** Says what is wrong, from what gateways and table say. Pure. */
export function judge(evidence: Evidence): Verdict {
  const { sent, strangers } = attribute(evidence);
  const byRow = groupBy(sent, ({ row }) => row.id);
  const persons = new Map(evidence.people.map((person) => [person.appointmentId, person]));
  const problems = [
    ...strangers,
    ...sent.flatMap((one) => problemsOfSubmit(one, evidence)),
    ...evidence.rows.flatMap((row) => {
      const person = persons.get(row.appointmentId ?? 0);
      if (!person) return [`${nameOf(row)} is about nobody`];
      return problemsOfRow(row, person, byRow.get(row.id) ?? [], evidence);
    }),
  ];
  return { problems, figures: figuresOf(evidence, byRow) };
}

/** Finds the message that each submit carries: by the number, which only one person has, and by the reference. */
function attribute({ people, rows, submits }: Evidence): { sent: Sent[]; strangers: string[] } {
  const persons = new Map(people.map((person) => [person.mobile, person]));
  const rowsOf = groupBy(rows, ({ appointmentId }) => appointmentId);
  const strangers: string[] = [];
  const sent = submits.flatMap((submit) => {
    const person = persons.get(submit.to);
    const fits = (rowsOf.get(person?.appointmentId ?? 0) ?? []).filter(({ id }) => carries(id, submit));
    const [row] = fits;
    if (person && row && fits.length === 1) return [{ row, person, submit }];
    strangers.push(`submit ${submit.link}/${submit.submit} is of ${fits.length} messages`);
    return [];
  });
  return { sent, strangers };
}

/** Whether a submit is of this message: by its reference, which a few messages of ten thousand share. */
export function carries(id: number, { reference, part }: Submit): boolean {
  return reference === partReference(id, (part?.number ?? 1) - 1);
}

function problemsOfSubmit({ row, person, submit }: Sent, evidence: Evidence): string[] {
  const { acts, toleranceMs } = evidence;
  const act = acts.get(person.appointmentId);
  const name = `${nameOf(row)} (${person.fate})`;
  const at = submit.at.getTime();
  const late = (limit: Date) => at - limit.getTime() - toleranceMs;
  const problems: string[] = [];
  if (at < row.dueAt.getTime()) problems.push(`${name} left before it was due`);
  if (late(row.expiresAt) > 0) problems.push(`${name} left ${late(row.expiresAt)} ms after it had expired`);
  if (submit.validUntil && submit.validUntil > new Date(row.expiresAt.getTime() + 1000))
    problems.push(`${name} is valid longer than it is useful`);
  if (person.fate === 'expired') problems.push(`${name} had expired from the beginning and left`);
  if (person.fate === 'planted') problems.push(`${name} left although nobody had confirmed`);
  if (!act) return problems;
  // What an act writes can leave only after it had begun; what it withdraws only until it was committed.
  if (isOld(row, person) && late(act.before) > 0)
    problems.push(`${name} left ${late(act.before)} ms after it was withdrawn`);
  if (!isOld(row, person) && at < act.after.getTime()) problems.push(`${name} left before it was decided`);
  return problems;
}

/** Written before what happened to the appointment during the run. */
function isOld(row: OutboxMessage, { fate }: Person): boolean {
  if (fate === 'cancelled') return row.kind !== 'cancellation';
  return fate === 'moved' && row.dedupeKey.endsWith('.sms.0');
}

function problemsOfRow(row: OutboxMessage, person: Person, sent: Sent[], evidence: Evidence): string[] {
  const name = `${nameOf(row)} (${person.fate}, ${row.state})`;
  const taken = sent.filter(({ submit }) => submit.status === 0);
  const problems: string[] = [];
  if (CAME_THROUGH.has(row.state)) {
    for (const position of missing(taken, row.segments ?? 1))
      problems.push(`${name} came through, but no gateway took its part ${position + 1}`);
  } else if (!isExplained(row, person, taken, evidence)) {
    problems.push(`${name} was not sent: ${row.reason ?? 'no reason'}, doubts ${row.doubts}`);
  }
  if (copiesOf(taken) > 1 && row.doubts === 0 && row.repeats === 0)
    problems.push(`${name} was sent ${copiesOf(taken)} times and not counted`);
  if (row.state === 'accepted' && isReported(taken, row.segments ?? 1, evidence))
    problems.push(`${name} was reported as delivered, which nobody can see`);
  if (row.state === 'expired' && row.doubts === 0 && taken.length > 0)
    problems.push(`${name} is said to have expired, but was taken`);
  return problems;
}

/** Whether a message that did not come through is accounted for. */
function isExplained(row: OutboxMessage, person: Person, taken: Sent[], { endedAt }: Evidence): boolean {
  switch (row.state) {
    case 'expired':
      return row.expiresAt <= endedAt && (person.fate === 'expired' || person.fate === 'expiring');
    case 'in_doubt':
      return row.doubts > 0 && row.reason !== null && row.nextAt === null;
    case 'cancelled':
      return person.fate === 'planted' || isOld(row, person);
    case 'queued':
      return row.dueAt > endedAt && taken.length === 0;
    default:
      return false;
  }
}

/** Whether the receipt of each part, of its last copy, was confirmed. */
function isReported(taken: Sent[], parts: number, { confirmed }: Evidence): boolean {
  return Array.from({ length: parts }, (_, position) => position).every((position) => {
    const last = taken.findLast(({ submit }) => (submit.part?.number ?? 1) - 1 === position)?.submit;
    return last?.messageId !== undefined && confirmed.get(last.link)?.has(last.messageId ?? '') === true;
  });
}

function missing(taken: Sent[], parts: number): number[] {
  const positions = new Set(taken.map(({ submit }) => (submit.part?.number ?? 1) - 1));
  return Array.from({ length: parts }, (_, position) => position).filter((one) => !positions.has(one));
}

/** How many copies of the message a phone may have: as many as of the part that was taken most often. */
function copiesOf(taken: Sent[]): number {
  const counts = Array<number>(PARTS).fill(0);
  for (const { submit } of taken) {
    const position = (submit.part?.number ?? 1) - 1;
    counts[position] = (counts[position] ?? 0) + 1;
  }
  return Math.max(...counts);
}

function figuresOf({ rows, submits }: Evidence, byRow: Map<number, Sent[]>): Figures {
  const states = Object.fromEntries(
    [...groupBy(rows, ({ state }) => state)].map(([state, some]) => [state, some.length]),
  );
  const copies = [...byRow.values()].map((sent) =>
    copiesOf(sent.filter(({ submit }) => submit.status === 0)),
  );
  return {
    messages: rows.length,
    submits: submits.length,
    states,
    duplicates: copies.reduce((sum, count) => sum + Math.max(0, count - 1), 0),
    counted: rows.filter(({ repeats }) => repeats > 0).length,
    inDoubt: states['in_doubt'] ?? 0,
  };
}

const nameOf = (row: OutboxMessage) => `message ${row.id} ${row.kind}`;

function groupBy<T, Key>(things: readonly T[], keyOf: (thing: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>();
  for (const thing of things) {
    const key = keyOf(thing);
    const group = groups.get(key);
    if (group) group.push(thing);
    else groups.set(key, [thing]);
  }
  return groups;
}
