import { sealCitizen } from '../../models/Appointment.ts';
import type { Actor } from '../../models/audit.ts';
import type { Deps } from '../../models/deps.ts';
import { changeAppointment, transition, type AppointmentKey } from './change.ts';
import { writeCancellation } from './outbox.ts';

/**
 * Calls the appointment off, which withdraws what has not been sent. The citizen is told only when there had been a
 * confirmation before. The reason is the agent's own words for colleagues; as it may name people it is sealed with
 * the citizen's data and stays out of the audit.
 */
export function cancel(deps: Deps, key: AppointmentKey, actor: Actor, reason: string): Promise<void> {
  return changeAppointment(deps, key, async (appointment, transaction) => {
    const told = appointment.status !== 'requested';
    const data = { ...appointment.citizenData(deps.vault), cancelReason: reason };
    const columns = {
      citizen: sealCitizen(deps.vault, appointment.uid, data),
      sequence: appointment.sequence + 1,
      endedAt: deps.clock.now(),
    };
    await transition(deps, transaction, appointment, 'cancel', actor, columns);
    if (told) await writeCancellation(deps, transaction, appointment);
  });
}
