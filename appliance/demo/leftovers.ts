import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning, livePidFiles, readPidFile, writePidFile } from '../embedded/pid-files.ts';
import { stopPid } from '../embedded/processes.ts';
import { DemoFailure, EXIT } from './failure.ts';
import type { Places } from './places.ts';

/** The database goes last, as the others write to it until they end. */
const LAST = 'database';

/** Marks this process as the one that runs the demo of these places. Throws DemoFailure when another one does. */
export function claim(places: Places): void {
  const other = readPidFile(places.pidFile('supervisor'));
  if (other && other.pid !== process.pid) {
    throw new DemoFailure(
      `This demo is already running (process ${other.pid}). Press Ctrl-C in its window, or type: kill ${other.pid}`,
      EXIT.alreadyRunning,
    );
  }
  writePidFile(places.pidFile('supervisor'), process.pid, 'supervisor');
}

/** Stops what an earlier supervisor left running when it was killed; answers with their names. */
export async function stopLeftovers(places: Places): Promise<string[]> {
  const left = livePidFiles(places.run).filter(({ pid }) => pid !== process.pid);
  const inOrder = left.sort((a, b) => Number(a.name === LAST) - Number(b.name === LAST));
  for (const { pid } of inOrder) await stopPid(pid);
  const video = unrecordedVideo(places);
  if (video !== undefined) await stopPid(video);
  return [...inOrder.map(({ name }) => name), ...(video === undefined ? [] : ['video server'])];
}

/**
 * Prosody notes its own number before we can: a supervisor killed in between leaves only that note. It is believed
 * when the process was started with the configuration that lies in our directory.
 */
function unrecordedVideo(places: Places): number | undefined {
  try {
    const pid = Number(readFileSync(join(places.video, 'prosody.pid'), 'utf8'));
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return isRunning(pid) && command.includes(join(places.video, 'prosody.cfg.lua')) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Forgets that this process runs the demo. */
export function release(places: Places): void {
  rmSync(places.pidFile('supervisor'), { force: true });
}

/** Ends at once all that is recorded, for a person who pressed Ctrl-C twice. */
export function killAll(places: Places): void {
  for (const { pid } of livePidFiles(places.run)) {
    if (pid !== process.pid) process.kill(pid, 'SIGKILL');
  }
}
