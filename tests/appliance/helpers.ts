import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { freePort, portTaken } from '../../appliance/embedded/ports.ts';
import { ROOT } from '../../server/kernel/paths.ts';

export const SCRIPT = join(ROOT, 'appliance/videoatencio');

/** A command that runs, with all it has printed so far. */
export interface Run {
  pid: number;
  output(): string;
  /** Resolves when the output matches; rejects with the whole output when the command ends first. */
  printed(pattern: RegExp): Promise<void>;
  /** The exit code, or the name of the signal. */
  ended: Promise<number | string | null>;
  signal(name: NodeJS.Signals): void;
}

/** A directory that goes away with the test. */
export function temporaryDirectory(t: ExecutionContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'va-cli-test-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Puts small shell programs into a directory that comes first in the PATH. Answers with that PATH. */
export function withPrograms(directory: string, programs: Record<string, string>): string {
  for (const [name, body] of Object.entries(programs)) {
    const file = join(directory, name);
    writeFileSync(file, `#!/bin/bash\n${body}\n`);
    chmodSync(file, 0o755);
  }
  return `${directory}:${process.env['PATH'] ?? ''}`;
}

/** Starts `appliance/videoatencio` with these words. It is killed with the test, should it still run. */
export function videoatencio(t: ExecutionContext, args: string[], env: NodeJS.ProcessEnv = {}): Run {
  const child = spawn(SCRIPT, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      for (const watcher of watchers) watcher();
    });
  }
  const ended = new Promise<number | string | null>((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  t.teardown(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const printed = async (pattern: RegExp) => {
    const found = new Promise<void>((resolve) => {
      const look = () => pattern.test(text) && resolve();
      watchers.add(look);
      look();
    });
    await Promise.race([
      found,
      ended.then((code) => {
        if (!pattern.test(text)) throw new Error(`Ended with ${code} before printing ${pattern}:\n${text}`);
      }),
    ]);
  };
  return {
    pid: child.pid ?? -1,
    output: () => text,
    printed,
    ended,
    signal: (name) => void child.kill(name),
  };
}

/** A free port whose successor is free as well. */
export async function twoFreePorts(): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (port < 65_535 && !(await portTaken(port + 1))) return port;
  }
}

/** Processes that mention a text in their command line or environment, ourselves apart. */
export function processesMentioning(text: string): string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .map((pid) => ({ pid, about: readProc(pid, 'cmdline') + readProc(pid, 'environ') }))
    .filter(({ about }) => about.includes(text))
    .map(({ pid }) => `${pid}: ${readProc(pid, 'cmdline').replaceAll('\0', ' ')}`);
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
