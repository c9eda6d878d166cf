import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from '../../../server/kernel/paths.ts';

const READY_MS = 60_000;

/** The built product as a process of its own. */
export interface ServerProcess {
  pid: number;
  url: string;
  /** Its lines of log with at least this pino level. */
  complaints(): string[];
  stop(): Promise<void>;
}

/** Starts `dist/server/main.js`; resolves when it listens and is bound to the gateway. */
export async function startServerProcess(
  port: number,
  environment: Record<string, string>,
): Promise<ServerProcess> {
  const flags = (process.env['BENCH_NODE_FLAGS'] ?? '').split(' ').filter(Boolean);
  const child = spawn(process.execPath, [...flags, join(ROOT, 'dist/server/main.js')], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const waiting = new Set(['listening', 'SMS gateway connected']);
  const complaints: string[] = [];
  let ready: () => void = () => undefined;
  const isReady = new Promise<void>((resolve) => (ready = resolve));
  createInterface({ input: child.stdout }).on('line', (line) => {
    for (const words of waiting) if (line.includes(`"msg":"${words}"`)) waiting.delete(words);
    if (/"level":[4-6]0/.test(line)) complaints.push(line);
    if (waiting.size === 0) ready();
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), READY_MS);
  await Promise.race([
    isReady,
    gone.then(() => {
      throw new Error(`The server ended or was not ready in time:\n${complaints.join('\n')}`);
    }),
  ]);
  clearTimeout(limit);
  return {
    pid: child.pid ?? -1,
    url: `http://localhost:${port}`,
    complaints: () => complaints,
    async stop() {
      child.kill('SIGTERM');
      await gone;
    },
  };
}
