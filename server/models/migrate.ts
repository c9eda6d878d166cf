import { QueryTypes, type Sequelize } from 'sequelize';
import { SequelizeStorage, Umzug } from 'umzug';
import { migration as first } from './migrations/0001-first.ts';
import type { Migration } from './migrations/migration.ts';

const MIGRATIONS: Migration[] = [first];

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
  return (await umzug(sequelize).up()).map((migration) => migration.name);
}
