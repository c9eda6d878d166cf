import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureDatabase, startMariadb, type Mariadb } from '../../appliance/embedded/mariadb.ts';
import { startSmsc, type Smsc } from '../../appliance/simulators/smsc.ts';
import { startSmtp, type SmtpSink } from '../../appliance/simulators/smtp.ts';
import { loadSettings } from '../../server/config/settings.ts';
import { createDeps } from '../../server/deps.ts';
import type { Deps } from '../../server/models/deps.ts';
import { migrate } from '../../server/models/migrate.ts';
import { testEnvironment, VIDEO_SECRETS } from '../helpers/settings.ts';
import { Replica } from './replica.ts';

/** Places of each link in each process: no more can be in doubt when one of the two dies. */
export const WINDOW = 10;
/** Longer than an answer may take and than the database is away, so that neither alone puts anything in doubt. */
export const LEASE_SECONDS = 10;
const ANSWER_SECONDS = 3;
const DOUBT_SECONDS = 2;

/** A whole installation of its own, whose parts can be broken and mended one by one. */
export class Stage {
  readonly gateways: Smsc[];
  readonly deps: Deps;
  readonly replicas: Replica[] = [];
  /** How long the database was away, each time. */
  readonly outagesMs: number[] = [];
  readonly #smtp: SmtpSink;
  readonly #directory: string;
  readonly #environment: Record<string, string>;
  #database: Mariadb;

  private constructor(parts: {
    gateways: Smsc[];
    smtp: SmtpSink;
    deps: Deps;
    directory: string;
    environment: Record<string, string>;
    database: Mariadb;
  }) {
    this.gateways = parts.gateways;
    this.deps = parts.deps;
    this.#smtp = parts.smtp;
    this.#directory = parts.directory;
    this.#environment = parts.environment;
    this.#database = parts.database;
  }

  /** Database, tables and two gateways; no replica yet. */
  static async set(seed: number): Promise<Stage> {
    // A short path: the socket must lie in the same place after a restart.
    const directory = mkdtempSync(join(tmpdir(), 'va-chaos-'));
    const database = await startMariadb({ directory, cacheMb: 128 });
    await ensureDatabase(database.socket, 'chaos');
    const gateways = await startGateways(seed);
    const smtp = await startSmtp({ port: 0 });
    const environment = environmentOf(database.socket, gateways, smtp);
    const { deps } = createDeps(
      loadSettings({ ...environment, PORT: '1', PUBLIC_URL: 'http://localhost:1' }),
    );
    await migrate(deps.sequelize);
    return new Stage({ gateways, smtp, deps, directory, environment, database });
  }

  async startReplicas(count: number): Promise<void> {
    const started = Array.from({ length: count }, () => Replica.start(this.#environment));
    this.replicas.push(...(await Promise.all(started)));
  }

  /** The database goes, in good order or as in a power cut, and comes back a little later. */
  async restartDatabase(how: 'stop' | 'kill', awayMs: number): Promise<void> {
    const since = performance.now();
    if (how === 'kill') {
      process.kill(this.#database.pid, 'SIGKILL');
      await this.#database.exited;
    } else await this.#database.stop();
    await delay(awayMs);
    this.#database = await startMariadb({ directory: this.#directory, cacheMb: 128 });
    this.outagesMs.push(Math.round(performance.now() - since));
  }

  /** Ends everything that still runs, and removes it. */
  async strike(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.destroy()));
    await Promise.all([...this.gateways.map((gateway) => gateway.stop()), this.#smtp.stop()]);
    await this.deps.sequelize.close();
    await this.#database.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** One tells in its receipts whom they are about, the other does not, and writes its ids in two ways. */
async function startGateways(seed: number): Promise<Smsc[]> {
  return [
    await startSmsc({ port: 0, name: 'a', seed, receipts: 'delivered', habits: { echoReference: true } }),
    await startSmsc({
      port: 0,
      name: 'b',
      seed: seed + 1,
      receipts: 'delivered',
      habits: { answerIds: 'paddedHex', receiptIds: 'decimal' },
    }),
  ];
}

function environmentOf(socket: string, gateways: Smsc[], smtp: SmtpSink): Record<string, string> {
  const links = gateways.map(({ name, port }) => ({
    name,
    host: '127.0.0.1',
    port,
    systemId: 'test',
    password: 'test',
    window: WINDOW,
    answerSeconds: ANSWER_SECONDS,
    ...(name === 'b' ? { receiptIds: 'hexToDec' } : {}),
  }));
  const peers = { databaseUrl: 'mariadb://root@localhost/chaos', port: 1, videoPort: 1 };
  return {
    ...testEnvironment({ ...peers, smscPort: gateways[0]?.port ?? 0, smtpPort: smtp.port }),
    SMPP_LINKS: JSON.stringify(links),
    DATABASE_SOCKET: socket,
    DATABASE_POOL: '10',
    APP_KEY: 'c4'.repeat(32),
    JITSI_APP_SECRET: VIDEO_SECRETS.appSecret,
    OUTBOX_LEASE_SECONDS: String(LEASE_SECONDS),
    OUTBOX_DOUBT_SECONDS: String(DOUBT_SECONDS),
    LOG_LEVEL: 'info',
  };
}
