import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { isRunning, livePidFiles, readPidFile, writePidFile } from '../../appliance/embedded/pid-files.ts';
import { freePort, portOwner, portTaken } from '../../appliance/embedded/ports.ts';
import { lastLines, startProcess } from '../../appliance/embedded/processes.ts';

function workplace(t: ExecutionContext) {
  const directory = mkdtempSync(join(tmpdir(), 'va-process-test-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return { directory, pidFile: join(directory, 'a.pid'), logFile: join(directory, 'a.log') };
}

test('a started process is recorded, logged and ended', async (t) => {
  const { directory, pidFile, logFile } = workplace(t);
  const child = await startProcess({
    name: 'clock',
    command: 'bash',
    args: ['-c', 'echo hello; echo careful >&2; sleep 60'],
    pidFile,
    logFile,
  });
  t.teardown(() => child.stop());
  t.deepEqual(
    livePidFiles(directory).map(({ name, pid }) => ({ name, pid })),
    [{ name: 'clock', pid: child.pid }],
  );
  await child.stop();
  t.deepEqual(await child.exited, { code: null, signal: 'SIGTERM' });
  t.false(isRunning(child.pid));
  t.deepEqual(livePidFiles(directory), []);
  t.is(lastLines(logFile, 1), 'careful');
});

test('a process that ignores SIGTERM is killed after the grace period', async (t) => {
  const { pidFile, logFile } = workplace(t);
  const child = await startProcess({
    name: 'mule',
    command: process.execPath,
    args: ['-e', "process.on('SIGTERM', () => {}); console.log('ready'); setInterval(() => {}, 1000)"],
    pidFile,
    logFile,
  });
  t.teardown(() => child.stop(0));
  while (lastLines(logFile, 1) !== 'ready') await new Promise((resolve) => setImmediate(resolve));
  await child.stop(100);
  t.is((await child.exited).signal, 'SIGKILL');
});

test('a command that does not exist is an error that names the part', async (t) => {
  const { pidFile, logFile } = workplace(t);
  await t.throwsAsync(
    startProcess({ name: 'ghost', command: '/nowhere/ghost', args: [], pidFile, logFile }),
    { message: /Cannot start the ghost/ },
  );
});

test('a recycled process number is not taken for ours', (t) => {
  const { pidFile } = workplace(t);
  writePidFile(pidFile, process.pid, 'ours');
  t.is(readPidFile(pidFile)?.pid, process.pid);
  const record = readFileSync(pidFile, 'utf8');
  writeFileSync(pidFile, record.replace(/"startTime":"\d+"/, '"startTime":"1"'));
  t.is(readPidFile(pidFile), undefined);
});

test('a taken port is noticed on IPv4 and IPv6, with its owner; a free one is free', async (t) => {
  for (const host of ['127.0.0.1', '::1']) {
    const port = await freePort();
    const server = createServer().listen(port, host);
    t.teardown(() => server.close());
    await once(server, 'listening');
    t.true(await portTaken(port), host);
    t.regex(portOwner(port) ?? '', new RegExp(`process ${process.pid}\\)`));
  }
  t.false(await portTaken(await freePort()));
});
