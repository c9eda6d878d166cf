import { createServer, type Server } from 'node:http';
import { forwardWebsocket } from './adapters/jitsi/websocket-proxy.ts';
import { buildApp } from './app.ts';
import { loadSettings, SettingsError, type Settings } from './config/settings.ts';
import { createDeps } from './deps.ts';
import { startMessages, type MessageService } from './features/messages/index.ts';
import { JOBS } from './jobs/registry.ts';
import { startScheduler, type Scheduler } from './jobs/scheduler.ts';
import type { Deps } from './models/deps.ts';
import { pendingMigrations } from './models/migrate.ts';
import { gentleClose } from './shutdown.ts';

/** Exit codes after sysexits(3): a configuration that cannot work, and a service that is not there. */
const EX_CONFIG = 78;
const EX_UNAVAILABLE = 69;
/** Everything is closed within this time; systemd and Docker would kill us soon after. */
const SHUTDOWN_MS = 10_000;
/** Of which answers to browsers, and then answers of the gateway, are waited for this long. */
const REQUESTS_MS = 3000;
const GATEWAY_MS = 5000;

/** Requests are small; who needs longer than this to send one holds a connection for nothing. Answers may take their time. */
const REQUEST_LIMITS = { headersTimeout: 15_000, requestTimeout: 30_000 };

function settingsOrExit(): Settings {
  try {
    return loadSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(EX_CONFIG);
  }
}

async function requireSchema(deps: Deps): Promise<void> {
  const pending = await pendingMigrations(deps.sequelize).catch((error: unknown) => {
    deps.log.fatal({ err: error }, 'database does not answer; check DATABASE_URL');
    return process.exit(EX_UNAVAILABLE);
  });
  if (pending.length === 0) return;
  deps.log.fatal({ pending }, 'database schema is behind; run: node dist/server/cli/migrate.js');
  process.exit(EX_CONFIG);
}

function listen(server: Server, settings: Settings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.PORT, settings.HOST, resolve);
  });
}

interface Running {
  deps: Deps;
  closeServer: (patienceMs: number) => Promise<void>;
  cutWebsockets: () => void;
  scheduler: Scheduler;
  messages: MessageService;
}

/**
 * First no new requests; then messages and jobs take nothing more while the gateway is drained, whose answers are awaited;
 * the database last.
 */
async function shutDown({ deps, closeServer, cutWebsockets, scheduler, messages }: Running): Promise<void> {
  setTimeout(() => process.exit(1), SHUTDOWN_MS).unref();
  deps.changes.stop();
  const closing = closeServer(REQUESTS_MS);
  cutWebsockets();
  await closing;
  await Promise.all([scheduler.stop(), messages.stop(), deps.sms.stop(GATEWAY_MS), deps.mailer.stop()]);
  await deps.sequelize.close();
}

function stopOnSignals(running: Running): void {
  const { log } = running.deps;
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    shutDown(running).then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stopped untidily');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
}

async function main(): Promise<void> {
  const settings = settingsOrExit();
  const { deps, onMessagesDue } = createDeps(settings);
  await requireSchema(deps);
  const handle = buildApp(deps).callback();
  const server = createServer(REQUEST_LIMITS, (request, response) => void handle(request, response));
  const closeServer = gentleClose(server);
  const cutWebsockets = settings.XMPP_WEBSOCKET_UPSTREAM
    ? forwardWebsocket(server, {
        path: '/xmpp-websocket',
        upstream: new URL(settings.XMPP_WEBSOCKET_UPSTREAM),
      })
    : () => undefined;
  await listen(server, settings);
  const scheduler = startScheduler(deps, JOBS);
  const messages = startMessages(deps);
  deps.sms.start();
  onMessagesDue(() => messages.wake());
  deps.log.info({ port: settings.PORT }, 'listening');
  stopOnSignals({ deps, closeServer, cutWebsockets, scheduler, messages });
}

await main();
