import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { copyLibraries } from '../embedded/libraries.ts';
import { freePort, portOwner, portTaken } from '../embedded/ports.ts';
import { announcement, elapsedSeconds, readAccounts, step } from './announce.ts';
import { DemoFailure, EXIT } from './failure.ts';
import { claim, killAll, release, stopLeftovers } from './leftovers.ts';
import { readOptions, type DemoOptions } from './options.ts';
import { startApplication, startDatabase, startPeers, startVideo, type Plan } from './parts.ts';
import { makePlaces, type Places } from './places.ts';
import { loadSecrets } from './secrets.ts';
import { SMPP_SYSTEM_ID, serverEnvironment } from './server-environment.ts';
import { writeSmppLinks } from './smpp-links.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';

/** Stops leftovers, empties the data if asked to and makes sure that both ports can be had. */
async function makeWay(options: DemoOptions): Promise<Places> {
  const places = makePlaces(options.directory);
  claim(places);
  try {
    await clearTheWay(options, places);
  } catch (error) {
    release(places);
    throw error;
  }
  return places;
}

async function clearTheWay(options: DemoOptions, places: Places): Promise<void> {
  const left = await stopLeftovers(places);
  if (left.length > 0) step(`Stopped what an earlier run had left: ${left.join(', ')}`);
  await requirePort(options.port, '--port');
  await requirePort(options.viewerPort, '--viewer-port');
  if (!options.fresh) return;
  step('Emptying the data of the demo');
  rmSync(options.directory, { recursive: true, force: true });
  claim(makePlaces(options.directory));
}

async function requirePort(port: number, option: string): Promise<void> {
  if (!(await portTaken(port))) return;
  const owner = portOwner(port) ?? 'another program';
  throw new DemoFailure(
    `Port ${port} is taken by ${owner}. Choose another one: ./appliance/videoatencio demo ${option} ${port + 10}`,
    EXIT.portTaken,
  );
}

/** Starts all parts, those that don't need each other at the same time. Rejects once none is starting any more. */
async function startAll(plan: Plan): Promise<void> {
  const { places, ports, secrets, supervisor } = plan;
  step('Starting database, video server, phone and mailbox');
  const application = async () => {
    copyLibraries(places.libraries);
    const databaseSocket = await startDatabase(plan);
    step('Starting the application');
    const env = serverEnvironment({
      port: ports.app,
      databaseSocket,
      libraries: places.libraries,
      videoPort: ports.video,
      smppLinks: writeSmppLinks(places.smppLinks, {
        systemId: SMPP_SYSTEM_ID,
        password: secrets.smpp.value,
        main: ports.smsc,
        reserve: ports.reserveSmsc,
      }),
      smtpPort: ports.smtp,
      secrets,
    });
    await startApplication(plan, env);
  };
  await Promise.all(
    [application(), startVideo(plan), startPeers(plan)].map((work) => guard(supervisor, work)),
  );
  supervisor.signal.throwIfAborted();
}

/** Lets the first failure end the whole start, and keeps the others from hiding it. */
async function guard(supervisor: Supervisor, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!supervisor.signal.aborted) supervisor.fail(asFailure(error));
  }
}

function asFailure(error: unknown): DemoFailure {
  if (error instanceof DemoFailure) return error;
  return new DemoFailure(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

/** Ctrl-C, a closed terminal and `kill` end the demo in order; a second one ends it at once. */
function obeySignals(supervisor: Supervisor, places: Places): void {
  const stop = () => {
    if (supervisor.signal.aborted) {
      killAll(places);
      process.exit(EXIT.failed);
    }
    supervisor.finish();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
  process.on('uncaughtException', (error) => supervisor.fail(asFailure(error)));
  process.on('unhandledRejection', (error) => supervisor.fail(asFailure(error)));
}

async function run(options: DemoOptions): Promise<number> {
  const places = await makeWay(options);
  const supervisor = createSupervisor();
  obeySignals(supervisor, places);
  const plan: Plan = {
    places,
    supervisor,
    secrets: loadSecrets(places.secrets),
    ports: {
      app: options.port,
      viewer: options.viewerPort,
      video: await freePort(),
      smsc: await freePort(),
      reserveSmsc: await freePort(),
      smtp: await freePort(),
    },
  };
  const starting = startAll(plan).then(() => announce(options, places));
  starting.catch((error: unknown) => supervisor.fail(asFailure(error)));
  const reason = await supervisor.over;
  step(reason ? 'Something went wrong; stopping everything' : 'Stopping everything');
  await Promise.allSettled([starting]);
  await supervisor.stopAll();
  release(places);
  if (reason) throw reason;
  step('Stopped. The data are kept.');
  return EXIT.stopped;
}

function announce(options: DemoOptions, places: Places): void {
  const facts = {
    port: options.port,
    viewerPort: options.viewerPort,
    accounts: readAccounts(places.accounts),
    logs: join(places.directory, 'logs'),
    seconds: elapsedSeconds(),
  };
  console.log(`\n${announcement(facts)}\n`);
}

/** Runs the demo and answers with the exit code. */
async function main(): Promise<number> {
  process.umask(0o077);
  try {
    return await run(readOptions(process.argv.slice(2)));
  } catch (error) {
    const failure = asFailure(error);
    console.error(`\n${failure.message}`);
    return error instanceof TypeError ? EXIT.usage : failure.exitCode;
  }
}

process.exit(await main());
