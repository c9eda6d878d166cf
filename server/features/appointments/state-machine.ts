import { APPOINTMENT_STATUSES, type AppointmentStatus } from '../../models/Appointment.ts';

/** Stages in the life of an appointment. */
export const STATUSES = APPOINTMENT_STATUSES;
export type Status = AppointmentStatus;

/** What can happen to an appointment. */
export const EVENTS = [
  'confirm',
  'decline',
  'enter',
  'leave',
  'attend',
  'close',
  'cancel',
  'miss',
  'reschedule',
] as const;
export type LifeEvent = (typeof EVENTS)[number];

/**
 * The whole life of an appointment. What is not listed is refused.
 * - `enter`/`leave`: the citizen takes or gives up a place in the waiting room.
 * - `miss`: nobody came. It is possible from `waiting`, when the phone left long ago, but never from a call.
 * - `reschedule` keeps the status: an unconfirmed one stays to be phoned, a confirmed one stays confirmed.
 */
const TRANSITIONS: Record<Status, Partial<Record<LifeEvent, Status>>> = {
  requested: { confirm: 'confirmed', decline: 'declined', cancel: 'cancelled', reschedule: 'requested' },
  confirmed: {
    enter: 'waiting',
    decline: 'declined',
    cancel: 'cancelled',
    miss: 'no_show',
    reschedule: 'confirmed',
  },
  waiting: { leave: 'confirmed', attend: 'in_call', cancel: 'cancelled', miss: 'no_show' },
  in_call: { close: 'completed' },
  completed: {},
  cancelled: {},
  declined: {},
  no_show: {},
};

/** The status after `event`, or null when the event is not possible in this status. */
export function nextStatus(status: Status, event: LifeEvent): Status | null {
  return TRANSITIONS[status][event] ?? null;
}

/** True when the event is possible in this status. */
export function can(status: Status, event: LifeEvent): boolean {
  return nextStatus(status, event) !== null;
}

/** True for the stages that nothing leaves. */
export function isFinal(status: Status): boolean {
  return Object.keys(TRANSITIONS[status]).length === 0;
}

/** Stages that hold a place in the office's capacity. */
export const OCCUPYING: readonly Status[] = STATUSES.filter((status) => !isFinal(status));
