import { conflict } from '../../kernel/errors.ts';
import type { Deps } from '../../models/deps.ts';
import { changeAppointment, save, type AppointmentKey } from '../appointments/index.ts';

/** Keeps the citizen's rating, 1 to 5. Once given it stays. Throws the conflict `notPossibleNow` before the end. */
export function rate(deps: Deps, key: AppointmentKey, rating: number): Promise<void> {
  return changeAppointment(deps, key, async (appointment, transaction) => {
    if (appointment.status !== 'completed') throw conflict('notPossibleNow', { status: appointment.status });
    if (appointment.rating !== null) return;
    await save(
      deps,
      transaction,
      appointment,
      'appointment.rate',
      { kind: 'citizen' },
      { rating },
      { rating },
    );
  });
}
