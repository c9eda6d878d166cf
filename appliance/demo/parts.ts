import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureDatabase, startMariadb } from '../embedded/mariadb.ts';
import { writePidFile } from '../embedded/pid-files.ts';
import { describeExit, startProcess, type RunningProcess } from '../embedded/processes.ts';
import { startProsody } from '../embedded/prosody.ts';
import { startSimulators } from '../simulators/index.ts';
import { partFailure } from './failure.ts';
import type { Places } from './places.ts';
import type { DemoSecrets } from './secrets.ts';
import * as server from './server-environment.ts';
import type { Part, Supervisor } from './supervisor.ts';

const READY_WITHIN_MS = 60_000;
/** Compiled programs lie in `dist/`; this file is `dist/appliance/demo/parts.js`. */
const SERVER_DIRECTORY = join(import.meta.dirname, '../../server');

/** What all parts need to know to start. */
export interface Plan {
  places: Places;
  supervisor: Supervisor;
  secrets: DemoSecrets;
  ports: { app: number; viewer: number; video: number; smsc: number; reserveSmsc: number; smtp: number };
}

/** Starts the private database. Answers with its socket. */
export async function startDatabase({ places, supervisor }: Plan): Promise<string> {
  const database = await startMariadb({
    directory: places.database,
    logFile: places.logFile('database'),
    pidFile: places.pidFile('database'),
  });
  supervisor.add({
    name: 'database',
    logFile: places.logFile('database'),
    ended: database.exited.then((exit) => `ended with ${describeExit(exit)}`),
    stop: () => database.stop(),
  });
  await ensureDatabase(database.socket, server.DATABASE_NAME);
  return database.socket;
}

/** Starts Prosody with our modules. */
export async function startVideo({ places, supervisor, secrets, ports }: Plan): Promise<void> {
  const video = await startProsody({
    directory: places.video,
    httpPort: ports.video,
    domain: server.JITSI_DOMAIN,
    appId: server.JITSI_APP_ID,
    appSecret: secrets.jitsi.value,
    audience: server.JITSI_AUDIENCE,
    controlSecret: secrets.control.value,
    eventsUrl: `http://127.0.0.1:${ports.app}/internal/video-events`,
  });
  writePidFile(places.pidFile('video'), video.pid, 'video server');
  supervisor.add({
    name: 'video server',
    logFile: join(places.video, 'prosody.log'),
    ended: video.exited.then((code) => `ended ${code === null ? 'by a signal' : `with exit code ${code}`}`),
    stop: () => video.stop(),
  });
}

/** Starts the SMS gateway, the mail server and the page that shows what they received; they live in this process. */
export async function startPeers({ places, supervisor, secrets, ports }: Plan): Promise<void> {
  const peers = await startSimulators({
    smscPort: ports.smsc,
    secondSmscPort: ports.reserveSmsc,
    smtpPort: ports.smtp,
    viewerPort: ports.viewer,
    appUrl: server.publicUrl(ports.app),
    directory: places.messages,
    credentials: { systemId: server.SMPP_SYSTEM_ID, password: secrets.smpp.value },
  });
  supervisor.add({ name: 'phone and mailbox', stop: () => peers.stop() });
}

/** Brings tables and demo data up to date, then starts the server and waits until it says that it is healthy. */
export async function startApplication(plan: Plan, env: NodeJS.ProcessEnv): Promise<void> {
  const { places, supervisor } = plan;
  await runToEnd(plan, 'migration', ['cli/migrate.js'], env);
  await runToEnd(plan, 'demo data', ['cli/seed.js', '--accounts', places.accounts], env);
  supervisor.signal.throwIfAborted();
  const child = await startProcess(programOf(plan, 'application', ['main.js'], env));
  const part: Part = {
    name: 'application',
    logFile: child.logFile,
    ended: child.exited.then((exit) => `ended with ${describeExit(exit)}`),
    stop: () => child.stop(),
  };
  supervisor.add(part);
  await waitUntilHealthy(plan, child);
}

function programOf({ places }: Plan, name: string, args: string[], env: NodeJS.ProcessEnv) {
  const [program = '', ...rest] = args;
  const file = name.replaceAll(' ', '-');
  return {
    name,
    command: process.execPath,
    args: ['--enable-source-maps', join(SERVER_DIRECTORY, program), ...rest],
    env,
    logFile: places.logFile(file),
    pidFile: places.pidFile(file),
  };
}

async function runToEnd(plan: Plan, name: string, args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const { signal } = plan.supervisor;
  signal.throwIfAborted();
  const child = await startProcess(programOf(plan, name, args, env));
  const stop = () => void child.stop();
  signal.addEventListener('abort', stop, { once: true });
  const exit = await child.exited;
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  if (exit.code !== 0) throw partFailure(name, `failed with ${describeExit(exit)}`, child.logFile);
}

async function waitUntilHealthy({ ports, supervisor }: Plan, child: RunningProcess): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await isHealthy(ports.app))) {
    // Its end, too, aborts: the supervisor watches it already and knows the reason.
    supervisor.signal.throwIfAborted();
    if (Date.now() > deadline) throw partFailure('application', 'did not become ready', child.logFile);
    await delay(50);
  }
}

async function isHealthy(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(2000) });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}
