import { Op } from 'sequelize';
import { addMinutes, earliest, latest, type Clock } from '../../kernel/clock.ts';
import { newUid } from '../../kernel/ids.ts';
import type { Vault } from '../../kernel/vault.ts';
import type { Appointment, CitizenData } from '../../models/Appointment.ts';
import { OutboxMessage, type Channel, type MessageKind } from '../../models/OutboxMessage.ts';
import type { Transaction } from '../../models/transaction.ts';

/** The link leaves this long before the start. */
export const LINK_LEAD_MINUTES = 10;
/** A link that was late all the same (walk-in, confirmed at the last minute) is still useful this long. */
const LATE_LINK_MINUTES = 15;
/** News older than two days is no news. */
const NEWS_MINUTES = 48 * 60;

/** A PIN overtakes a link, that a reminder, that a confirmation, and that the rest. */
const PRIORITY: Record<MessageKind, number> = {
  pin: 0,
  link: 1,
  reminder: 2,
  confirmation: 3,
  cancellation: 4,
  change: 4,
  test: 4,
};

interface Plan {
  kind: MessageKind;
  dueAt: Date;
  expiresAt: Date;
  /** Tells apart messages of one kind about the same appointment. */
  occasion: string;
  payload?: string;
}

async function write(
  vault: Vault,
  clock: Clock,
  transaction: Transaction,
  appointment: Appointment,
  channel: Channel,
  plan: Plan,
): Promise<void> {
  const uid = newUid();
  await OutboxMessage.create(
    {
      uid,
      officeId: appointment.officeId,
      appointmentId: appointment.id,
      kind: plan.kind,
      channel,
      state: 'queued',
      priority: PRIORITY[plan.kind],
      dueAt: plan.dueAt,
      nextAt: plan.dueAt,
      expiresAt: plan.expiresAt,
      dedupeKey: `${appointment.uid}.${plan.kind}.${channel}.${plan.occasion}`,
      payload: plan.payload === undefined ? null : vault.seal(plan.payload, `outbox.payload.${uid}`),
      createdAt: clock.now(),
    },
    { transaction },
  );
}

/** What message writers need of the world. */
export interface Outbox {
  vault: Vault;
  clock: Clock;
}

async function writeNews(
  outbox: Outbox,
  transaction: Transaction,
  appointment: Appointment,
  kind: 'confirmation' | 'change' | 'cancellation',
): Promise<void> {
  const now = outbox.clock.now();
  const useful = kind === 'cancellation' ? addMinutes(now, NEWS_MINUTES) : appointment.endsAt;
  const plan: Plan = {
    kind,
    dueAt: now,
    expiresAt: earliest(useful, addMinutes(now, NEWS_MINUTES)),
    occasion: String(appointment.sequence),
  };
  const { email }: CitizenData = appointment.citizenData(outbox.vault);
  await write(outbox.vault, outbox.clock, transaction, appointment, 'sms', plan);
  if (email) await write(outbox.vault, outbox.clock, transaction, appointment, 'email', plan);
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
  dueAt = addMinutes(appointment.startsAt, -LINK_LEAD_MINUTES),
): Promise<void> {
  const leaves = latest(dueAt, outbox.clock.now());
  const plan: Plan = { kind: 'link', dueAt: leaves, expiresAt: linkExpiry(appointment, leaves), occasion };
  await write(outbox.vault, outbox.clock, transaction, appointment, 'sms', plan);
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
  await write(outbox.vault, outbox.clock, transaction, appointment, 'sms', plan);
}

/** What the citizen is sent once an agent has confirmed by phone. */
export async function writeConfirmation(
  outbox: Outbox,
  transaction: Transaction,
  appointment: Appointment,
): Promise<void> {
  await writeNews(outbox, transaction, appointment, 'confirmation');
  await writeLink(outbox, transaction, appointment);
}

/** What the citizen is sent when a confirmed appointment moves: the news, and the link at its new time. */
export async function writeChange(
  outbox: Outbox,
  transaction: Transaction,
  appointment: Appointment,
): Promise<void> {
  await withdraw(outbox.clock, transaction, appointment.id);
  await writeNews(outbox, transaction, appointment, 'change');
  await writeLink(outbox, transaction, appointment);
}

/** What the citizen is sent when a confirmed appointment is called off. */
export async function writeCancellation(
  outbox: Outbox,
  transaction: Transaction,
  appointment: Appointment,
): Promise<void> {
  await withdraw(outbox.clock, transaction, appointment.id);
  await writeNews(outbox, transaction, appointment, 'cancellation');
}

/**
 * Withdraws all messages about the appointment that have not left. One that is on the wire at this moment keeps its
 * lease, so that its sender can still record that it was taken.
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
        state: { [Op.in]: ['queued', 'leased', 'in_doubt'] },
        ...(kinds ? { kind: { [Op.in]: kinds } } : {}),
      },
      transaction,
    },
  );
}
