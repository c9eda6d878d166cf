import { Agent, createServer, request, type IncomingMessage } from 'node:http';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, portTaken } from '../../../appliance/embedded/ports.ts';
import { listening, requireProgram, startProgram, temporaryFolder } from './programs.ts';

const LOOPBACK = '127.0.0.1';
const SECRET = 'interop';
const POLL_MS = 50;
/** Below the range from which the system gives free ports. */
const QUIET_FROM = 20_000;
const QUIET_COUNT = 12_000;
const PORTS_OF_A_PROCESS = 24;
let taken = 0;

export interface KannelOptions {
  /** The gateway that it binds to as a transceiver, with system id and password `kannel`. */
  smscPort: number;
  /** Submits that may wait for their answer at once. */
  window?: number;
  /** Keeps accepted texts on disk, as an installation would that must not lose any. */
  spool?: boolean;
}

export interface KannelText {
  to: string;
  text: string;
  from?: string;
  /** 0 is GSM, 2 is UCS-2. */
  coding?: 0 | 2;
  /** What reports of the delivery carry. */
  reportAs?: string;
}

/** What Kannel says became of a text: 1 delivered, 2 failed, 8 taken by the gateway, 16 refused by it. */
export interface KannelReport {
  type: number;
  name: string;
}

/** Kannel's two programs, on loopback only, as clients of an SMPP gateway. */
export interface Kannel {
  pids: Record<'bearerbox' | 'smsbox', number[]>;
  /** Resolves once it says that it is bound. */
  online(): Promise<void>;
  /** Where texts are handed in, and what each request must say. */
  http: { port: number; parameters: Record<string, string> };
  /** Hands a text in by HTTP; resolves with status and words of the answer (202 once it is accepted). */
  send(text: KannelText): Promise<{ status: number; body: string }>;
  /** The next report that satisfies the predicate, past or future. */
  report(predicate: (report: KannelReport) => boolean): Promise<KannelReport>;
  /** What it says about itself and its link. */
  status(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts bearerbox and smsbox with a configuration of their own; resolves when both accept texts. */
export async function startKannel(options: KannelOptions): Promise<Kannel> {
  const bearerbox = requireProgram('/usr/sbin/bearerbox', 'kannel');
  const smsbox = requireProgram('/usr/sbin/smsbox', 'kannel');
  const folder = temporaryFolder();
  const ports = { admin: await quietPort(), boxes: await quietPort(), http: await quietPort() };
  const file = join(folder.path, 'kannel.conf');
  writeFileSync(file, configuration(options, ports, folder.path));
  const bearer = await startProgram(folder.path, bearerbox, ['-v', '2', file]);
  await listening(ports.boxes, bearer);
  const sms = await startProgram(folder.path, smsbox, ['-v', '2', file]);
  await listening(ports.http, sms);
  const reports = await startReports();
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const status = async () => (await get(agent, ports.admin, `/status.txt?password=${SECRET}`)).body;
  return {
    pids: { bearerbox: [bearer.pid], smsbox: [sms.pid] },
    online: async () => {
      while (!/\(online/.test(await status())) await delay(POLL_MS);
    },
    http: { port: ports.http, parameters: { username: SECRET, password: SECRET, from: 'OACExemple' } },
    send: (text) => get(agent, ports.http, `/cgi-bin/sendsms?${query(text, reports.port)}`),
    report: (predicate) => reports.waitFor(predicate),
    status,
    async stop() {
      agent.destroy();
      // The HTTP side first, so that nothing new comes while the other drains and unbinds.
      await sms.stop();
      await bearer.stop(30_000);
      await reports.stop();
      folder.remove();
    },
  };
}

/**
 * A port that nobody gets by asking for any free one: between our look and Kannel's start another test might, and
 * Kannel's clients would talk to a stranger.
 */
async function quietPort(): Promise<number> {
  for (;;) {
    taken += 1;
    const port = QUIET_FROM + ((process.pid * PORTS_OF_A_PROCESS + taken) % QUIET_COUNT);
    if (!(await portTaken(port))) return port;
  }
}

function configuration(
  { smscPort, window = 10, spool = false }: KannelOptions,
  ports: { admin: number; boxes: number; http: number },
  folder: string,
): string {
  const groups: Record<string, string | number | boolean>[] = [
    {
      group: 'core',
      'admin-port': ports.admin,
      'admin-interface': LOOPBACK,
      'admin-password': SECRET,
      'smsbox-port': ports.boxes,
      'smsbox-interface': LOOPBACK,
      'dlr-storage': 'internal',
      ...(spool ? { 'store-type': 'spool', 'store-location': folder } : {}),
    },
    {
      group: 'smsc',
      smsc: 'smpp',
      'smsc-id': 'gateway',
      host: LOOPBACK,
      port: smscPort,
      'transceiver-mode': true,
      'smsc-username': 'kannel',
      'smsc-password': 'kannel',
      'system-type': '""',
      'source-addr-autodetect': true,
      'max-pending-submits': window,
    },
    {
      group: 'smsbox',
      'bearerbox-host': LOOPBACK,
      'bearerbox-port': ports.boxes,
      'sendsms-port': ports.http,
      'sendsms-interface': LOOPBACK,
    },
    { group: 'sendsms-user', username: SECRET, password: SECRET, 'max-messages': 8, concatenation: true },
  ];
  return groups
    .map((group) =>
      Object.entries(group)
        .map(([key, value]) => `${key} = ${value}`)
        .join('\n'),
    )
    .join('\n\n')
    .concat('\n');
}

function query(
  { to, text, from = 'OACExemple', coding = 0, reportAs }: KannelText,
  reportPort: number,
): string {
  const url = `http://${LOOPBACK}:${reportPort}/?type=%d&name=${reportAs ?? ''}`;
  return new URLSearchParams({
    username: SECRET,
    password: SECRET,
    to,
    from,
    text,
    coding: String(coding),
    charset: 'UTF-8',
    ...(reportAs === undefined ? {} : { 'dlr-mask': '31', 'dlr-url': url }),
  }).toString();
}

function get(agent: Agent, port: number, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: LOOPBACK, port, path, agent }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, body }));
      answer.once('error', reject);
    });
    sent.once('error', (cause) => reject(new Error(`Kannel at port ${port} does not answer`, { cause })));
    sent.end();
  });
}

interface Reports {
  port: number;
  waitFor(predicate: (report: KannelReport) => boolean): Promise<KannelReport>;
  stop(): Promise<void>;
}

/** Where Kannel calls to say what became of a text. */
async function startReports(): Promise<Reports> {
  const port = await freePort();
  const seen: KannelReport[] = [];
  const watchers = new Set<() => void>();
  const server = createServer((incoming: IncomingMessage, answer) => {
    const { searchParams } = new URL(incoming.url ?? '/', `http://${LOOPBACK}`);
    seen.push({ type: Number(searchParams.get('type')), name: searchParams.get('name') ?? '' });
    answer.end();
    for (const watcher of watchers) watcher();
  });
  await new Promise<void>((resolve) => server.listen(port, LOOPBACK, resolve));
  return {
    port,
    waitFor: (predicate) =>
      new Promise((resolve) => {
        const look = () => {
          const found = seen.find(predicate);
          if (!found) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
      }),
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
