import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../../appliance/embedded/ports.ts';
import { readPidFile } from '../../../appliance/embedded/pid-files.ts';

/** A running demo: the compiled product with simulators around it. */
export interface Demo {
  url: string;
  /** The citizen's phone and mailbox. */
  viewerUrl: string;
  /** Milliseconds from the command to usable. */
  readyMs: number;
  /** Resident memory of the application, in MB of 2^20 bytes. */
  applicationMb(): number;
  stop(): Promise<void>;
}

/** Starts the demo of the checkout in `root` with its data in `directory`. Throws when it ends before it is ready. */
export async function startDemo(root: string, directory: string): Promise<Demo> {
  const began = performance.now();
  const [port, viewerPort] = [await freePort(), await freePort()];
  const child = spawn(
    join(root, 'appliance/videoatencio'),
    ['demo', '--port', String(port), '--viewer-port', String(viewerPort)],
    { cwd: root, env: { ...process.env, VIDEOATENCIO_VAR: directory }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const closed = once(child, 'close');
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('Ctrl-C stops everything')) resolve();
    });
    child.once('close', (code) =>
      reject(new Error(`The demo ended with ${String(code)} before it was ready`)),
    );
  });
  return {
    url: `http://localhost:${port}`,
    viewerUrl: `http://localhost:${viewerPort}`,
    readyMs: Math.round(performance.now() - began),
    applicationMb() {
      const pid = readPidFile(join(directory, 'demo/run/application.pid'))?.pid;
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
    },
    async stop() {
      child.kill('SIGINT');
      await closed;
    },
  };
}
