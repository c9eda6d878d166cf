import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createTapReader, type Tally } from '../runner/tap.ts';
import { ROOT } from '../../server/kernel/paths.ts';

function read(lines: string[]): Tally & { printed: string } {
  const tally: Tally = { passed: 0, failed: 0, failures: [] };
  const printed: string[] = [];
  const reader = createTapReader(tally, (line) => printed.push(line));
  for (const line of lines) reader.line(line);
  return { ...tally, printed: printed.join('\n') };
}

function runTests(file: string): Promise<{ code: number; lines: string[] }> {
  return new Promise((resolve) => {
    const args = ['--import=tsx', 'tests/run.ts', file];
    execFile(
      process.execPath,
      args,
      { cwd: ROOT, env: { ...process.env, NODE_ENV: '' } },
      (error, stdout) => {
        resolve({ code: error ? Number(error.code) : 0, lines: stdout.trimEnd().split('\n') });
      },
    );
  });
}

function testFile(t: ExecutionContext, content: string): string {
  // AVA runs only what its configuration includes, so the file has to lie among the tests.
  const directory = mkdtempSync(join(ROOT, 'tests/appliance/tmp-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'made.test.ts');
  writeFileSync(file, content);
  return file;
}

test('passed and failed results are counted, and details of a failure shown', (t) => {
  const { passed, failed, failures, printed } = read([
    'TAP version 13',
    'ok 1 - a › adds # of things',
    'not ok 2 - a › subtracts',
    '  ---',
    '    message: not the same',
    '  ...',
    '1..2',
    '# pass 1',
  ]);
  t.deepEqual({ passed, failed, failures }, { passed: 1, failed: 1, failures: ['a › subtracts'] });
  t.regex(printed, /✓ a › adds # of things[\s\S]*✗ a › subtracts[\s\S]*message: not the same/);
  t.notRegex(printed, /# pass|\.\.\.|---/);
});

test('skipped and unwritten tests count as failures', (t) => {
  const { passed, failed, failures } = read(['ok 1 - later # SKIP', 'not ok 2 - some day # TODO']);
  t.deepEqual({ passed, failed }, { passed: 0, failed: 2 });
  t.deepEqual(failures, ['later (skipped)', 'some day (not written yet)']);
});

test('a run ends with the sums and code 1 when a test fails or leaves a process behind', async (t) => {
  const file = testFile(
    t,
    `import { spawn } from 'node:child_process';
     import test from 'ava';
     test('good', (t) => t.pass());
     test('bad', (t) => t.fail());
     test('leaves a process', (t) => {
       spawn('sleep', ['300'], { detached: true, stdio: 'ignore' }).unref();
       t.pass();
     });`,
  );
  const { code, lines } = await runTests(file);
  t.is(code, 1);
  t.is(lines.at(-1), '2 passed, 2 failed');
  t.true(lines.some((line) => /Left running: process \d+, sleep 300/.test(line)));
});

test('a file that crashes, and a run without any test, fail', async (t) => {
  const crashed = await runTests(testFile(t, `import 'ava'; throw new Error('at import');`));
  t.is(crashed.code, 1);
  t.regex(crashed.lines.at(-1) ?? '', /^0 passed, [12] failed$/);
  const nothing = await runTests('tests/appliance/there-is-none.test.ts');
  t.is(nothing.code, 1);
  t.is(nothing.lines.at(-1), '0 passed, 1 failed');
});
