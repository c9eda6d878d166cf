import type { Deps } from '../../models/deps.ts';
import { conflict, notFound } from '../../kernel/errors.ts';
import { Appointment } from '../../models/Appointment.ts';
import { announce, audit, type Actor } from '../../models/audit.ts';
import { inTransaction, type Transaction } from '../../models/transaction.ts';
import { withdraw } from './outbox.ts';
import { isFinal, nextStatus, type LifeEvent } from './state-machine.ts';

/** Which appointment: by its public id within an office, or by the hash of the citizen's link. */
export type AppointmentKey = { officeId: number; uid: string } | { linkHash: string };

type Details = Record<string, string | number | boolean> | null;

/**
 * Loads and locks the appointment, lets `work` change it, and commits; then wakes live pages and the sender.
 * Throws `notFound` when there is none. Whatever `work` throws undoes everything.
 */
export async function changeAppointment<Result>(
  deps: Deps,
  key: AppointmentKey,
  work: (appointment: Appointment, transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const result = await inTransaction(deps.sequelize, async (transaction) => {
    const appointment = await Appointment.findOne({ where: key, transaction, lock: transaction.LOCK.UPDATE });
    if (!appointment) throw notFound('appointment');
    return work(appointment, transaction);
  });
  deps.changes.poke();
  deps.messagesDue();
  return result;
}

/**
 * Moves the appointment along the state machine, saves `columns` with it, and writes audit and change rows. An end
 * withdraws all messages that have not left: nothing is said any more about what is over, but that it was called off.
 * Throws the conflict `notPossibleNow` when the event is not possible in its status.
 */
export async function transition(
  deps: Deps,
  transaction: Transaction,
  appointment: Appointment,
  event: LifeEvent,
  actor: Actor,
  columns: Partial<Appointment> = {},
  details: Details = null,
): Promise<void> {
  const status = nextStatus(appointment.status, event);
  if (!status) throw conflict('notPossibleNow', { status: appointment.status });
  await save(deps, transaction, appointment, `appointment.${event}`, actor, { ...columns, status }, details);
  if (isFinal(status)) await withdraw(deps.clock, transaction, appointment.id);
}

/** Saves `columns` without a change of status, with the audit row `action`. */
export async function save(
  deps: Deps,
  transaction: Transaction,
  appointment: Appointment,
  action: string,
  actor: Actor,
  columns: Partial<Appointment>,
  details: Details = null,
): Promise<void> {
  const { id: appointmentId, officeId } = appointment;
  await appointment.update({ ...columns, updatedAt: deps.clock.now() }, { transaction });
  await audit(deps.clock, transaction, actor, action, { officeId, appointmentId }, details);
  await announce(deps.clock, transaction, officeId, appointmentId);
}
