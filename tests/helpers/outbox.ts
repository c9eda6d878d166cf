import type { Appointment } from '../../server/models/Appointment.ts';
import { AuditEntry } from '../../server/models/AuditEntry.ts';
import { OutboxMessage } from '../../server/models/OutboxMessage.ts';
import type { World } from './world.ts';

/** All messages about an appointment, in the order they were written. */
export function messagesOf(appointment: Appointment): Promise<OutboxMessage[]> {
  return OutboxMessage.findAll({ where: { appointmentId: appointment.id }, order: ['id'] });
}

/** The messages in few words: `sms confirmation queued`. */
export async function messageList(appointment: Appointment): Promise<string[]> {
  return (await messagesOf(appointment)).map(({ channel, kind, state }) => `${channel} ${kind} ${state}`);
}

/** The PIN in the latest text, as the citizen would read it. Throws when none was written. */
export async function latestPin(world: World, appointment: Appointment): Promise<string> {
  const message = (await messagesOf(appointment)).findLast((one) => one.kind === 'pin');
  if (!message?.payload) throw new Error('No PIN was sent');
  return world.deps.vault.open(message.payload, `outbox.payload.${message.uid}`);
}

/** A PIN that is not this one. */
export function wrongPin(pin: string): string {
  return String((Number(pin) + 1) % 1_000_000).padStart(6, '0');
}

/** The actions of the audit about an appointment, oldest first. */
export async function actionsOf(appointment: Appointment): Promise<string[]> {
  const rows = await AuditEntry.findAll({ where: { appointmentId: appointment.id }, order: ['id'] });
  return rows.map((row) => row.action);
}
