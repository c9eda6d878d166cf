import { setTimeout as delay } from 'node:timers/promises';
import type { Installation } from './installation.ts';
import { cpuMs, databaseCounters } from './readings.ts';

const SETTLE_MS = 5000;
const SECONDS = 60;

export interface IdleRun {
  queriesPerMinute: number;
  /** Share of one core. */
  serverCpuPercent: number;
  databaseCpuPercent: number;
  /** Statements by their beginning, as the database's own log has them. */
  statements: Record<string, number>;
}

/** What a server costs while nothing is due: nobody is signed in, and the outbox holds only what was sent before. */
export async function runIdle(installation: Installation): Promise<IdleRun> {
  const server = await installation.startServer();
  await delay(SETTLE_MS);
  const read = async () => ({
    queries: (await databaseCounters(installation)).get('QUESTIONS') ?? 0,
    server: cpuMs(server.pid),
    database: cpuMs(installation.databasePid),
  });
  const before = await read();
  await delay(SECONDS * 1000);
  const after = await read();
  const statements = await logOfAMinute(installation);
  await server.stop();
  const percent = (ms: number) => Number((ms / (SECONDS * 10)).toFixed(2));
  return {
    // The second reading is one question itself.
    queriesPerMinute: ((after.queries - before.queries - 1) * 60) / SECONDS,
    serverCpuPercent: percent(after.server - before.server),
    databaseCpuPercent: percent(after.database - before.database),
    statements,
  };
}

/** A minute of its own, because a log of all statements costs something itself. */
async function logOfAMinute(installation: Installation): Promise<Record<string, number>> {
  await installation.command("SET GLOBAL log_output = 'TABLE'");
  await installation.command('SET GLOBAL general_log = 1');
  await delay(SECONDS * 1000);
  await installation.command('SET GLOBAL general_log = 0');
  const found = await installation.rows<{ beginning: string; times: number }>(
    `SELECT REGEXP_REPLACE(LEFT(argument, 90), '\\\\s+', ' ') AS beginning, COUNT(*) AS times
      FROM mysql.general_log WHERE argument NOT LIKE 'SET GLOBAL%' GROUP BY 1 ORDER BY 2 DESC`,
  );
  return Object.fromEntries(found.map(({ beginning, times }) => [beginning, times]));
}
