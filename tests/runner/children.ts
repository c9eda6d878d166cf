import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { isRunning } from '../../appliance/embedded/pid-files.ts';

/** Marks every process that descends from this run, however deep, by its environment. */
const MARK = 'VIDEOATENCIO_TEST_RUN';
const GRACE_MS = 5000;

export interface ChildOptions {
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  /** Each line of standard output, and of standard error unless `inheritErrors`. */
  onLine(text: string): void;
  /** Passes standard error on to our own, unread. */
  inheritErrors?: boolean;
}

/** Runs the commands of one test run, and ends all of them when it is over. */
export interface Children {
  /** Resolves with the exit code (null after a signal) once the command and its output have ended. */
  run(options: ChildOptions): Promise<number | null>;
  /** Waits a little for descendants that are still going down. Answers with those that are not. */
  leftovers(): Promise<{ pid: number; command: string }[]>;
  /** Ends everything that this run started, by process id. */
  killAll(): void;
}

/** Begins a run; `id` tells its processes from those of another run. */
export function createChildren(id: string): Children {
  return {
    run: (options) => run(options, { ...process.env, ...options.env, [MARK]: id }),
    async leftovers() {
      const deadline = Date.now() + GRACE_MS;
      while (marked(id).length > 0 && Date.now() < deadline) await delay(100);
      return marked(id).map((pid) => ({ pid, command: commandLine(pid) }));
    },
    killAll() {
      for (const pid of marked(id)) kill(pid);
    },
  };
}

function run(options: ChildOptions, env: NodeJS.ProcessEnv): Promise<number | null> {
  const errors = options.inheritErrors ? 'inherit' : 'pipe';
  const child = spawn(options.command, options.args, { env, stdio: ['ignore', 'pipe', errors] });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', (line) => options.onLine(line));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
}

function marked(id: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => pid !== process.pid && isRunning(pid) && hasMark(pid, id));
}

function hasMark(pid: number, id: string): boolean {
  return readProc(pid, 'environ').split('\0').includes(`${MARK}=${id}`);
}

function commandLine(pid: number): string {
  return readProc(pid, 'cmdline').replaceAll('\0', ' ').trim().slice(0, 200);
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone in the meantime, which is what was wanted.
  }
}
