import { UniqueConstraintError } from 'sequelize';
import { AppError } from '../../kernel/errors.ts';
import { Appointment } from '../../models/Appointment.ts';
import type { Deps } from '../../models/deps.ts';
import { OutboxEvent } from '../../models/OutboxEvent.ts';
import type { Transaction } from '../../models/transaction.ts';
import { writeFallback } from '../appointments/index.ts';
import type { OutboxRow } from '../../models/OutboxMessage.ts';

/** That a row cannot be read must not keep its failure, and the results recorded with it, from being stored. */
async function written(
  deps: Deps,
  transaction: Transaction,
  row: OutboxRow,
  appointment: Appointment,
): Promise<boolean> {
  try {
    return await writeFallback(deps, transaction, row, appointment);
  } catch (error) {
    // A unique key says that it is written already. Other errors of the database are about the whole transaction.
    if (!(error instanceof AppError || error instanceof UniqueConstraintError)) throw error;
    deps.log.error({ err: error, message: row.uid }, 'no message to the other channel can be written');
    return false;
  }
}

/**
 * Writes the news to the other channel when it failed for good on this one, if the installation wants that and the
 * person has an address there. A PIN never changes its channel: it proves the mobile.
 */
export async function fallBack(deps: Deps, transaction: Transaction, row: OutboxRow): Promise<void> {
  if (!deps.settings.MESSAGE_FALLBACK || row.appointmentId === null) return;
  const appointment = await Appointment.findByPk(row.appointmentId, { transaction });
  if (!appointment || !(await written(deps, transaction, row, appointment))) return;
  await OutboxEvent.create({ messageId: row.id, at: deps.clock.now(), event: 'fallback' }, { transaction });
}
