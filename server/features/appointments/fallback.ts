import { Op } from 'sequelize';
import type { Appointment } from '../../models/Appointment.ts';
import { OutboxMessage, type MessageKind } from '../../models/OutboxMessage.ts';
import type { Transaction } from '../../models/transaction.ts';
import { newsOf, writeRow, type Outbox } from './outbox-row.ts';
import { isFinal } from './state-machine.ts';

/** A PIN proves who holds the mobile, so it never takes another way; a test is about nobody. */
const OTHER_WAY: ReadonlySet<MessageKind> = new Set([
  'link',
  'confirmation',
  'reminder',
  'change',
  'cancellation',
]);

/** What is known of a message that failed. */
type Failed = Pick<OutboxMessage, 'id' | 'kind' | 'channel' | 'expiresAt' | 'dedupeKey'>;

/** True while somebody can still make use of what the message says. */
function stillUseful({ clock }: Outbox, { kind, expiresAt }: Failed, { status }: Appointment): boolean {
  if (expiresAt <= clock.now() || !OTHER_WAY.has(kind)) return false;
  return kind === 'cancellation' ? status === 'cancelled' : !isFinal(status);
}

/**
 * For a message that has failed for good: writes the same news for the other channel, due now and useful as long, if
 * the citizen can be reached there and it has not been written for that channel already. Never a PIN. Returns
 * whether one was written. Call it in the transaction that records the failure.
 */
export async function writeFallback(
  outbox: Outbox,
  transaction: Transaction,
  message: Failed,
  appointment: Appointment,
): Promise<boolean> {
  if (!stillUseful(outbox, message, appointment)) return false;
  const channel = message.channel === 'sms' ? 'email' : 'sms';
  const { email, mobile } = appointment.citizenData(outbox.vault);
  if (!(channel === 'email' ? email : mobile)) return false;
  const { kind, expiresAt, id: originId } = message;
  const others = await OutboxMessage.findAll({
    // What was withdrawn has reached nobody.
    where: { appointmentId: appointment.id, kind, channel, state: { [Op.ne]: 'cancelled' } },
    attributes: ['dedupeKey'],
    transaction,
  });
  if (others.some((other) => newsOf(other) === newsOf(message))) return false;
  const plan = {
    kind,
    dueAt: outbox.clock.now(),
    expiresAt,
    occasion: `${newsOf(message)}f${originId}`,
    originId,
  };
  await writeRow(outbox, transaction, appointment, channel, plan);
  return true;
}
