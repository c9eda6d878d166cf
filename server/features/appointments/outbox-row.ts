import type { Clock } from '../../kernel/clock.ts';
import { newUid } from '../../kernel/ids.ts';
import type { Vault } from '../../kernel/vault.ts';
import type { Appointment } from '../../models/Appointment.ts';
import { OutboxMessage, type Channel, type MessageKind } from '../../models/OutboxMessage.ts';
import type { Transaction } from '../../models/transaction.ts';

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

/** What message writers need of the world. */
export interface Outbox {
  vault: Vault;
  clock: Clock;
}

/** One message to be written. */
export interface Plan {
  kind: MessageKind;
  dueAt: Date;
  expiresAt: Date;
  /** Tells apart messages of one kind about the same appointment; begins with the appointment's sequence. */
  occasion: string;
  payload?: string;
  /** The message that this one replaces on the other channel, or repeats. */
  originId?: number;
}

/** Writes one message to the outbox. Throws UniqueConstraintError when this occasion has been written already. */
export async function writeRow(
  { vault, clock }: Outbox,
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
      originId: plan.originId ?? null,
      payload: plan.payload === undefined ? null : vault.seal(plan.payload, `outbox.payload.${uid}`),
      createdAt: clock.now(),
    },
    { transaction },
  );
}

/** The occasion a message was written for. */
export function occasionOf({ dedupeKey }: { dedupeKey: string }): string {
  return dedupeKey.slice(dedupeKey.lastIndexOf('.') + 1);
}

/** Which news the message carries: the same for its repetitions and for its twin on the other channel. */
export function newsOf(message: { dedupeKey: string }): string {
  const occasion = occasionOf(message);
  return /^\d+/.exec(occasion)?.[0] ?? occasion;
}
