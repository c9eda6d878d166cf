import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { QueryTypes } from 'sequelize';
import { freePort } from '../../../appliance/embedded/ports.ts';
import { loadSettings } from '../../../server/config/settings.ts';
import { createDeps } from '../../../server/deps.ts';
import type { Deps } from '../../../server/models/deps.ts';
import { migrate } from '../../../server/models/migrate.ts';
import { createTestDatabase } from '../../helpers/database.ts';
import { testEnvironment } from '../../helpers/settings.ts';
import { startTestDatabase } from '../../runner/database.ts';
import { prefer } from './readings.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';

/** A database as in production, and the built product to run on it. */
export interface Installation {
  /** Models, keys and templates in this process; nothing of it sends. */
  deps: Deps;
  databasePid: number;
  /** Starts the product; resolves when it listens and is bound to the gateway. */
  startServer(extra?: Record<string, string>): Promise<ServerProcess>;
  rows<Row extends object>(sql: string): Promise<Row[]>;
  /** A statement without rows. */
  command(sql: string): Promise<void>;
  stop(): Promise<void>;
}

/** Makes it. Throws when the database would not flush each commit to disk, because then its figures say nothing. */
export async function startInstallation(smscPort: number): Promise<Installation> {
  const database = await startTestDatabase();
  process.env['TEST_DATABASE_SOCKET'] = database.socket;
  const own = await createTestDatabase();
  const common = { databaseUrl: own.url, smscPort, smtpPort: await freePort(), videoPort: await freePort() };
  const secrets = {
    APP_KEY: randomBytes(32).toString('hex'),
    JITSI_APP_SECRET: randomBytes(24).toString('hex'),
  };
  const environment = (port: number) => ({
    ...testEnvironment({ ...common, port }),
    ...secrets,
    LOG_LEVEL: 'info',
  });
  const { deps } = createDeps(loadSettings({ ...environment(await freePort()), LOG_LEVEL: 'silent' }));
  await migrate(deps.sequelize);
  const rows = <Row extends object>(sql: string) =>
    deps.sequelize.query<Row>(sql, { type: QueryTypes.SELECT });
  const [flush] = await rows<{ each: number; method: string }>(
    'SELECT @@innodb_flush_log_at_trx_commit AS `each`, @@innodb_flush_method AS method',
  );
  if (Number(flush?.each) !== 1) throw new Error('The database does not flush each commit');
  const [pid] = await rows<{ file: string }>('SELECT @@pid_file AS file');
  const databasePid = Number(await readFile(pid?.file ?? '', 'utf8'));
  prefer(databasePid);
  return {
    deps,
    databasePid,
    startServer: async (extra = {}) => {
      const port = await freePort();
      return startServerProcess(port, { ...environment(port), ...extra });
    },
    rows,
    command: async (sql) => void (await deps.sequelize.query(sql, { type: QueryTypes.RAW })),
    async stop() {
      await deps.sequelize.close();
      await own.drop();
      await database.stop();
    },
  };
}
