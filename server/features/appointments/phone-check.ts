import { conflict } from '../../kernel/errors.ts';
import { sealCitizen, type Appointment } from '../../models/Appointment.ts';
import type { Actor } from '../../models/audit.ts';
import type { Deps } from '../../models/deps.ts';
import type { Transaction } from '../../models/transaction.ts';
import { changeAppointment, save, transition, type AppointmentKey } from './change.ts';
import { writeConfirmation } from './outbox.ts';
import type { PhoneCheck } from './schema.ts';
import { can } from './state-machine.ts';

async function confirm(
  deps: Deps,
  transaction: Transaction,
  appointment: Appointment,
  actor: Actor,
  columns: Partial<Appointment>,
): Promise<void> {
  if (appointment.endsAt <= deps.clock.now()) throw conflict('alreadyPast');
  await transition(deps, transaction, appointment, 'confirm', actor, columns);
  await writeConfirmation(deps, transaction, appointment);
}

/**
 * Records how the confirmation call went. `confirmed` writes the citizen's messages in the same transaction; without
 * an answer the attempt is counted; the other outcomes end the appointment.
 * Throws a conflict when the appointment is no longer to be phoned, or its time is over.
 */
export function recordPhoneCheck(
  deps: Deps,
  key: AppointmentKey,
  actor: Actor,
  input: PhoneCheck,
): Promise<void> {
  return changeAppointment(deps, key, async (appointment, transaction) => {
    const citizen = { ...appointment.citizenData(deps.vault), notes: input.notes };
    const columns = {
      citizen: sealCitizen(deps.vault, appointment.uid, citizen),
      papersReady: input.papersReady,
      deviceReady: input.deviceReady,
      phoneAttempts: appointment.phoneAttempts + 1,
    };
    if (!can(appointment.status, 'confirm')) throw conflict('notPossibleNow', { status: appointment.status });
    switch (input.outcome) {
      case 'confirmed':
        return confirm(deps, transaction, appointment, actor, columns);
      case 'no_answer':
        return save(deps, transaction, appointment, 'appointment.noAnswer', actor, columns, {
          attempt: columns.phoneAttempts,
        });
      case 'declined':
      case 'not_possible':
        return transition(deps, transaction, appointment, 'decline', actor, {
          ...columns,
          outcome: input.outcome,
        });
    }
  });
}
