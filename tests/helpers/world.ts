import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestFn } from 'ava';
import { copyLibraries } from '../../appliance/embedded/libraries.ts';
import { freePort } from '../../appliance/embedded/ports.ts';
import { startProsody, type RunningProsody } from '../../appliance/embedded/prosody.ts';
import { startSmsc, type Smsc } from '../../appliance/simulators/smsc.ts';
import { startSmtp, type SmtpSink } from '../../appliance/simulators/smtp.ts';
import { forwardWebsocket } from '../../server/adapters/jitsi/websocket-proxy.ts';
import { buildApp } from '../../server/app.ts';
import { loadSettings, type Settings } from '../../server/config/settings.ts';
import { createDeps } from '../../server/deps.ts';
import {
  createReceiptBook,
  startMessages,
  type MessageService,
} from '../../server/features/messages/index.ts';
import { JOBS } from '../../server/jobs/registry.ts';
import { startScheduler, type Scheduler } from '../../server/jobs/scheduler.ts';
import { systemClock } from '../../server/kernel/clock.ts';
import type { Deps } from '../../server/models/deps.ts';
import { migrate } from '../../server/models/migrate.ts';
import { testClock, type TestClock } from './clock.ts';
import { createTestDatabase } from './database.ts';
import { testEnvironment, VIDEO_SECRETS } from './settings.ts';

export interface WorldOptions {
  /** The real clock, the scheduler and Prosody: for browsers. Otherwise the clock stands still and jobs run by hand. */
  live?: boolean;
}

/** One whole installation in this process: real database, SMSC, SMTP and, when live, Prosody. */
export interface World {
  deps: Deps;
  settings: Settings;
  server: Server;
  /** `http://localhost:<port>` */
  url: string;
  /** Stands still; only in worlds that are not live. */
  clock: TestClock;
  smsc: Smsc;
  smtp: SmtpSink;
  prosody: RunningProsody | null;
  stop(): Promise<void>;
}

async function startVideo(directory: string, videoPort: number, appPort: number): Promise<RunningProsody> {
  const eventsUrl = `http://127.0.0.1:${appPort}/internal/video-events`;
  return startProsody({ directory, httpPort: videoPort, eventsUrl, ...VIDEO_SECRETS });
}

/** Resolves when the SMPP link is bound: until then texts wait in the outbox. */
async function linkUp(deps: Deps, smsc: Smsc): Promise<void> {
  deps.sms.start();
  await smsc.waitForBind();
}

/** Starts everything; `stop` ends it and drops the database. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'va-world-'));
  const [database, smsc, smtp] = await Promise.all([
    createTestDatabase(),
    startSmsc({ port: 0, receipts: 'delivered' }),
    startSmtp({ port: 0 }),
  ]);
  const [port, videoPort] = [await freePort(), await freePort()];
  const librariesDirectory = join(directory, 'libs');
  copyLibraries(librariesDirectory);
  const peers = {
    databaseUrl: database.url,
    port,
    smscPort: smsc.port,
    smtpPort: smtp.port,
    videoPort,
    librariesDirectory,
  };
  const settings = loadSettings(testEnvironment(peers));
  const clock = testClock();
  const { deps, onMessagesDue } = createDeps(settings, { clock: options.live ? systemClock : clock });
  await migrate(deps.sequelize);
  const receipts = createReceiptBook(deps);
  deps.sms.onReceipt((receipt) => receipts.add(receipt));
  await linkUp(deps, smsc);

  const handle = buildApp(deps).callback();
  const server = createServer((request, response) => void handle(request, response));
  const cutWebsockets = forwardWebsocket(server, {
    path: '/xmpp-websocket',
    upstream: new URL(settings.XMPP_WEBSOCKET_UPSTREAM ?? ''),
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const prosody = options.live ? await startVideo(join(directory, 'prosody'), videoPort, port) : null;
  const scheduler: Scheduler | null = options.live ? startScheduler(deps, JOBS) : null;
  const messages: MessageService | null = options.live ? startMessages(deps) : null;
  if (messages) onMessagesDue(() => messages.wake());

  return {
    deps,
    settings,
    server,
    url: settings.PUBLIC_URL,
    clock,
    smsc,
    smtp,
    prosody,
    async stop() {
      deps.changes.stop();
      server.close();
      server.closeAllConnections();
      cutWebsockets();
      await Promise.all([scheduler?.stop(), messages?.stop(), deps.sms.stop(2000), deps.mailer.stop()]);
      await prosody?.stop();
      await Promise.all([smsc.stop(), smtp.stop()]);
      await deps.sequelize.close();
      await database.drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** One world for all tests of a file (models are classes, so a process has one database). Each test makes its own office. */
export function useWorld(test: TestFn, options: WorldOptions = {}): () => World {
  let world: World | null = null;
  test.before('the installation starts', async () => {
    world = await startWorld(options);
  });
  test.after.always('the installation stops', () => world?.stop());
  return () => {
    if (!world) throw new Error('The world has not started');
    return world;
  };
}
