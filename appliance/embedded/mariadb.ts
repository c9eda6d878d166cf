import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createConnection } from 'mariadb';
import { describeExit, lastLines, startProcess, type ProcessExit, type RunningProcess } from './processes.ts';

const run = promisify(execFile);

/** sun_path of unix(7) holds 108 bytes with its closing NUL. */
const MAX_SOCKET_PATH = 107;
const SOCKET_PREFIX = 'videoatencio-db-';
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 20_000;

/** A private database server, reachable only by the owner of its directory. */
export interface Mariadb {
  socket: string;
  pid: number;
  exited: Promise<ProcessExit>;
  /** Orderly shutdown; the data stay in the directory. */
  stop(): Promise<void>;
}

export interface MariadbOptions {
  /** Holds the data, the socket and, unless told otherwise, log and pid file. Made on first use. */
  directory: string;
  /** InnoDB buffer pool in MiB; 128 by default. */
  cacheMb?: number;
  logFile?: string;
  pidFile?: string;
}

/**
 * Starts a MariaDB of our own: no TCP, no system configuration, utf8mb4, UTC, every commit flushed to disk.
 * The administrator is `root` without password, behind a socket in a directory that only its owner may enter.
 * Resolves when it answers queries; rejects with the last log lines when it doesn't.
 */
export async function startMariadb(options: MariadbOptions): Promise<Mariadb> {
  const directory = resolve(options.directory);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const data = join(directory, 'data');
  const temporary = join(directory, 'tmp');
  mkdirSync(temporary, { recursive: true, mode: 0o700 });
  if (!existsSync(data)) await createData(data, temporary);
  const socket = socketPath(directory);
  const server = await startProcess({
    name: 'database',
    command: 'mariadbd',
    args: serverArguments(directory, socket, options.cacheMb ?? 128),
    env: withAdminPath(),
    logFile: options.logFile ?? join(directory, 'mariadb.log'),
    pidFile: options.pidFile ?? join(directory, 'mariadb.pid'),
  });
  try {
    await waitUntilReady(server, socket);
  } catch (error) {
    await server.stop(STOP_WITHIN_MS);
    throw error;
  }
  return { socket, pid: server.pid, exited: server.exited, stop: () => stop(server, socket, directory) };
}

/** Makes an empty database, utf8mb4, unless it is there. The name may hold letters, digits and underscores. */
export async function ensureDatabase(socketPath: string, name: string): Promise<void> {
  if (!/^\w+$/.test(name)) throw new RangeError(`'${name}' is no name for a database`);
  const connection = await createConnection({ socketPath, user: 'root' });
  try {
    await connection.query(`CREATE DATABASE IF NOT EXISTS \`${name}\` CHARACTER SET utf8mb4`);
  } finally {
    await connection.end();
  }
}

/** Fills a new data directory under another name first, so that an interrupted run leaves nothing half made. */
async function createData(data: string, temporary: string): Promise<void> {
  const unfinished = `${data}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const args = [
    '--no-defaults',
    `--datadir=${unfinished}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
    ...userArgument(),
  ];
  try {
    // Two of them at once would fight over equal names in the common temporary directory.
    await run('mariadb-install-db', args, { env: { ...withAdminPath(), TMPDIR: temporary } });
  } catch (cause) {
    throw new Error(`Cannot create the database files in ${data}: ${outputOf(cause)}`, { cause });
  }
  renameSync(unfinished, data);
}

/** What a failed command printed, or its error when it printed nothing. */
function outputOf(failure: unknown): string {
  const printed = failure instanceof Error && 'stderr' in failure ? String(failure.stderr) : '';
  return printed || String(failure);
}

function serverArguments(directory: string, socket: string, cacheMb: number): string[] {
  return [
    '--no-defaults',
    ...userArgument(),
    `--datadir=${join(directory, 'data')}`,
    `--socket=${socket}`,
    `--pid-file=${join(directory, 'server.pid')}`,
    `--tmpdir=${join(directory, 'tmp')}`,
    '--skip-networking',
    '--skip-name-resolve',
    '--skip-log-bin',
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_unicode_ci',
    '--default-time-zone=+00:00',
    '--innodb-flush-log-at-trx-commit=1',
    `--innodb-buffer-pool-size=${cacheMb}M`,
    '--max-connections=200',
    '--performance-schema=OFF',
  ];
}

async function waitUntilReady(server: RunningProcess, socket: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  let ended: ProcessExit | undefined;
  void server.exited.then((exit) => (ended = exit));
  while (!(await answers(socket))) {
    if (ended || Date.now() > deadline) {
      const what = ended ? `ended with ${describeExit(ended)}` : 'did not answer in time';
      throw new Error(`The database ${what}. Its log ends with:\n${lastLines(server.logFile, 15)}`);
    }
    await delay(50);
  }
}

async function answers(socket: string): Promise<boolean> {
  if (!existsSync(socket)) return false;
  try {
    const connection = await createConnection({ socketPath: socket, user: 'root', connectTimeout: 1000 });
    await connection.query('SELECT 1');
    await connection.end();
    return true;
  } catch {
    return false;
  }
}

async function stop(server: RunningProcess, socket: string, directory: string): Promise<void> {
  await server.stop(STOP_WITHIN_MS);
  if (dirname(socket) !== directory) rmSync(dirname(socket), { recursive: true, force: true });
}

/**
 * The socket lies beside the data. Where that path is too long for the system it lies in a fresh private
 * directory under the temporary one; a note tells the next start which one to clear away.
 */
function socketPath(directory: string): string {
  const beside = join(directory, 'mariadb.sock');
  const note = join(directory, 'socket-directory');
  const leftover = existsSync(note) ? readFileSync(note, 'utf8') : '';
  if (basename(leftover).startsWith(SOCKET_PREFIX)) rmSync(leftover, { recursive: true, force: true });
  rmSync(note, { force: true });
  if (Buffer.byteLength(beside) <= MAX_SOCKET_PATH) return beside;
  const elsewhere = mkdtempSync(join(tmpdir(), SOCKET_PREFIX));
  writeFileSync(note, elsewhere, { mode: 0o600 });
  return join(elsewhere, 'mariadb.sock');
}

/** mariadbd refuses to run as root unless told so by name. */
function userArgument(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

/** Ordinary users on Debian have no /usr/sbin in their PATH, where mariadbd lives. */
function withAdminPath(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
}
