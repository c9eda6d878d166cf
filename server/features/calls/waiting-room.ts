import { addMinutes } from '../../kernel/clock.ts';
import { conflict } from '../../kernel/errors.ts';
import type { Appointment, DeviceReport } from '../../models/Appointment.ts';
import { announce, type Actor } from '../../models/audit.ts';
import type { Deps } from '../../models/deps.ts';
import type { Office } from '../../models/Office.ts';
import {
  changeAppointment,
  isFinal,
  isOnline,
  officeById,
  save,
  transition,
  type AppointmentKey,
} from '../appointments/index.ts';
import { isAdmitted, issuePin, MAX_TRIES, pinInForce } from './pin.ts';

const CITIZEN: Actor = { kind: 'citizen' };
/** Somebody who comes late may still enter for this long after the planned end. */
const LATE_MINUTES = 30;

/** When the waiting room opens for this appointment. */
export function doorOpensAt(appointment: Appointment, office: Office): Date {
  return addMinutes(appointment.startsAt, -office.doorMinutes);
}

/**
 * Takes a place in the waiting room; a second time changes nothing. The PIN leaves at once where the office wants it
 * on arrival. Throws the conflicts `doorClosed` (too early), `tooLate`, `notPossibleNow`.
 */
export function enterWaitingRoom(deps: Deps, key: AppointmentKey, browser: string): Promise<void> {
  return changeAppointment(deps, key, async (appointment, transaction) => {
    if (appointment.status === 'waiting' || appointment.status === 'in_call') return;
    const office = await officeById(appointment.officeId, transaction);
    const now = deps.clock.now();
    if (now < doorOpensAt(appointment, office)) throw conflict('doorClosed');
    if (now > addMinutes(appointment.endsAt, LATE_MINUTES)) throw conflict('tooLate');
    await transition(deps, transaction, appointment, 'enter', CITIZEN, {
      // Whoever left for a moment keeps the place in the row.
      arrivedAt: appointment.arrivedAt ?? now,
      lastSeenAt: now,
      noticeAcceptedAt: now,
      enteredBrowser: browser,
    });
    const wantsPin =
      office.pinMoment === 'arrival' && !isAdmitted(appointment, browser) && appointment.pinTries < MAX_TRIES;
    if (wantsPin && !pinInForce(appointment, now)) await issuePin(deps, transaction, appointment, CITIZEN);
  });
}

/** Gives the place up. Nothing happens when there was none. */
export function leaveWaitingRoom(deps: Deps, key: AppointmentKey): Promise<void> {
  return changeAppointment(deps, key, async (appointment, transaction) => {
    if (appointment.status !== 'waiting') return;
    await transition(deps, transaction, appointment, 'leave', CITIZEN, { lastSeenAt: null });
  });
}

/** A sign of life of the citizen's page. Boards are told only when it comes back after a silence. */
export async function heartbeat(deps: Deps, appointment: Appointment): Promise<void> {
  const now = deps.clock.now();
  const wasOnline = isOnline(appointment, now);
  await appointment.update({ lastSeenAt: now });
  if (wasOnline) return;
  await announce(deps.clock, null, appointment.officeId, appointment.id);
  deps.changes.poke();
}

const sameFindings = (a: DeviceReport, b: DeviceReport) =>
  JSON.stringify({ ...a, at: '' }) === JSON.stringify({ ...b, at: '' });

/** Keeps what the device check found, for the agent who phones. The same findings again leave no further trace. */
export function saveDeviceReport(deps: Deps, key: AppointmentKey, report: DeviceReport): Promise<void> {
  return changeAppointment(deps, key, async (appointment, transaction) => {
    const { status, deviceReport } = appointment;
    if (isFinal(status)) throw conflict('notPossibleNow', { status });
    if (deviceReport && sameFindings(deviceReport, report)) return;
    const columns = { deviceReport: report };
    await save(deps, transaction, appointment, 'appointment.deviceCheck', CITIZEN, columns);
  });
}
