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
  ONLINE_MS,
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
      waitingBrowser: browser,
      waitingSeenAt: now,
      rivalSeenAt: null,
    });
    const wantsPin =
      office.pinMoment === 'arrival' && !isAdmitted(appointment, browser) && appointment.pinTries < MAX_TRIES;
    if (wantsPin && !pinInForce(appointment, now)) await issuePin(deps, transaction, appointment, CITIZEN);
  });
}

/** Gives the place up, if it is this browser's to give. Nothing happens otherwise. */
export function leaveWaitingRoom(deps: Deps, key: AppointmentKey, browser: string): Promise<void> {
  return changeAppointment(deps, key, async (appointment, transaction) => {
    if (appointment.status !== 'waiting') return;
    if (appointment.waitingBrowser !== browser && !isAdmitted(appointment, browser)) return;
    await transition(deps, transaction, appointment, 'leave', CITIZEN, { lastSeenAt: null });
  });
}

/** What a sign of life of this browser means for who waits to be let in. Pure. */
function whoWaits(appointment: Appointment, browser: string, now: Date): Partial<Appointment> {
  if (isAdmitted(appointment, browser)) return {};
  const { waitingBrowser, waitingSeenAt } = appointment;
  const taken = waitingBrowser !== browser && waitingBrowser !== appointment.admittedBrowser;
  const seenLately = waitingSeenAt !== null && now.getTime() - waitingSeenAt.getTime() < ONLINE_MS;
  if (waitingBrowser && taken && seenLately) return { rivalSeenAt: now };
  return { waitingBrowser: browser, waitingSeenAt: now };
}

/** A sign of life of the citizen's page. Boards are told only of news: back after a silence, or another browser. */
export async function heartbeat(deps: Deps, appointment: Appointment, browser: string): Promise<void> {
  const now = deps.clock.now();
  const wasOnline = isOnline(appointment, now);
  const { waitingBrowser: before } = appointment;
  await appointment.update({ lastSeenAt: now, ...whoWaits(appointment, browser, now) });
  if (wasOnline && appointment.waitingBrowser === before) return;
  await announce(deps.clock, null, appointment.officeId, appointment.id);
  deps.changes.poke();
}

/** True while a browser waits that is not the one admitted: somebody changed the device, or has the link too. */
export function anotherWaits(appointment: Appointment, now: Date): boolean {
  const { waitingBrowser, waitingSeenAt, admittedBrowser } = appointment;
  if (!waitingBrowser || !waitingSeenAt || waitingBrowser === admittedBrowser) return false;
  return now.getTime() - waitingSeenAt.getTime() < ONLINE_MS;
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
