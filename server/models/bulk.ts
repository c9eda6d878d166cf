import { QueryTypes, type Sequelize } from 'sequelize';
import type { Transaction } from './transaction.ts';

/*
 * For the few statements that run for every message: to have them made from models costs more processor time than the
 * database needs to run them.
 */

type Value = string | number | null | Date;

/** An instant as MariaDB takes it for a DATETIME(3): UTC, to the millisecond. */
export function sqlTime(instant: Date): string {
  return instant.toISOString().slice(0, 23).replace('T', ' ');
}

/** A value as SQL has it. */
function sqlValue(sequelize: Sequelize, value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return String(value);
  if (value instanceof Date) return `'${sqlTime(value)}'`;
  return sequelize.escape(value);
}

/**
 * Inserts many rows in one statement, without making a model of each: for the few places where messages leave by the
 * thousand. Keys are names of columns, the same in each row. With `ignoreDuplicates` rows whose key exists are left as
 * they are.
 */
export async function insertRows(
  sequelize: Sequelize,
  table: string,
  rows: Record<string, Value>[],
  transaction: Transaction | null,
  ignoreDuplicates = false,
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const names = Object.keys(first);
  const values = rows.map(
    (row) => `(${names.map((name) => sqlValue(sequelize, row[name] ?? null)).join(',')})`,
  );
  const verb = ignoreDuplicates ? 'INSERT IGNORE' : 'INSERT';
  const columns = names.map((name) => `\`${name}\``).join(',');
  await sequelize.query(`${verb} INTO ${table} (${columns}) VALUES ${values.join(',')}`, {
    type: QueryTypes.BULKUPDATE,
    transaction,
  });
}
