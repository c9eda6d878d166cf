import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { ROOT } from '../../server/kernel/paths.ts';
import { shellScripts } from '../runner/checks.ts';
import { temporaryDirectory, twoFreePorts, videoatencio, withPrograms } from './helpers.ts';

/** A machine without any of our packages, seen by an ordinary user or by root. */
function bareMachine(uid: number): Record<string, string> {
  return { 'dpkg-query': 'exit 1', id: `echo ${uid}` };
}

test('without a word, and with help, it explains its commands and exit codes', async (t) => {
  for (const args of [[], ['help'], ['--help'], ['-h']]) {
    const run = videoatencio(t, args);
    t.is(await run.ended, 0);
    t.regex(run.output(), /demo[\s\S]*test[\s\S]*Exit codes:[\s\S]*64/);
  }
});

test('each command explains itself', async (t) => {
  for (const args of [
    ['help', 'demo'],
    ['demo', '--help'],
    ['help', 'test'],
    ['test', '--help'],
  ]) {
    const run = videoatencio(t, args);
    t.is(await run.ended, 0);
    t.regex(
      run.output(),
      new RegExp(`^Usage: ./appliance/videoatencio ${args.includes('demo') ? 'demo' : 'test'}`),
    );
  }
});

test('the version is that of package.json', async (t) => {
  const version = /"version": "([^"]+)"/.exec(readFileSync(join(ROOT, 'package.json'), 'utf8'))?.[1];
  const run = videoatencio(t, ['version']);
  t.is(await run.ended, 0);
  t.is(run.output(), `videoatencio ${version}\n`);
});

test('unknown commands and options end with 64 and a hint', async (t) => {
  const wrong = [
    ['frobnicate'],
    ['help', 'frobnicate'],
    ['demo', '--nope'],
    ['demo', 'now'],
    ['test', '--nope'],
  ];
  const ports = ['0', '65535', 'http', '80 80', '-1', ''].map((port) => ['demo', '--port', port]);
  for (const args of [...wrong, ...ports, ['demo', '--port'], ['demo', '--viewer-port=x']]) {
    const run = videoatencio(t, args);
    t.is(await run.ended, 64, args.join(' '));
    t.regex(run.output(), /videoatencio help/);
  }
});

test('a Node.js that is too old is refused with what to do, before anything else', async (t) => {
  for (const version of ['v18.20.4', 'v20.18.3', 'v22.11.0', 'v21.7.3']) {
    const PATH = withPrograms(temporaryDirectory(t), { node: `echo ${version}`, npm: 'exit 99' });
    const run = videoatencio(t, ['demo'], { PATH, VIDEOATENCIO_VAR: temporaryDirectory(t) });
    t.is(await run.ended, 10, version);
    t.regex(run.output(), new RegExp(`${version}.*\\nNeeded: 20\\.19[\\s\\S]*https://nodejs\\.org`));
  }
});

test('an ordinary user is told exactly how to install missing packages', async (t) => {
  const PATH = withPrograms(temporaryDirectory(t), { ...bareMachine(1000), 'apt-get': 'exit 99' });
  const run = videoatencio(t, ['demo'], { PATH, VIDEOATENCIO_VAR: temporaryDirectory(t) });
  t.is(await run.ended, 11);
  t.regex(
    run.output(),
    /sudo apt-get update && sudo apt-get install --no-install-recommends mariadb-server-core mariadb-client prosody\n/,
  );
});

test('tests need the browser, shellcheck and the SMPP programs of others too, and --no-install holds for root as well', async (t) => {
  const PATH = withPrograms(temporaryDirectory(t), { ...bareMachine(0), 'apt-get': 'exit 99' });
  const run = videoatencio(t, ['test', '--no-install'], { PATH, VIDEOATENCIO_VAR: temporaryDirectory(t) });
  t.is(await run.ended, 11);
  t.regex(
    run.output(),
    /install --no-install-recommends .* prosody chromium shellcheck libnet-smpp-perl kannel\n/,
  );
});

test('root installs without starting services, and a failure of apt is shown', async (t) => {
  const directory = temporaryDirectory(t);
  const policy = join(directory, 'policy-rc.d');
  const record = join(directory, 'record');
  const PATH = withPrograms(directory, {
    ...bareMachine(0),
    'apt-get': `echo "$DEBIAN_FRONTEND $*" >>'${record}'
      [[ $1 == install ]] || exit 0
      sh '${policy}'; echo "policy $?" >>'${record}'
      echo 'E: no network'; exit 100`,
  });
  const run = videoatencio(t, ['demo'], {
    PATH,
    VIDEOATENCIO_VAR: temporaryDirectory(t),
    VIDEOATENCIO_POLICY_FILE: policy,
  });
  t.is(await run.ended, 11);
  t.regex(run.output(), /E: no network/);
  const lines = readFileSync(record, 'utf8').split('\n');
  t.regex(lines[0] ?? '', /^noninteractive update/);
  t.regex(lines[1] ?? '', /^noninteractive install .*--no-install-recommends.* mariadb-client prosody$/);
  t.is(lines[2], 'policy 101');
  t.false(existsSync(policy), 'the guard goes away again');
});

test('a taken port is named with its owner and the option that changes it', async (t) => {
  const port = await twoFreePorts();
  for (const [taken, option] of [
    [port, '--port'],
    [port + 1, '--viewer-port'],
  ] as const) {
    const server = createServer().listen(taken, '127.0.0.1');
    t.teardown(() => server.close());
    await once(server, 'listening');
    const run = videoatencio(t, ['demo', '--port', String(port)], {
      VIDEOATENCIO_VAR: temporaryDirectory(t),
    });
    t.is(await run.ended, 14, run.output());
    t.regex(run.output(), new RegExp(`Port ${taken} is taken by .*process ${process.pid}.*${option} \\d+`));
    server.close();
    await once(server, 'close');
  }
});

test('--fresh deletes nothing without a yes', async (t) => {
  const VIDEOATENCIO_VAR = temporaryDirectory(t);
  execFileSync('mkdir', [join(VIDEOATENCIO_VAR, 'demo')]);
  const run = videoatencio(t, ['demo', '--fresh'], { VIDEOATENCIO_VAR });
  t.is(await run.ended, 16);
  t.regex(run.output(), /--yes/);
  t.true(existsSync(join(VIDEOATENCIO_VAR, 'demo')));
});

test('shell scripts hold before shellcheck', (t) => {
  const scripts = shellScripts();
  t.true(scripts.length >= 6);
  t.notThrows(() => execFileSync('shellcheck', ['-x', ...scripts], { encoding: 'utf8' }));
});
