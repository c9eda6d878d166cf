import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../server/kernel/paths.ts';
import { startDemo } from './parts/demo.ts';
import type { BenchResult } from './run.ts';

/** A fresh clone of the last commit to a usable demo (Debian packages are there), and that clone once more. */
export default async function bench(): Promise<BenchResult> {
  const directory = mkdtempSync(join(tmpdir(), 'va-clone-'));
  const clone = join(directory, 'clone');
  try {
    execFileSync('git', ['clone', '--quiet', ROOT, clone]);
    const first = await startDemo(clone, join(clone, 'var'));
    await first.stop();
    const again = await startDemo(clone, join(clone, 'var'));
    await again.stop();
    return {
      title: 'Fresh clone to usable demo',
      rows: [
        { start: 'fresh clone: npm ci, build, database, seed', ms: first.readyMs },
        { start: 'again', ms: again.readyMs },
      ],
      figures: { cloneMs: first.readyMs, againMs: again.readyMs },
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
