import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  describeExit,
  lastLines,
  startProcess,
  type RunningProcess,
} from '../../../appliance/embedded/processes.ts';

const READY_MS = 60_000;
const POLL_MS = 50;

/** Refuses, with the command that helps, when a program of a Debian package is not on this machine. */
export function requireProgram(path: string, debianPackage: string): string {
  try {
    accessSync(path, constants.R_OK);
    return path;
  } catch {
    throw new Error(
      `${path} is missing. Install it with: sudo apt-get install --no-install-recommends ${debianPackage}`,
    );
  }
}

/** A folder of its own for one program, and how to delete it. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'va-interop-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Starts a program of somebody else; its output goes to a log in the folder. */
export async function startProgram(folder: string, command: string, args: string[]): Promise<RunningProcess> {
  const name = command.split('/').at(-1) ?? command;
  return startProcess({
    name,
    command,
    args,
    cwd: folder,
    logFile: join(folder, `${name}.log`),
    pidFile: join(folder, `${name}.pid`),
  });
}

/** Resolves once a port of 127.0.0.1 answers; rejects with the program's last words when it ended instead. */
export async function listening(port: number, program: RunningProcess): Promise<void> {
  const deadline = Date.now() + READY_MS;
  for (;;) {
    if (await answers(port)) return;
    const ended = await Promise.race([program.exited, delay(POLL_MS)]);
    if (!ended && Date.now() < deadline) continue;
    const how = ended ? `ended with ${describeExit(ended)}` : `does not listen on port ${port}`;
    throw new Error(`${program.name} ${how}:\n${lastLines(program.logFile, 20)}`);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
