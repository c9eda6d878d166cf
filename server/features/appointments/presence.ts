import type { Appointment } from '../../models/Appointment.ts';

/** Without a sign of life for this long the browser counts as away (its heartbeat comes every 20 s). */
export const ONLINE_MS = 60_000;

/** True when the citizen's page gave a sign of life lately. */
export function isOnline(appointment: Appointment, now: Date): boolean {
  return appointment.lastSeenAt !== null && now.getTime() - appointment.lastSeenAt.getTime() < ONLINE_MS;
}
