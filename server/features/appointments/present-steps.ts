import { addSeconds, latest } from '../../kernel/clock.ts';
import { momentLabel } from '../../kernel/dates.ts';
import { reasonWord } from '../../kernel/reasons.ts';
import type { OutboxEvent } from '../../models/OutboxEvent.ts';
import type { OutboxMessage } from '../../models/OutboxMessage.ts';
import type { MessageStep } from './pages.ts';
import type { View } from './present-board.ts';
import type { Standing } from './present-standing.ts';
import type { AppointmentRows } from './queries.ts';

const EVENTS: ReadonlySet<string> = new Set([
  'refused',
  'throttled',
  'in_doubt',
  'unanswered',
  'held',
  'no_link',
  'recoded',
  'broken',
  'failed',
  'expired',
  'fallback',
]);

/** Events that tell an end, so that the state need not tell it again. */
const ENDS: ReadonlySet<string> = new Set(['failed', 'expired']);

interface Step {
  at: Date;
  text: string;
  code?: string | null;
}

type Say = (key: string, params?: Record<string, unknown>) => string;

/** The same over and over is told once, with how often and until when. */
interface Run {
  first: OutboxEvent;
  last: OutboxEvent;
  count: number;
}

function runsOf(events: OutboxEvent[]): Run[] {
  const runs: Run[] = [];
  for (const event of events) {
    const run = runs.at(-1);
    const same = run && run.last.event === event.event && run.last.reason === event.reason;
    if (run && same) Object.assign(run, { last: event, count: run.count + 1 });
    else runs.push({ first: event, last: event, count: 1 });
  }
  return runs;
}

/** The sentence of an event. What failed after it had left was not given up: the network could not deliver it. */
function sentenceOf(row: OutboxMessage, { event, at }: OutboxEvent): string {
  const left = row.acceptedAt !== null && row.acceptedAt <= at;
  if (event === 'failed' && left) return `step.undelivered_${row.channel}`;
  if (event === 'fallback') return `event.fallback_${row.channel}`;
  return `event.${EVENTS.has(event) ? event : 'other'}`;
}

function eventSteps(
  say: Say,
  row: OutboxMessage,
  events: OutboxEvent[],
  label: (at: Date) => string,
): Step[] {
  return runsOf(events).map(({ first, last, count }) => {
    const { reason, link } = first;
    const word = reason ? reasonWord(reason) : 'expired';
    // That its time was over, or that nobody answered, is what the event says already.
    const why = word === 'expired' || word === 'noAnswer' ? '' : ` ${say(`reason.${word}`)}`;
    const what = say('times', { what: say(sentenceOf(row, first)), count, until: label(last.at) });
    const code = reason ? [reason, link].filter(Boolean).join(' · ') : null;
    return { at: first.at, text: `${what}.${why}`, code };
  });
}

/** How the message came to be. */
function beginning(say: Say, rows: AppointmentRows, row: OutboxMessage, label: (at: Date) => string): Step[] {
  const origin = rows.messages.find(({ id }) => id === row.originId);
  const steps: Step[] = [];
  const instead = origin && origin.channel !== row.channel && origin.state === 'failed';
  if (instead) steps.push({ at: row.createdAt, text: say(`step.instead_${row.channel}`) });
  else if (origin) steps.push({ at: row.createdAt, text: say('step.again') });
  const later = row.dueAt > addSeconds(row.createdAt, 60);
  if (later) steps.push({ at: row.createdAt, text: say('step.planned', { when: label(row.dueAt) }) });
  else if (!origin) steps.push({ at: row.createdAt, text: say('step.now') });
  return steps;
}

const ENDINGS: Partial<Record<Standing, string>> = { failed: 'failed', expired: 'expired' };

function ending(row: OutboxMessage, standing: Standing): string | null {
  if (standing === 'received') return `delivered_${row.channel}`;
  if (standing === 'undelivered') return `undelivered_${row.channel}`;
  if (standing === 'withdrawn') return row.doubts > 0 ? 'withdrawnDoubt' : 'withdrawn';
  return ENDINGS[standing] ?? null;
}

/** What became of it: that it left, and how it ended. */
function outcome(say: Say, row: OutboxMessage, standing: Standing, events: OutboxEvent[]): Step[] {
  const steps: Step[] = [];
  const { acceptedAt, channel, settledAt } = row;
  if (acceptedAt)
    steps.push({ at: acceptedAt, text: say(`step.accepted_${channel}`, { count: row.segments ?? 1 }) });
  const key = ending(row, standing);
  const told = standing !== 'withdrawn' && events.some(({ event }) => ENDS.has(event));
  // The receipt's own words are in no event: they are told with the end.
  const code = standing === 'undelivered' ? row.reason : null;
  if (key && settledAt && !told) steps.push({ at: settledAt, text: say(`step.${key}`), code });
  return steps;
}

const NEXT: Partial<Record<Standing, string>> = {
  planned: 'leaves',
  sending: 'sending',
  late: 'late',
  paused: 'paused',
  held: 'next',
  retrying: 'next',
};

/** What comes next, while something does. */
function future(say: Say, row: OutboxMessage, standing: Standing, now: Date): Step[] {
  if (row.nextAt === null) return [];
  const key = standing === 'unclear' ? 'nextDoubt' : NEXT[standing];
  if (!key) return [];
  const at = key === 'sending' || key === 'paused' || key === 'late' ? now : latest(row.nextAt, now);
  return [{ at, text: say(`step.${key}`) }];
}

/** The whole history of a message, oldest first, and what comes next. */
export function presentSteps(
  view: View,
  rows: AppointmentRows,
  row: OutboxMessage,
  standing: Standing,
): MessageStep[] {
  const { timeZone } = rows.office;
  const say: Say = (key, params = {}) => view.templates.text(`timeline:${key}`, view.locale, params);
  const label = (at: Date) => momentLabel(at, timeZone, view.locale);
  const events = rows.messageEvents.filter(({ messageId }) => messageId === row.id);
  const happened = [
    ...beginning(say, rows, row, label),
    ...eventSteps(say, row, events, label),
    ...outcome(say, row, standing, events),
  ].sort((a, b) => a.at.getTime() - b.at.getTime());
  return [...happened, ...future(say, row, standing, view.clock.now())].map(({ at, text, code }) => ({
    atIso: at.toISOString(),
    atLabel: label(at),
    text,
    code: code ?? null,
  }));
}
