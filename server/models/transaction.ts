import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError, UniqueConstraintError, type Sequelize, type Transaction } from 'sequelize';

export type { Transaction } from 'sequelize';

const ATTEMPTS = 4;
const RETRY_CODES = new Set(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD']);

function mayRetry(error: unknown): boolean {
  if (!(error instanceof DatabaseError) || error instanceof UniqueConstraintError) return false;
  return RETRY_CODES.has((error.parent as Error & { code?: string }).code ?? '');
}

/**
 * Runs the work in one transaction (READ COMMITTED, as the connection says) and commits it, or rolls all of it back when it throws.
 * The whole unit is run again on a deadlock, after a short random pause, so it must not do anything outside the database.
 */
export async function inTransaction<Result>(
  sequelize: Sequelize,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await sequelize.transaction(work);
    } catch (error) {
      if (attempt === ATTEMPTS || !mayRetry(error)) throw error;
      await delay(10 + Math.random() * 40 * attempt);
    }
  }
}
