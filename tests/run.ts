import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ROOT } from '../server/kernel/paths.ts';
import { checks, type Check } from './runner/checks.ts';
import { createChildren } from './runner/children.ts';
import { startTestDatabase, type TestDatabase } from './runner/database.ts';
import { createTapReader, fail, type Tally } from './runner/tap.ts';

const AVA = 'node_modules/ava/entrypoints/cli.mjs';
const COVERAGE = [
  'node_modules/c8/bin/c8.js',
  '--all',
  '--include=server/**/*.ts',
  '--include=appliance/**/*.ts',
  '--reporter=text-summary',
  '--reporter=html',
  '--reports-dir=coverage',
];

const tally: Tally = { passed: 0, failed: 0, failures: [] };
const children = createChildren(randomUUID());
let database: TestDatabase | undefined;
let finished = false;

const print = (text: string) => console.log(text);
const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Runs one check; shows what it printed only when it failed. */
async function runCheck({ name, command, args }: Check): Promise<void> {
  const since = performance.now();
  const output: string[] = [];
  const code = await children
    .run({ command, args, onLine: (line) => output.push(line) })
    .catch((error: unknown) => (output.push(String(error)), 1));
  if (code === 0) {
    tally.passed += 1;
    print(`  ✓ ${name} (${seconds(since)})`);
    return;
  }
  fail(tally, print, `${name} (${seconds(since)})`);
  for (const line of output) print(`    ${line}`);
}

/** Runs AVA over the given files, or all of them, and counts each of its results. */
async function runTests(files: string[], coverage: boolean): Promise<void> {
  database = await startTestDatabase();
  const before = tally.passed + tally.failed;
  const failedBefore = tally.failed;
  const reader = createTapReader(tally, print);
  const code = await children.run({
    command: process.execPath,
    args: [...(coverage ? [...COVERAGE, process.execPath] : []), AVA, '--tap', ...files],
    env: { TEST_DATABASE_SOCKET: database.socket, NODE_ENV: 'test', NO_COLOR: '1', FORCE_COLOR: '0' },
    onLine: (line) => reader.line(line),
    inheritErrors: true,
  });
  if (tally.passed + tally.failed === before) fail(tally, print, 'No test ran');
  else if (code !== 0 && tally.failed === failedBefore) fail(tally, print, `AVA ended with ${code}`);
}

/** What tests leave running is a fault of theirs; it is named, and ended. */
async function reportLeftovers(): Promise<void> {
  const left = await children.leftovers();
  for (const { pid, command } of left) fail(tally, print, `Left running: process ${pid}, ${command}`);
}

/** Ends everything, then writes the line that others read: always the last one. Happens once. */
async function finish(): Promise<void> {
  if (finished) return;
  finished = true;
  children.killAll();
  await database
    ?.stop()
    .catch((error: unknown) => fail(tally, print, `Stopping the database: ${String(error)}`));
  if (tally.failures.length > 0)
    print(`\nFailed:\n${tally.failures.map((line) => `  ✗ ${line}`).join('\n')}`);
  print(`\n${tally.passed} passed, ${tally.failed} failed`);
  process.exit(tally.failed > 0 || tally.passed === 0 ? 1 : 0);
}

async function interrupted(signal: string): Promise<void> {
  fail(tally, print, `Interrupted by ${signal}`);
  return finish();
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { coverage: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  process.chdir(ROOT);
  const files = positionals;
  if (files.length === 0) {
    print('Checks');
    for (const check of checks()) await runCheck(check);
  }
  print('\nTests');
  await runTests(files, values.coverage);
  await reportLeftovers();
}

process.once('SIGINT', () => void interrupted('SIGINT'));
process.once('SIGTERM', () => void interrupted('SIGTERM'));
process.once('SIGHUP', () => void interrupted('SIGHUP'));
try {
  await main();
} catch (error) {
  fail(tally, print, `The test run itself failed: ${error instanceof Error ? error.stack : String(error)}`);
}
await finish();
