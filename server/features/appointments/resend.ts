import { Op } from 'sequelize';
import { addMinutes, addSeconds } from '../../kernel/clock.ts';
import { isoTime } from '../../kernel/dates.ts';
import { conflict, notFound } from '../../kernel/errors.ts';
import type { Appointment } from '../../models/Appointment.ts';
import type { Actor } from '../../models/audit.ts';
import { AuditEntry } from '../../models/AuditEntry.ts';
import type { Deps } from '../../models/deps.ts';
import { OutboxMessage } from '../../models/OutboxMessage.ts';
import type { Transaction } from '../../models/transaction.ts';
import { changeAppointment, save, type AppointmentKey } from './change.ts';
import { linkLeaves, withdrawOne, writeAgain, writeLink } from './outbox.ts';
import { officeById } from './queries.ts';
import { mayHaveFailed, RESEND_ACTIONS, waitAfter, whyNotAgain } from './resend-rules.ts';

/** The link that left by itself a moment ago is on its way just as one sent by hand. */
const ON_ITS_WAY_SECONDS = 60;

/** Throws `resendNotYet` or `resendTooOften`, with the time of the office from which it is possible again. */
async function requireCalm(
  deps: Deps,
  transaction: Transaction,
  appointment: Appointment,
  more: Date[] = [],
): Promise<void> {
  const now = deps.clock.now();
  const rows = await AuditEntry.findAll({
    where: {
      appointmentId: appointment.id,
      action: RESEND_ACTIONS,
      at: { [Op.gt]: addMinutes(now, -60) },
    },
    attributes: ['at'],
    transaction,
  });
  const wait = waitAfter([...rows.map(({ at }) => at), ...more], now);
  if (!wait) return;
  const { timeZone } = await officeById(appointment.officeId, transaction);
  // Rounded up: at the minute that is told it really is possible.
  throw conflict(wait.code, { time: isoTime(addSeconds(wait.until, 59), timeZone) });
}

/** When a link left by itself within the last minute. */
async function linksOnTheirWay(deps: Deps, transaction: Transaction, appointmentId: number): Promise<Date[]> {
  const now = deps.clock.now();
  const rows = await OutboxMessage.findAll({
    where: {
      appointmentId,
      kind: 'link',
      state: { [Op.notIn]: ['cancelled', 'expired', 'failed'] },
      dueAt: { [Op.between]: [addSeconds(now, -ON_ITS_WAY_SECONDS), now] },
    },
    attributes: ['dueAt'],
    transaction,
  });
  return rows.map(({ dueAt }) => dueAt);
}

/** Sends the link again, at once. Throws the conflicts `notPossibleNow`, `resendNotYet` and `resendTooOften`. */
export function resendLink(deps: Deps, key: AppointmentKey, actor: Actor): Promise<void> {
  return changeAppointment(deps, key, async (appointment, transaction) => {
    const now = deps.clock.now();
    const { status, sequence, id } = appointment;
    if (!['confirmed', 'waiting'].includes(status) || appointment.endsAt <= now) {
      throw conflict('notPossibleNow', { status });
    }
    await requireCalm(deps, transaction, appointment, await linksOnTheirWay(deps, transaction, id));
    await writeLink(deps, transaction, appointment, `${sequence}a${now.getTime()}`, now);
    await save(deps, transaction, appointment, 'appointment.resendLink', actor, {});
  });
}

/**
 * Sends a message again that failed, expired or is in doubt: the same news as the appointment is now, to the number or
 * address it has now. One in doubt is not repeated by itself any more. Throws `notFound`, and the conflicts
 * `notPossibleNow`, `resendNotYet` and `resendTooOften`.
 */
export function resendMessage(
  deps: Deps,
  key: AppointmentKey,
  actor: Actor,
  messageUid: string,
): Promise<void> {
  return changeAppointment(deps, key, async (appointment, transaction) => {
    const where = { appointmentId: appointment.id };
    const all = await OutboxMessage.findAll({ where, transaction, lock: transaction.LOCK.UPDATE });
    const message = all.find(({ uid }) => uid === messageUid);
    if (!message) throw notFound('message');
    const now = deps.clock.now();
    const hasEmail = appointment.citizenData(deps.vault).email !== null;
    const pointless = whyNotAgain(message, appointment, hasEmail, linkLeaves(appointment), now);
    if (pointless || !mayHaveFailed(message, all))
      throw conflict('notPossibleNow', { status: appointment.status });
    await requireCalm(deps, transaction, appointment);
    await withdrawOne(deps.clock, transaction, message);
    await writeAgain(deps, transaction, appointment, message, { mark: 'r' });
    const details = { kind: message.kind, channel: message.channel };
    await save(deps, transaction, appointment, 'appointment.resendMessage', actor, {}, details);
  });
}
