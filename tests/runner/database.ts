import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startMariadb } from '../../appliance/embedded/mariadb.ts';
import { readPidFile, writePidFile } from '../../appliance/embedded/pid-files.ts';
import { stopPid } from '../../appliance/embedded/processes.ts';
import { ROOT } from '../../server/kernel/paths.ts';

const HOME = join(process.env['VIDEOATENCIO_VAR'] ?? join(ROOT, 'var'), 'test');

/** The one database server of a test run. */
export interface TestDatabase {
  socket: string;
  /** Stops it and deletes its data. */
  stop(): Promise<void>;
}

/** Starts a private MariaDB with empty data, after clearing away those of runs that were killed. */
export async function startTestDatabase(): Promise<TestDatabase> {
  mkdirSync(HOME, { recursive: true, mode: 0o700 });
  await clearAbandoned();
  const directory = mkdtempSync(join(HOME, 'run-'));
  writePidFile(join(directory, 'runner.pid'), process.pid, 'runner');
  const database = await startMariadb({ directory, cacheMb: 256 });
  return {
    socket: database.socket,
    async stop() {
      await database.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function clearAbandoned(): Promise<void> {
  for (const name of readdirSync(HOME)) {
    const directory = join(HOME, name);
    if (readPidFile(join(directory, 'runner.pid'))) continue;
    const database = readPidFile(join(directory, 'mariadb.pid'));
    if (database) await stopPid(database.pid);
    rmSync(directory, { recursive: true, force: true });
  }
}
