import type { Sequelize } from 'sequelize';
import type { Transaction } from './transaction.ts';

type Value = string | number | null | Date;

/** An instant as MariaDB takes it for a DATETIME(3): UTC, to the millisecond. */
export function sqlTime(instant: Date): string {
  return instant.toISOString().slice(0, 23).replace('T', ' ');
}

const plain = (value: Value) => (value instanceof Date ? sqlTime(value) : value);

/**
 * Inserts many rows in one statement, without making a model of each: for the few places where messages leave by the
 * thousand. Keys are names of columns. With `ignoreDuplicates` rows whose key exists are left as they are.
 */
export async function insertRows(
  sequelize: Sequelize,
  table: string,
  rows: Record<string, Value>[],
  transaction: Transaction | null,
  ignoreDuplicates = false,
): Promise<void> {
  if (rows.length === 0) return;
  const values = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([key, value]) => [key, plain(value)])),
  );
  const options = { transaction, ignoreDuplicates };
  await sequelize.getQueryInterface().bulkInsert(table, values, options);
}
