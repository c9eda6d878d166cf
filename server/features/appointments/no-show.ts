import { conflict } from '../../kernel/errors.ts';
import type { Appointment } from '../../models/Appointment.ts';
import type { Actor } from '../../models/audit.ts';
import type { Deps } from '../../models/deps.ts';
import { changeAppointment, transition, type AppointmentKey } from './change.ts';
import { isOnline } from './presence.ts';

const SYSTEM: Actor = { kind: 'system' };

/**
 * Marks that nobody came, which withdraws what has not been sent. Nothing is sent about it.
 * Throws the conflict `notPossibleNow` before the start, as until then nobody is missing, and `personIsHere` while
 * the person sits in the waiting room.
 */
export function markNoShow(deps: Deps, key: AppointmentKey, actor: Actor): Promise<void> {
  return changeAppointment(deps, key, async (appointment, transaction) => {
    const { status, startsAt } = appointment;
    const now = deps.clock.now();
    if (now < startsAt) throw conflict('notPossibleNow', { status });
    if (status === 'waiting' && isOnline(appointment, now)) throw conflict('personIsHere');
    await transition(deps, transaction, appointment, 'miss', actor, { endedAt: now });
  });
}

/** Ends an appointment by itself, if it is `still` as it was when it was looked at; else nothing happens. */
function endBySystem(
  deps: Deps,
  key: AppointmentKey,
  event: 'cancel' | 'decline',
  outcome: string,
  still: (appointment: Appointment) => boolean,
): Promise<void> {
  return changeAppointment(deps, key, async (appointment, transaction) => {
    if (!still(appointment)) return;
    await transition(
      deps,
      transaction,
      appointment,
      event,
      SYSTEM,
      { outcome, endedAt: deps.clock.now() },
      { outcome },
    );
  });
}

/** The citizen came, and nobody attended: the office's doing, so not a no-show. Nobody who is here is sent away. */
export function endUnattended(deps: Deps, key: AppointmentKey): Promise<void> {
  const waitsNoMore = (appointment: Appointment) =>
    appointment.arrivedAt !== null && !isOnline(appointment, deps.clock.now());
  return endBySystem(deps, key, 'cancel', 'not_attended', waitsNoMore);
}

/** Nobody was reached by phone before the time was over: off the worklist. */
export function endUnanswered(deps: Deps, key: AppointmentKey): Promise<void> {
  return endBySystem(deps, key, 'decline', 'not_reached', ({ status }) => status === 'requested');
}
