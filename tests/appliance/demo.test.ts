import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readPidFile } from '../../appliance/embedded/pid-files.ts';
import { stopPid } from '../../appliance/embedded/processes.ts';
import { processesMentioning, temporaryDirectory, twoFreePorts, videoatencio, type Run } from './helpers.ts';

const READY = /Ctrl-C stops everything/;

interface Demo {
  directory: string;
  port: number;
  start(...more: string[]): Run;
}

async function newDemo(t: ExecutionContext): Promise<Demo> {
  const VIDEOATENCIO_VAR = temporaryDirectory(t);
  const port = await twoFreePorts();
  return {
    directory: join(VIDEOATENCIO_VAR, 'demo'),
    port,
    start: (...more) => videoatencio(t, ['demo', '--port', String(port), ...more], { VIDEOATENCIO_VAR }),
  };
}

/** Ends by number whatever the test has left, also when it failed half way. */
function endLeftovers(t: ExecutionContext, demo: Demo): void {
  t.teardown(async () => {
    for (const name of ['application', 'video', 'database']) {
      const left = readPidFile(join(demo.directory, 'run', `${name}.pid`));
      if (left) await stopPid(left.pid);
    }
  });
}

async function statusOf(url: string): Promise<number> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  await answer.arrayBuffer();
  return answer.status;
}

test.serial('the demo starts, shows how to sign in, keeps its data and leaves nothing running', async (t) => {
  t.timeout(180_000);
  const demo = await newDemo(t);
  endLeftovers(t, demo);
  const first = demo.start();
  await first.printed(READY);
  t.regex(
    first.output(),
    new RegExp(`http://localhost:${demo.port}\\b[\\s\\S]*http://localhost:${demo.port + 1}\\b`),
  );
  t.regex(first.output(), /\S+@\S+\.\S+ +\S+/, 'somebody to sign in as');
  t.is(await statusOf(`http://127.0.0.1:${demo.port}/healthz`), 200);
  t.true((await statusOf(`http://127.0.0.1:${demo.port}/`)) < 400);
  t.is(await statusOf(`http://127.0.0.1:${demo.port + 1}/`), 200);
  t.is(statSync(demo.directory).mode & 0o077, 0, 'closed to other users');
  const key = readFileSync(join(demo.directory, 'secrets/app-key'), 'utf8');

  const other = demo.start();
  t.is(await other.ended, 15);
  t.regex(other.output(), /already running \(process \d+\)/);

  first.signal('SIGINT');
  t.is(await first.ended, 0, first.output());
  t.deepEqual(processesMentioning(demo.directory), []);

  const again = performance.now();
  const second = demo.start();
  await second.printed(READY);
  t.log(`second start: ${Math.round(performance.now() - again)} ms`);
  t.is(readFileSync(join(demo.directory, 'secrets/app-key'), 'utf8'), key);
  second.signal('SIGTERM');
  t.is(await second.ended, 0, second.output());
  t.deepEqual(processesMentioning(demo.directory), []);

  const fresh = demo.start('--fresh', '--yes');
  await fresh.printed(READY);
  t.not(readFileSync(join(demo.directory, 'secrets/app-key'), 'utf8'), key);
  fresh.signal('SIGINT');
  t.is(await fresh.ended, 0, fresh.output());
});

test.serial(
  'after a kill -9 it starts again at once; a part that dies is named and the rest stopped',
  async (t) => {
    t.timeout(180_000);
    const demo = await newDemo(t);
    endLeftovers(t, demo);
    const killed = demo.start();
    await killed.printed(READY);
    killed.signal('SIGKILL');
    t.is(await killed.ended, 'SIGKILL');
    t.true(processesMentioning(demo.directory).length > 0, 'the parts outlive their supervisor');

    const next = demo.start();
    await next.printed(READY);
    t.regex(next.output(), /Stopped what an earlier run had left: .*database/);
    const database = readPidFile(join(demo.directory, 'run/database.pid'));
    process.kill(database?.pid ?? 0, 'SIGKILL');
    t.is(await next.ended, 1);
    t.regex(
      next.output(),
      /The database ended with signal SIGKILL\. Its last lines[\s\S]*ready for connections/,
    );
    t.deepEqual(processesMentioning(demo.directory), []);
  },
);

test.serial('Ctrl-C while it is starting stops what had started', async (t) => {
  const demo = await newDemo(t);
  endLeftovers(t, demo);
  const run = demo.start();
  await run.printed(/Starting the application/);
  run.signal('SIGINT');
  t.is(await run.ended, 0, run.output());
  t.notRegex(run.output(), READY);
  t.deepEqual(processesMentioning(demo.directory), []);
  t.false(existsSync(join(demo.directory, 'run/supervisor.pid')));
});
