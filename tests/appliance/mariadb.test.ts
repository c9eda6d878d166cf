import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createConnection } from 'mariadb';
import { ensureDatabase, startMariadb } from '../../appliance/embedded/mariadb.ts';
import { isRunning } from '../../appliance/embedded/pid-files.ts';

function temporaryDirectory(t: ExecutionContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'va-db-test-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

async function ask(socketPath: string, sql: string): Promise<Record<string, unknown>[]> {
  const connection = await createConnection({ socketPath, user: 'root' });
  try {
    return await connection.query<Record<string, unknown>[]>(sql);
  } finally {
    await connection.end();
  }
}

test('a private database starts without network, in UTC and utf8mb4, and keeps its data', async (t) => {
  const directory = temporaryDirectory(t);
  const first = await startMariadb({ directory });
  t.teardown(() => first.stop());
  const [row] = await ask(
    first.socket,
    `SELECT @@time_zone zone, @@character_set_server characters,
      @@skip_networking quiet, @@innodb_flush_log_at_trx_commit flushed`,
  );
  t.deepEqual({ ...row }, { zone: '+00:00', characters: 'utf8mb4', quiet: 1n, flushed: 1n });
  await ensureDatabase(first.socket, 'kept');
  await ensureDatabase(first.socket, 'kept');
  await first.stop();
  t.false(isRunning(first.pid));

  const second = await startMariadb({ directory, cacheMb: 64 });
  t.teardown(() => second.stop());
  const [kept] = await ask(second.socket, "SHOW DATABASES LIKE 'kept'");
  t.truthy(kept);
});

test('a path too long for a socket still works, and its substitute is cleared away', async (t) => {
  const directory = join(temporaryDirectory(t), 'long'.repeat(30));
  const database = await startMariadb({ directory });
  t.teardown(() => database.stop());
  t.false(database.socket.startsWith(directory));
  t.is((await ask(database.socket, 'SELECT 1 one')).length, 1);
  await database.stop();
  t.false(existsSync(dirname(database.socket)));
});

test('a database that cannot start says why, with the end of its log', async (t) => {
  const directory = temporaryDirectory(t);
  const database = await startMariadb({ directory });
  await database.stop();
  writeFileSync(join(directory, 'data', 'ibdata1'), 'not a tablespace');
  const error = await t.throwsAsync(startMariadb({ directory }));
  t.regex(error?.message ?? '', /ended with exit code 1[\s\S]*InnoDB/);
});
