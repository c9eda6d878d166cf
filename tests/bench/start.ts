import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../appliance/embedded/ports.ts';
import { ROOT } from '../../server/kernel/paths.ts';
import type { BenchResult } from './run.ts';

const ROUNDS = 5;

/** Starts the demo, waits until it says that it is ready, stops it. Answers with the milliseconds to ready. */
async function start(directory: string): Promise<number> {
  const began = performance.now();
  const ports = ['--port', String(await freePort()), '--viewer-port', String(await freePort())];
  const child = spawn(join(ROOT, 'appliance/videoatencio'), ['demo', ...ports], {
    env: { ...process.env, VIDEOATENCIO_VAR: directory },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let ready = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.includes('Ctrl-C stops everything')) return;
    ready = performance.now() - began;
    child.kill('SIGINT');
  });
  const [code] = await once(child, 'close');
  if (code !== 0 || ready === 0) throw new Error(`The demo ended with ${String(code)} before it was ready`);
  return Math.round(ready);
}

/** Time from the command to a usable demo: with no data yet, and again with them. Packages and build are there. */
export default async function bench(): Promise<BenchResult> {
  const directory = mkdtempSync(join(tmpdir(), 'va-bench-'));
  try {
    await start(mkdtempSync(join(directory, 'warm-up-')));
    const firstMs = await start(directory);
    const againMs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) againMs.push(await start(directory));
    const medianAgainMs = againMs.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? NaN;
    return {
      title: 'From the command to a usable demo',
      rows: [
        { start: 'first, no data', ms: firstMs },
        { start: `again, median of ${ROUNDS}`, ms: medianAgainMs },
        { start: 'again, slowest', ms: Math.max(...againMs) },
      ],
      figures: { firstMs, medianAgainMs, againMs },
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
