import { addMinutes, type Clock } from '../../kernel/clock.ts';
import { sha256 } from '../../kernel/ids.ts';
import { Appointment } from '../../models/Appointment.ts';

/** The goodbye page and its rating stay reachable for a day; then the link is unknown to everybody. */
const AFTERLIFE_MINUTES = 24 * 60;

/** The appointment behind a personal link, or null when the link is unknown or its time is over. */
export async function appointmentByLink(clock: Clock, token: string): Promise<Appointment | null> {
  if (!/^[\w-]{22}$/.test(token)) return null;
  const appointment = await Appointment.findOne({ where: { linkHash: sha256(token) } });
  if (!appointment || clock.now() > addMinutes(appointment.endsAt, AFTERLIFE_MINUTES)) return null;
  return appointment;
}
