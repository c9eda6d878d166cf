import { QueryTypes, type Sequelize } from 'sequelize';
import { SequelizeStorage, Umzug } from 'umzug';
import { migration as first } from './migrations/0001-first.ts';
import { migration as messages } from './migrations/0002-messages.ts';
import type { Migration } from './migrations/migration.ts';

/** Longer than any step on a large table should take another process. */
const LOCK_SECONDS = 600;

const MIGRATIONS: Migration[] = [first, messages];

function umzug(sequelize: Sequelize) {
  const run = (sql: string) => sequelize.query(sql, { type: QueryTypes.RAW });
  return new Umzug({
    migrations: MIGRATIONS.map((migration) => ({ name: migration.name, up: () => migration.up(run) })),
    storage: new SequelizeStorage({ sequelize, tableName: 'schema_migrations' }),
    logger: undefined,
  });
}

/** Names of migrations that the database still lacks. */
export async function pendingMigrations(sequelize: Sequelize): Promise<string[]> {
  return (await umzug(sequelize).pending()).map((migration) => migration.name);
}

/** Brings the schema up to date and returns the names of the steps that ran. */
export async function migrate(sequelize: Sequelize): Promise<string[]> {
  return withLock(sequelize, async () => (await umzug(sequelize).up()).map((migration) => migration.name));
}

/** Of several processes that migrate at once the others wait, and then find nothing to do. */
async function withLock<Result>(sequelize: Sequelize, work: () => Promise<Result>): Promise<Result> {
  // The lock belongs to a connection, and a transaction is the way to keep one; the work runs on another.
  return sequelize.transaction(async (transaction) => {
    const options = { type: QueryTypes.SELECT, transaction } as const;
    const [row] = await sequelize.query<{ got: number | null }>(
      `SELECT GET_LOCK('videoatencio-migrate', ${LOCK_SECONDS}) AS got`,
      options,
    );
    if (Number(row?.got) !== 1) throw new Error('Another process has been migrating for too long');
    try {
      return await work();
    } finally {
      await sequelize.query("SELECT RELEASE_LOCK('videoatencio-migrate') AS done", options);
    }
  });
}
