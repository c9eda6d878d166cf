import { createConnection } from 'mariadb';
import { randomBase32 } from '../../server/kernel/ids.ts';

/** The socket of the run's own MariaDB; `npm test` starts it. */
export function testSocket(): string {
  const socket = process.env.TEST_DATABASE_SOCKET;
  if (!socket) throw new Error('No test database: run "npm test -- FILE" instead of ava');
  return socket;
}

async function execute(sql: string): Promise<void> {
  const connection = await createConnection({ socketPath: testSocket(), user: 'root' });
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}

/** An empty database of its own for one test file. */
export async function createTestDatabase(): Promise<{ url: string; name: string; drop(): Promise<void> }> {
  const name = `va_${randomBase32(12)}`;
  await execute(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
  return {
    name,
    url: `mariadb://root@localhost/${name}`,
    drop: () => execute(`DROP DATABASE IF EXISTS ${name}`),
  };
}
