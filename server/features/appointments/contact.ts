import { Op } from 'sequelize';
import { addMinutes, addSeconds } from '../../kernel/clock.ts';
import { isoTime } from '../../kernel/dates.ts';
import { InvalidInput, conflict } from '../../kernel/errors.ts';
import { newToken, sha256 } from '../../kernel/ids.ts';
import { sealCitizen, sealLink, type Appointment, type CitizenData } from '../../models/Appointment.ts';
import type { Actor } from '../../models/audit.ts';
import { AuditEntry } from '../../models/AuditEntry.ts';
import type { Deps } from '../../models/deps.ts';
import { OutboxMessage, type Channel } from '../../models/OutboxMessage.ts';
import type { Transaction } from '../../models/transaction.ts';
import { changeAppointment, save, type AppointmentKey } from './change.ts';
import { withdraw, withdrawOne, writeAgain } from './outbox.ts';
import { newsOf } from './outbox-row.ts';
import { officeById } from './queries.ts';
import { correctionWait } from './resend-rules.ts';
import type { Contact } from './schema.ts';
import { isFinal } from './state-machine.ts';

/** The PIN proves who holds the mobile, so one that went to another mobile proves nothing. */
const NO_PIN = { pinMac: null, pinIssuedAt: null, pinExpiresAt: null };

const ACTION = 'appointment.correctContact';
/** A correction of a correction tells where a message went; older ones only keep numbers of other people. */
const FORMER_KEPT = 10;

/** True when the message may carry the old number or address: its text is fixed at the first lease. */
const mayCarryOld = ({ state, body, nextAt }: OutboxMessage) =>
  nextAt !== null && (state !== 'queued' || body !== null);

/** True when somebody has, or may have, got the message. */
const mayHaveLeft = ({ acceptedAt, doubts, wiredAt }: OutboxMessage) =>
  acceptedAt !== null || doubts > 0 || wiredAt !== null;

/** Puts messages that would still go to the old number or address in place of new ones; without an address, only out. */
async function redirect(
  deps: Deps,
  transaction: Transaction,
  appointment: Appointment,
  messages: OutboxMessage[],
  stillReachable: boolean,
): Promise<void> {
  for (const message of messages) {
    if (stillReachable && !mayCarryOld(message)) continue;
    const waits = message.nextAt !== null;
    await withdrawOne(deps.clock, transaction, message);
    const again = { mark: 'c' as const, dueAt: message.dueAt };
    if (waits && stillReachable) await writeAgain(deps, transaction, appointment, message, again);
  }
}

/**
 * Gives the appointment a new link, when the old one went to a mobile that is not the citizen's. Not while somebody is
 * in the waiting room with the old one: that browser would be sent away, and the PIN guards the room in any case.
 */
async function replaceLink(
  deps: Deps,
  transaction: Transaction,
  appointment: Appointment,
  messages: OutboxMessage[],
): Promise<void> {
  const { status, uid } = appointment;
  const sent = messages.filter((one) => one.kind === 'link' && mayHaveLeft(one));
  const toMobile = sent.some(({ channel }) => channel === 'sms');
  if (!toMobile || status !== 'confirmed' || appointment.endsAt <= deps.clock.now()) return;
  const token = newToken();
  const link = { linkHash: sha256(token), linkSealed: sealLink(deps.vault, uid, token) };
  await appointment.update(link, { transaction });
  const { email } = appointment.citizenData(deps.vault);
  const waiting = await OutboxMessage.findAll({
    where: { appointmentId: appointment.id, kind: 'link', state: 'queued' },
    transaction,
  });
  for (const channel of ['sms', 'email'] as const) {
    const last = sent.findLast((one) => one.channel === channel);
    const comes = waiting.some((one) => one.channel === channel);
    if (!last || comes || (channel === 'email' && !email)) continue;
    await writeAgain(deps, transaction, appointment, last, { mark: 'c' });
  }
}

/** Who had no address and has one now is sent what others are sent: the news, and the reminder when it is due. */
async function addEmail(
  deps: Deps,
  transaction: Transaction,
  appointment: Appointment,
  messages: OutboxMessage[],
): Promise<void> {
  if (appointment.status !== 'confirmed' || appointment.endsAt <= deps.clock.now()) return;
  const texts = messages.filter(
    (one) =>
      one.channel === 'sms' && one.state !== 'cancelled' && newsOf(one) === String(appointment.sequence),
  );
  const news = texts.findLast(({ kind }) => kind === 'confirmation' || kind === 'change');
  const reminder = texts.findLast(({ kind, nextAt }) => kind === 'reminder' && nextAt !== null);
  for (const text of [news, reminder]) {
    const again = { mark: 'c' as const, channel: 'email' as const, dueAt: text?.dueAt };
    if (text) await writeAgain(deps, transaction, appointment, text, again);
  }
}

/** What follows for the messages from another mobile or address. */
async function followUp(
  deps: Deps,
  transaction: Transaction,
  appointment: Appointment,
  before: CitizenData,
  isNew: Record<Channel, boolean>,
): Promise<void> {
  const { email } = appointment.citizenData(deps.vault);
  if (isNew.sms) await withdraw(deps.clock, transaction, appointment.id, ['pin']);
  const where = { appointmentId: appointment.id, kind: { [Op.ne]: 'pin' as const } };
  const lock = transaction.LOCK.UPDATE;
  const messages = await OutboxMessage.findAll({ where, order: ['id'], transaction, lock });
  const of = (channel: Channel) => messages.filter((one) => one.channel === channel);
  if (isNew.sms) await redirect(deps, transaction, appointment, of('sms'), true);
  if (isNew.email && before.email !== null)
    await redirect(deps, transaction, appointment, of('email'), email !== null);
  if (isNew.email && before.email === null) await addEmail(deps, transaction, appointment, messages);
  if (isNew.sms) await replaceLink(deps, transaction, appointment, messages);
}

/** Throws `resendTooOften`: without a limit the button would send texts to any number, without end. */
async function requireFew(deps: Deps, transaction: Transaction, appointment: Appointment): Promise<void> {
  const now = deps.clock.now();
  const where = { appointmentId: appointment.id, action: ACTION, at: { [Op.gt]: addMinutes(now, -60) } };
  const rows = await AuditEntry.findAll({ where, attributes: ['at'], transaction });
  const until = correctionWait(
    rows.map(({ at }) => at),
    now,
  );
  if (!until) return;
  const { timeZone } = await officeById(appointment.officeId, transaction);
  throw conflict('resendTooOften', { time: isoTime(addSeconds(until, 59), timeZone) });
}

/**
 * Puts mobile and e-mail right. What has not left and carries the old ones is withdrawn and written anew; a PIN that
 * went to another mobile is void, and so is a link, in place of which a new one leaves. What has failed before can
 * then be sent again. Throws InvalidInput when nothing is different, and the conflicts `notPossibleNow` after the end
 * and `resendTooOften` when it was corrected too often within an hour.
 */
export function correctContact(deps: Deps, key: AppointmentKey, actor: Actor, input: Contact): Promise<void> {
  return changeAppointment(deps, key, async (appointment, transaction) => {
    const { status, uid } = appointment;
    if (isFinal(status)) throw conflict('notPossibleNow', { status });
    const before = appointment.citizenData(deps.vault);
    const isNew = { sms: before.mobile !== input.mobile, email: before.email !== input.email };
    if (!isNew.sms && !isNew.email) throw new InvalidInput({ mobile: 'contactSame' }, {});
    await requireFew(deps, transaction, appointment);
    const until = deps.clock.now().toISOString();
    const last = { mobile: before.mobile, email: before.email, until };
    const former = [...(before.formerContacts ?? []), last].slice(-FORMER_KEPT);
    const data: CitizenData = { ...before, ...input, formerContacts: former };
    const columns = { citizen: sealCitizen(deps.vault, uid, data), ...(isNew.sms ? NO_PIN : {}) };
    await save(deps, transaction, appointment, ACTION, actor, columns, { ...isNew });
    await followUp(deps, transaction, appointment, before, isNew);
  });
}
