import { Op } from 'sequelize';
import { addMinutes, earliest, latest, type Clock } from '../../kernel/clock.ts';
import { newUid } from '../../kernel/ids.ts';
import type { Appointment, CitizenData } from '../../models/Appointment.ts';
import { OutboxMessage, type Channel, type MessageKind } from '../../models/OutboxMessage.ts';
import type { Transaction } from '../../models/transaction.ts';
import { writeRow, type Outbox, type Plan } from './outbox-row.ts';
import { officeById } from './queries.ts';
import { reminderAt } from './reminder.ts';

/** The link leaves this long before the start. */
export const LINK_LEAD_MINUTES = 10;
/** A link that was late all the same (walk-in, confirmed at the last minute) is still useful this long. */
const LATE_LINK_MINUTES = 15;
/** News older than two days is no news. */
const NEWS_MINUTES = 48 * 60;

/** By text, and by e-mail where there is an address. */
async function writeBoth(
  outbox: Outbox,
  transaction: Transaction,
  appointment: Appointment,
  plan: Plan,
): Promise<void> {
  const { email }: CitizenData = appointment.citizenData(outbox.vault);
  await writeRow(outbox, transaction, appointment, 'sms', plan);
  if (email) await writeRow(outbox, transaction, appointment, 'email', plan);
}

async function writeNews(
  outbox: Outbox,
  transaction: Transaction,
  appointment: Appointment,
  kind: 'confirmation' | 'change' | 'cancellation',
): Promise<void> {
  const dueAt = outbox.clock.now();
  const expiresAt = usefulUntil(appointment, kind, dueAt);
  await writeBoth(outbox, transaction, appointment, {
    kind,
    dueAt,
    expiresAt,
    occasion: String(appointment.sequence),
  });
}

/** Until when a message is useful that leaves at `leaves`. */
function usefulUntil(
  appointment: Appointment,
  kind: 'confirmation' | 'change' | 'cancellation' | 'reminder' | 'link',
  leaves: Date,
): Date {
  if (kind === 'link') return linkExpiry(appointment, leaves);
  if (kind === 'reminder') return linkLeaves(appointment);
  const stale = addMinutes(leaves, NEWS_MINUTES);
  return kind === 'cancellation' ? stale : earliest(appointment.endsAt, stale);
}

/** When a link that leaves at `leaves` is useless: at the start, or a little later when it could not leave on time. */
function linkExpiry(appointment: Appointment, leaves: Date): Date {
  const { startsAt, endsAt } = appointment;
  if (leaves <= addMinutes(startsAt, -LINK_LEAD_MINUTES))
    return earliest(startsAt, addMinutes(leaves, NEWS_MINUTES));
  return latest(startsAt, earliest(addMinutes(leaves, LATE_LINK_MINUTES), endsAt));
}

/** Writes the text with the link, due ten minutes before the start or at `dueAt`, whichever an agent asks for. */
export async function writeLink(
  outbox: Outbox,
  transaction: Transaction,
  appointment: Appointment,
  occasion = String(appointment.sequence),
  dueAt = linkLeaves(appointment),
): Promise<void> {
  const leaves = latest(dueAt, outbox.clock.now());
  const expiresAt = usefulUntil(appointment, 'link', leaves);
  const plan: Plan = { kind: 'link', dueAt: leaves, expiresAt, occasion };
  await writeRow(outbox, transaction, appointment, 'sms', plan);
}

/** When the link of an appointment leaves by itself. */
export const linkLeaves = ({ startsAt }: Appointment) => addMinutes(startsAt, -LINK_LEAD_MINUTES);

/** Writes the reminder, if the office wants one and it makes sense; once the link leaves it is useless. */
async function writeReminder(
  outbox: Outbox,
  transaction: Transaction,
  appointment: Appointment,
): Promise<void> {
  const office = await officeById(appointment.officeId, transaction);
  const { startsAt, sequence } = appointment;
  const dueAt = reminderAt(startsAt, office.reminderHours, office.timeZone, outbox.clock.now());
  if (!dueAt) return;
  const plan: Plan = {
    kind: 'reminder',
    dueAt,
    expiresAt: usefulUntil(appointment, 'reminder', dueAt),
    occasion: String(sequence),
  };
  await writeBoth(outbox, transaction, appointment, plan);
}

/** Writes the PIN's text; it lives exactly as long as the PIN. */
export async function writePin(
  outbox: Outbox,
  transaction: Transaction,
  appointment: Appointment,
  pin: string,
  expiresAt: Date,
): Promise<void> {
  const now = outbox.clock.now();
  const plan: Plan = { kind: 'pin', dueAt: now, expiresAt, occasion: newUid(), payload: pin };
  await writeRow(outbox, transaction, appointment, 'sms', plan);
}

/** What the citizen is sent once an agent has confirmed by phone: the news, a reminder, and the link. */
export async function writeConfirmation(
  outbox: Outbox,
  transaction: Transaction,
  appointment: Appointment,
): Promise<void> {
  await writeNews(outbox, transaction, appointment, 'confirmation');
  await writeReminder(outbox, transaction, appointment);
  await writeLink(outbox, transaction, appointment);
}

/** What the citizen is sent when a confirmed appointment moves: the news, and reminder and link at their new times. */
export async function writeChange(
  outbox: Outbox,
  transaction: Transaction,
  appointment: Appointment,
): Promise<void> {
  await withdraw(outbox.clock, transaction, appointment.id);
  await writeNews(outbox, transaction, appointment, 'change');
  await writeReminder(outbox, transaction, appointment);
  await writeLink(outbox, transaction, appointment);
}

/** What the citizen is sent when a confirmed appointment is called off. Its end has withdrawn the rest. */
export async function writeCancellation(
  outbox: Outbox,
  transaction: Transaction,
  appointment: Appointment,
): Promise<void> {
  await writeNews(outbox, transaction, appointment, 'cancellation');
}

/**
 * Withdraws all messages about the appointment that have not left. One that is on the wire at this moment keeps its
 * lease, so that its sender can still record that it was taken. A doubt that nothing follows stays what it is.
 */
export async function withdraw(
  clock: Clock,
  transaction: Transaction,
  appointmentId: number,
  kinds?: MessageKind[],
): Promise<void> {
  await OutboxMessage.update(
    // A PIN that nobody will read is not kept, nor is a text that will not be sent.
    { state: 'cancelled', nextAt: null, settledAt: clock.now(), payload: null, body: null },
    {
      where: {
        appointmentId,
        [Op.or]: [{ state: ['queued', 'leased'] }, { state: 'in_doubt', nextAt: { [Op.ne]: null } }],
        ...(kinds ? { kind: { [Op.in]: kinds } } : {}),
      },
      transaction,
    },
  );
}

/** Withdraws one message, if it has not left and may still do so. */
export async function withdrawOne(
  clock: Clock,
  transaction: Transaction,
  message: OutboxMessage,
): Promise<void> {
  if (message.nextAt === null) return;
  const gone = { nextAt: null, settledAt: clock.now(), payload: null, body: null };
  await message.update({ state: 'cancelled', ...gone }, { transaction });
}

/**
 * Writes the same message once more, with the appointment as it is now: due at once, or at `dueAt` if that is still to
 * come. `mark` tells apart why: repeated at an agent's wish, or corrected. A PIN is never written again: a new one is
 * made.
 */
export async function writeAgain(
  outbox: Outbox,
  transaction: Transaction,
  appointment: Appointment,
  message: OutboxMessage,
  again: { mark: 'r' | 'c'; dueAt?: Date; channel?: Channel },
): Promise<void> {
  const { kind, id: originId } = message;
  if (kind === 'pin' || kind === 'test') return;
  const now = outbox.clock.now();
  const dueAt = latest(again.dueAt ?? now, now);
  const expiresAt = usefulUntil(appointment, kind, dueAt);
  const occasion = `${appointment.sequence}${again.mark}${originId}-${now.getTime().toString(36)}`;
  const plan: Plan = { kind, dueAt, expiresAt, occasion, originId };
  await writeRow(outbox, transaction, appointment, again.channel ?? message.channel, plan);
}
