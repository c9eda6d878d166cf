import { addSeconds } from '../../kernel/clock.ts';
import type { Deps } from '../../models/deps.ts';
import { OutboxMessage, type OutboxRow } from '../../models/OutboxMessage.ts';
import { inTransaction } from '../../models/transaction.ts';
import { openBody, type RenderedBody } from './body.ts';
import { writeSettled, type Settlement } from './ledger.ts';
import { renderMessage } from './render.ts';
import { afterBreakage, afterFailure, afterHold, isSendable, type Settled } from './rules.ts';
import { loadSubjects, type Subjects } from './subjects.ts';

/** A claimed message with its text, waiting for a place on a link. */
export interface Ready {
  row: OutboxRow;
  body: RenderedBody;
  /** Positions of parts that were taken at an earlier try. */
  taken: number[];
}

/** A sender whose registration is missing is looked at again after this long: somebody may have put it right. */
const REGISTRATION_SECONDS = 60;
/**
 * A text whose provider has no link that is up is looked at again after this long, a PIN or a link sooner. It does not
 * wait on the shelf, where so many of them would keep out the texts of other providers.
 */
const NO_LINK_SECONDS = 30;
const NO_LINK_URGENT_SECONDS = 5;
const URGENT = 1;

type SmsBody = RenderedBody & { channel: 'sms' };
type Prepared = { ready: Ready } | { row: OutboxRow; settled: Settled } | { row: OutboxRow; useless: true };

/** Why the sender of a text cannot be used now, and until when that is so. */
function heldBy(deps: Deps, row: OutboxRow, text: SmsBody, subjects: Subjects): Settled | null {
  const now = deps.clock.now();
  const { sender: address, provider } = text;
  const problem = subjects.senders.get(row.officeId)?.problem;
  if (problem) return afterHold(row, `sender ${problem}`, addSeconds(now, REGISTRATION_SECONDS));
  const hold = subjects.holds.get(address);
  if (hold && hold.untilAt > now) return afterHold(row, hold.reason, hold.untilAt);
  if (provider === undefined || deps.sms.up(provider)) return null;
  const wait = row.priority <= URGENT ? NO_LINK_URGENT_SECONDS : NO_LINK_SECONDS;
  return afterHold(row, 'no link', addSeconds(now, wait), 'no_link');
}

/** The text of an earlier try, or filled now with the appointment as it is. */
function textOf(deps: Deps, row: OutboxRow, subjects: Subjects): RenderedBody {
  if (row.body !== null) return openBody(deps, row);
  const subject = subjects.ofAppointment.get(row.appointmentId ?? 0);
  if (!subject) throw new Error('nothing to fill the template with');
  const { texts, senders } = subjects;
  return renderMessage(deps, row, subject, { texts, sender: senders.get(row.officeId) });
}

function prepareOne(deps: Deps, row: OutboxRow, subjects: Subjects): Prepared {
  const appointment = subjects.ofAppointment.get(row.appointmentId ?? 0)?.appointment;
  if (!isSendable(row.kind, appointment?.status)) return { row, useless: true };
  try {
    const body = textOf(deps, row, subjects);
    const held = body.channel === 'sms' ? heldBy(deps, row, body, subjects) : null;
    if (held) return { row, settled: held };
    return { ready: { row, body, taken: subjects.taken.get(row.id) ?? [] } };
  } catch (error) {
    const now = deps.clock.now();
    if (error instanceof RangeError) return { row, settled: afterFailure(row, 'text too long', now) };
    deps.log.error({ err: error, message: row.uid, kind: row.kind }, 'message cannot be filled');
    return { row, settled: afterBreakage(row, now) };
  }
}

async function dropUseless(deps: Deps, rows: OutboxRow[]): Promise<void> {
  if (rows.length === 0) return;
  const gone = { nextAt: null, settledAt: deps.clock.now(), payload: null, body: null };
  await OutboxMessage.update(
    { state: 'cancelled', ...gone },
    {
      where: {
        id: rows.map(({ id }) => id),
        leaseOwner: rows.map(({ leaseOwner }) => leaseOwner ?? ''),
        state: 'leased',
      },
    },
  );
}

/**
 * Fills claimed messages with the appointments as they are now. Those that make no sense any more are cancelled, those
 * whose sender cannot be used wait, and those that cannot be filled are tried again a few times; one message's trouble
 * holds up no other. The rest comes back in the order it was given.
 */
export async function prepare(deps: Deps, rows: OutboxRow[]): Promise<Ready[]> {
  if (rows.length === 0) return [];
  const subjects = await loadSubjects(deps, rows);
  const prepared = rows.map((row) => prepareOne(deps, row, subjects));
  await dropUseless(
    deps,
    prepared.flatMap((one) => ('useless' in one ? [one.row] : [])),
  );
  const settlements: Settlement[] = prepared.flatMap((one) =>
    'settled' in one ? [{ row: one.row, settled: one.settled, link: one.row.link }] : [],
  );
  if (settlements.length > 0)
    await inTransaction(deps.sequelize, (transaction) => writeSettled(deps, transaction, settlements));
  return prepared.flatMap((one) => ('ready' in one ? [one.ready] : []));
}
