import { Op } from 'sequelize';
import { addMinutes, addSeconds } from '../../kernel/clock.ts';
import { AppError, conflict } from '../../kernel/errors.ts';
import { newPin, sameSecret } from '../../kernel/ids.ts';
import type { Vault } from '../../kernel/vault.ts';
import type { Appointment } from '../../models/Appointment.ts';
import { reasonContext, type Actor } from '../../models/audit.ts';
import type { Deps } from '../../models/deps.ts';
import { OutboxMessage } from '../../models/OutboxMessage.ts';
import type { Transaction } from '../../models/transaction.ts';
import {
  changeAppointment,
  ONLINE_MS,
  save,
  withdraw,
  writePin,
  type AppointmentKey,
} from '../appointments/index.ts';

/** Wrong tries over the whole life of an appointment; neither time nor a new PIN gives more. */
export const MAX_TRIES = 5;
export const PIN_MINUTES = 10;
/** A text needs some seconds to arrive; before this another one is not sent. */
export const RESEND_SECONDS = 60;
/** So that nobody can make the department pay for texts without end. */
const MAX_TEXTS = 6;

const pinMac = (vault: Vault, uid: string, pin: string) => vault.mac('pin', `${uid}.${pin}`);

/** True while a PIN is on its way or may be typed. */
export function pinInForce(appointment: Appointment, now: Date): boolean {
  return appointment.pinMac !== null && appointment.pinExpiresAt !== null && appointment.pinExpiresAt > now;
}

/** True for the one browser that may go in: where the PIN was typed, or which waited when the agent vouched. */
export function isAdmitted(appointment: Appointment, browser: string): boolean {
  return appointment.admittedAt !== null && appointment.admittedBrowser === browser;
}

/** Whole seconds until another PIN may be asked for. */
export function resendWait(appointment: Appointment, now: Date): number {
  if (!appointment.pinIssuedAt) return 0;
  return Math.max(
    0,
    Math.ceil((addSeconds(appointment.pinIssuedAt, RESEND_SECONDS).getTime() - now.getTime()) / 1000),
  );
}

/** Texts with a PIN that left or are about to; what was withdrawn or expired cost nothing. */
function textsSent(appointment: Appointment, transaction: Transaction): Promise<number> {
  const state = { [Op.notIn]: ['cancelled' as const, 'expired' as const, 'failed' as const] };
  return OutboxMessage.count({ where: { appointmentId: appointment.id, kind: 'pin', state }, transaction });
}

/**
 * Issues a new PIN in place of any before, and writes its text. The tries stay as they are. False, and nothing done,
 * when this appointment has cost enough texts.
 */
export async function issuePin(
  deps: Deps,
  transaction: Transaction,
  appointment: Appointment,
  actor: Actor,
): Promise<boolean> {
  if ((await textsSent(appointment, transaction)) >= MAX_TEXTS) return false;
  const now = deps.clock.now();
  const pin = newPin();
  const pinExpiresAt = addMinutes(now, PIN_MINUTES);
  const columns = { pinMac: pinMac(deps.vault, appointment.uid, pin), pinIssuedAt: now, pinExpiresAt };
  await withdraw(deps.clock, transaction, appointment.id, ['pin']);
  await save(deps, transaction, appointment, 'pin.issue', actor, columns);
  await writePin(deps, transaction, appointment, pin, pinExpiresAt);
  return true;
}

/** Another PIN for somebody who lost the first. Throws the conflicts `notPossibleNow`, `resendTooSoon`, `pinTooMany`. */
export function resendPin(deps: Deps, key: AppointmentKey, actor: Actor): Promise<void> {
  return changeAppointment(deps, key, async (appointment, transaction) => {
    const { status } = appointment;
    const present = status === 'waiting' || status === 'in_call';
    if (!present || appointment.pinTries >= MAX_TRIES) throw conflict('notPossibleNow', { status });
    if (resendWait(appointment, deps.clock.now()) > 0) throw conflict('resendTooSoon');
    if (!(await issuePin(deps, transaction, appointment, actor))) throw conflict('pinTooMany');
  });
}

export type PinAnswer = 'accepted' | 'wrong' | 'expired' | 'locked';

/**
 * Compares what was typed in this browser. The right one admits this browser and no other: whoever else has the link
 * needs a PIN of their own, so that a forwarded text opens nothing. A wrong one is counted and the count committed
 * before anything is answered, so that parallel guesses can't exceed the limit: the row is locked, they follow one
 * another.
 */
export function checkPin(deps: Deps, key: AppointmentKey, pin: string, browser: string): Promise<PinAnswer> {
  const citizen: Actor = { kind: 'citizen' };
  return changeAppointment(deps, key, async (appointment, transaction) => {
    if (appointment.status !== 'waiting' && appointment.status !== 'in_call') {
      throw conflict('notPossibleNow', { status: appointment.status });
    }
    if (isAdmitted(appointment, browser)) return 'accepted';
    if (appointment.pinTries >= MAX_TRIES) return 'locked';
    if (!pinInForce(appointment, deps.clock.now())) return 'expired';
    if (sameSecret(appointment.pinMac ?? '', pinMac(deps.vault, appointment.uid, pin))) {
      const columns = { admittedAt: deps.clock.now(), admittedBrowser: browser, pinMac: null };
      await save(deps, transaction, appointment, 'pin.accept', citizen, columns);
      return 'accepted';
    }
    const pinTries = appointment.pinTries + 1;
    await save(deps, transaction, appointment, 'pin.refuse', citizen, { pinTries }, { tries: pinTries });
    if (pinTries < MAX_TRIES) return 'wrong';
    await withdraw(deps.clock, transaction, appointment.id, ['pin']);
    return 'locked';
  });
}

/** The browser that waits to be let in, if there is just one; else whom the agent vouches for can't be told. */
function browserToVouchFor(appointment: Appointment, now: Date): string {
  const { waitingBrowser, rivalSeenAt } = appointment;
  if (!waitingBrowser) throw conflict('nobodyWaits');
  if (rivalSeenAt && now.getTime() - rivalSeenAt.getTime() < ONLINE_MS) throw conflict('twoDevices');
  return waitingBrowser;
}

/**
 * The agent vouches for the citizen instead of the PIN; the browser that waits is admitted, also in place of one that
 * was before. The reason is kept in the audit row, sealed, as it may name people. Throws the conflicts
 * `notPossibleNow` when the citizen is not here, `nobodyWaits`, and `twoDevices` when two browsers wait with the link.
 */
export function overridePin(deps: Deps, key: AppointmentKey, actor: Actor, reason: string): Promise<void> {
  if (actor.kind !== 'staff') throw new AppError('forbidden', 403);
  return changeAppointment(deps, key, async (appointment, transaction) => {
    const { status, uid } = appointment;
    if (status !== 'waiting' && status !== 'in_call') throw conflict('notPossibleNow', { status });
    const admittedBrowser = browserToVouchFor(appointment, deps.clock.now());
    if (isAdmitted(appointment, admittedBrowser)) return;
    const sealed = deps.vault.seal(reason, reasonContext(uid)).toString('base64');
    const columns = { admittedAt: deps.clock.now(), admittedBrowser, pinMac: null };
    await save(deps, transaction, appointment, 'pin.override', actor, columns, { sealed });
    await withdraw(deps.clock, transaction, appointment.id, ['pin']);
  });
}
