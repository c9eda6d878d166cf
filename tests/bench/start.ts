import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../server/kernel/paths.ts';
import { startDemo } from './parts/demo.ts';
import type { BenchResult } from './run.ts';

const ROUNDS = 5;

/** Starts the demo and stops it once it is usable. Answers with the milliseconds that took. */
async function start(directory: string): Promise<number> {
  const demo = await startDemo(ROOT, directory);
  await demo.stop();
  return demo.readyMs;
}

/** Time from the command to a usable demo: with no data yet, and again with them. Packages and build are there. */
export default async function bench(): Promise<BenchResult> {
  const directory = mkdtempSync(join(tmpdir(), 'va-bench-'));
  try {
    await start(mkdtempSync(join(directory, 'warm-up-')));
    const firstMs = await start(directory);
    const againMs: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) againMs.push(await start(directory));
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
