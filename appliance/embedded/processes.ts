import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isRunning, writePidFile } from './pid-files.ts';

const POLL_MS = 50;
const DEFAULT_GRACE_MS = 10_000;

/** How a process ended: exactly one of the two is set. */
export interface ProcessExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process that we started and therefore must stop. */
export interface RunningProcess {
  name: string;
  pid: number;
  logFile: string;
  exited: Promise<ProcessExit>;
  /** SIGTERM, then SIGKILL once the grace period is over. Resolves when the process is gone. */
  stop(graceMs?: number): Promise<void>;
}

export interface ProcessOptions {
  /** What people are told when it fails, for example `database`. */
  name: string;
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Receives both output streams; the log of the run before is kept as `<logFile>.1`. */
  logFile: string;
  /** Where pid and identity are recorded until the process has ended. */
  pidFile: string;
}

/**
 * Starts a background process in a process group of its own, so that a Ctrl-C in the terminal reaches only the
 * one that starts it and the parts stop in the right order. Rejects when the command can't be executed.
 */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const { name, logFile, pidFile } = options;
  mkdirSync(dirname(pidFile), { recursive: true });
  const log = openLog(logFile);
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) =>
      reject(new Error(`Cannot start the ${name}: ${cause.message}`, { cause })),
    );
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`The ${name} has no process id`);
  writePidFile(pidFile, pid, name);
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code, signal) => {
      rmSync(pidFile, { force: true });
      resolve({ code, signal });
    });
  });
  return { name, pid, logFile, exited, stop: (graceMs) => stopPid(pid, graceMs) };
}

/** Ends a process by its id: SIGTERM, and SIGKILL after `graceMs`. Succeeds when it is already gone. */
export async function stopPid(pid: number, graceMs = DEFAULT_GRACE_MS): Promise<void> {
  if (!signal(pid, 'SIGTERM')) return;
  if (await waitUntilGone(pid, graceMs)) return;
  signal(pid, 'SIGKILL');
  if (!(await waitUntilGone(pid, DEFAULT_GRACE_MS))) throw new Error(`Process ${pid} survived SIGKILL`);
}

/** The last lines of a log, or an empty text when there is none. */
export function lastLines(logFile: string, count: number): string {
  if (!existsSync(logFile)) return '';
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
}

/** `exit code 1` or `signal SIGKILL`, for messages. */
export function describeExit({ code, signal }: ProcessExit): string {
  return signal ? `signal ${signal}` : `exit code ${code}`;
}

/** Opens a log for appending after setting the one of the run before aside. The caller closes the descriptor. */
export function openLog(logFile: string): number {
  mkdirSync(dirname(logFile), { recursive: true });
  if (existsSync(logFile)) renameSync(logFile, `${logFile}.1`);
  return openSync(logFile, 'a', 0o600);
}

function signal(pid: number, name: NodeJS.Signals): boolean {
  if (!isRunning(pid)) return false;
  try {
    return process.kill(pid, name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

async function waitUntilGone(pid: number, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (isRunning(pid)) {
    if (Date.now() > deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}
