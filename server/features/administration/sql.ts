import { QueryTypes } from 'sequelize';
import type { Deps } from '../../models/deps.ts';

/**
 * Rows of a statement that only reads. The columns named in `counts` are numbers in the answer: sums come as text or as
 * number, depending on the server's version.
 */
export async function select<Row extends object>(
  deps: Pick<Deps, 'sequelize'>,
  sql: string,
  replacements: Record<string, unknown>,
  counts: (keyof Row)[],
): Promise<Row[]> {
  const rows = await deps.sequelize.query<Row>(sql, { type: QueryTypes.SELECT, replacements });
  return rows.map((row) => ({
    ...row,
    ...Object.fromEntries(counts.map((key) => [key, Number(row[key])])),
  }));
}
