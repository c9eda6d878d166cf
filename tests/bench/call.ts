import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { ROOT } from '../../server/kernel/paths.ts';
import { startDemo } from './parts/demo.ts';
import { signIn, visit, type Visit } from './parts/visit.ts';
import type { BenchResult } from './run.ts';

const ROUNDS = 5;
const FLAGS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-quic',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
];

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/**
 * From the press of "Atendre" to the first remote picture on each side (the citizen's page waits three seconds on
 * purpose, to say who calls), and what the application's process weighs before and after the visits.
 */
export default async function bench(): Promise<BenchResult> {
  const directory = mkdtempSync(join(tmpdir(), 'va-bench-'));
  const demo = await startDemo(ROOT, directory);
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
  try {
    const idleMb = demo.applicationMb();
    const agent = await signIn(demo, browser);
    const visits: Visit[] = [];
    for (let round = 0; round < ROUNDS; round += 1) visits.push(await visit(demo, browser, agent, round));
    const afterMb = demo.applicationMb();
    const citizenMs = visits.map((one) => one.citizenMs);
    const agentMs = visits.map((one) => one.agentMs);
    return {
      title: `Admit to first remote frame, ${ROUNDS} visits; memory of the application`,
      rows: [
        { what: 'citizen sees the agent (ms)', median: median(citizenMs), slowest: Math.max(...citizenMs) },
        { what: 'agent sees the citizen (ms)', median: median(agentMs), slowest: Math.max(...agentMs) },
        { what: 'application idle / after (MB)', median: idleMb, slowest: afterMb },
      ],
      figures: { citizenMs, agentMs, idleMb, afterMb },
    };
  } finally {
    await browser.close();
    await demo.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
