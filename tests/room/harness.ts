import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { ExecutionContext } from 'ava';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { freePort } from '../../appliance/embedded/ports.ts';
import { startProsody } from '../../appliance/embedded/prosody.ts';
import { createVideoRooms } from '../../server/adapters/jitsi/rooms.ts';
import { forwardWebsocket } from '../../server/adapters/jitsi/websocket-proxy.ts';
import { createTemplates } from '../../server/adapters/templates/index.ts';
import { roomReportSchema } from '../../server/features/calls/schema.ts';
import type { RoomClientConfig } from '../../server/features/calls/pages.ts';
import type { Locale } from '../../server/kernel/locale.ts';
import type { RoomPerson, VideoRooms } from '../../server/kernel/ports.ts';
import { assets } from './assets.ts';
import { agentPage, chrome, citizenPage, devicePage } from './fixtures.ts';

const ROOT = process.cwd();
const MEDIA_FLAGS = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'];
const FLAGS = ['--no-sandbox', '--disable-background-networking', '--disable-quic'];
const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

type Role = RoomPerson['role'];

/** A stand-in for the application: the real pages and scripts, real Prosody, and answers that a test can steer. */
export interface Harness {
  origin: string;
  room: string;
  rooms: VideoRooms;
  /** What the pages reported. */
  reports: { role: string; kind: string; reason: string }[];
  /** Device checks that were sent. */
  results: Record<string, unknown>[];
  /** Tells every open page the status of its appointment. */
  announce(status: string): void;
  /** Steers the token call of everybody. */
  answerTokens(answer: 'token' | 'ended' | 'refused' | 'garbage'): void;
  /** Cuts all websockets and refuses new ones until the result is called. */
  cutWebsockets(): () => void;
  pageUrl(role: Role, locale?: Locale): string;
}

/** Starts Prosody and the pages; both end with the test. */
export async function startHarness(t: ExecutionContext): Promise<Harness> {
  const directory = mkdtempSync(join(tmpdir(), 'room-test-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const secret = () => randomBytes(24).toString('hex');
  const common = { domain: 'meet.jitsi', appId: 'videoatencio', appSecret: secret(), audience: 'jitsi' };
  const httpPort = await freePort();
  const controlSecret = secret();
  const prosody = await startProsody({ directory, httpPort, controlSecret, eventsUrl: '', ...common });
  t.teardown(() => prosody.stop());
  const controlUrl = `http://127.0.0.1:${httpPort}`;
  const rooms = createVideoRooms({ controlUrl, controlSecret, ...common });
  const room = `room-${randomBytes(6).toString('hex')}`;
  await rooms.open(room, { expiresAt: new Date(Date.now() + 3_600_000), maxOccupants: 2 });
  return serve(t, await assets(), rooms, room, new URL(controlUrl));
}

async function serve(
  t: ExecutionContext,
  files: string,
  rooms: VideoRooms,
  room: string,
  upstream: URL,
): Promise<Harness> {
  const streams = new Set<ServerResponse>();
  const sockets = new Set<Duplex>();
  let tokens: Parameters<Harness['answerTokens']>[0] = 'token';
  let refusing = false;
  const reports: Harness['reports'] = [];
  const results: Harness['results'] = [];
  const answerJson = (response: ServerResponse, status: number, body: object) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

  const posts: Record<string, (role: Role, body: Record<string, string>, response: ServerResponse) => void> =
    {
      token(role, _body, response) {
        const token = tokens === 'garbage' ? 'not.a.token' : rooms.token(room, { userId: `${role}-1`, role });
        if (tokens === 'ended') answerJson(response, 200, { ended: true });
        else if (tokens === 'refused') answerJson(response, 403, { error: 'notAdmitted' });
        else answerJson(response, 200, { token, room });
      },
      report(role, body, response) {
        // The real route's own schema: what it would refuse must not look fine here.
        reports.push({ role, ...roomReportSchema.parse(body) });
        response.writeHead(204).end();
      },
      result(_role, body, response) {
        results.push(body);
        response.writeHead(204).end();
      },
    };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const [, first = '', second = ''] = url.pathname.split('/');
    if (first === 'assets') return sendFile(response, join(files, url.pathname.slice('/assets/'.length)));
    if (first === 'libs') return sendFile(response, libraryFile(second));
    const role: Role = first === 'agent' ? 'agent' : 'citizen';
    if (second === 'events') return openStream(response, streams);
    if (request.method === 'POST') {
      return void readBody(request).then((body) => posts[second]?.(role, body, response));
    }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(pageHtml(url.pathname, localeOf(url), room));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const upgraded = trackUpgrades(server, () => refusing);
  forwardWebsocket(server, { path: '/xmpp-websocket', upstream });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The harness got no port');
  const origin = `http://localhost:${address.port}`;
  return {
    origin,
    room,
    rooms,
    reports,
    results,
    announce(status) {
      for (const stream of streams) stream.write(`event: call\ndata: ${JSON.stringify({ status })}\n\n`);
    },
    answerTokens: (answer) => void (tokens = answer),
    cutWebsockets() {
      refusing = true;
      for (const socket of upgraded) socket.destroy();
      return () => void (refusing = false);
    },
    pageUrl: (role, locale = 'ca') => `${origin}/${role}/room?lang=${locale}`,
  };
}

/** Sockets that were upgraded; while `refusing`, new ones are cut before anybody else sees them. */
function trackUpgrades(server: Server, refusing: () => boolean): Set<Duplex> {
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (_request, socket) => {
    if (refusing()) socket.destroy();
    else upgraded.add(socket);
    socket.on('close', () => upgraded.delete(socket));
  });
  return upgraded;
}

function pageHtml(path: string, locale: Locale, room: string): string {
  const templates = createTemplates({ root: join(ROOT, 'views'), cache: false });
  const base = chrome(locale);
  const clientConfig = (role: Role): RoomClientConfig => ({
    ...citizenPage(role).config,
    room,
    locale,
  });
  switch (path) {
    case '/citizen/room':
      return templates.page(
        'calls/citizen-room',
        locale,
        { ...base, ...citizenPage('citizen'), config: clientConfig('citizen') },
        'room',
      );
    case '/agent/room':
      return templates.page(
        'calls/agent-room',
        locale,
        { ...base, ...agentPage(), config: clientConfig('agent') },
        'room',
      );
    case '/agent/fragment':
      return templates.fragment('calls/agent-room-live', locale, {
        ...base,
        ...agentPage(),
        admitted: true,
        citizenOnline: true,
      });
    case '/citizen/device-check':
      return templates.page('calls/device-check', locale, { ...base, ...devicePage() }, 'citizen');
    default:
      return `<!doctype html><title>${path.slice(1)}</title><h1>${path.slice(1)}</h1>`;
  }
}

function localeOf(url: URL): Locale {
  const asked = url.searchParams.get('lang');
  return asked === 'es' || asked === 'en' ? asked : 'ca';
}

async function readBody(request: IncomingMessage): Promise<Record<string, string>> {
  const body = await text(request);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what arrives is what the tests look at
  return JSON.parse(body || '{}') as Record<string, string>;
}

function openStream(response: ServerResponse, streams: Set<ServerResponse>): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  response.write(': hello\n\n');
  streams.add(response);
  response.on('close', () => streams.delete(response));
}

function sendFile(response: ServerResponse, file: string): void {
  if (!existsSync(file)) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'text/plain' }).end(readFileSync(file));
}

function libraryFile(name: string): string {
  const folder = name === 'jquery.min.js' ? 'jquery/dist' : '@lyno/lib-jitsi-meet';
  return join(ROOT, 'node_modules', folder, name);
}

/** A browser that ends with the test; `media: false` gives one without camera and microphone. */
export async function startBrowser(t: ExecutionContext, media = true): Promise<Browser> {
  const args = media ? [...FLAGS, ...MEDIA_FLAGS] : FLAGS;
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args });
  t.teardown(() => browser.close());
  return browser;
}

/** A page in a context of its own; what the page throws is logged with a failure. */
export async function openPage(
  t: ExecutionContext,
  browser: Browser,
  url: string,
  options: Parameters<Browser['newContext']>[0] & {
    before?: (context: BrowserContext) => Promise<unknown>;
  } = {},
): Promise<Page> {
  const { before, ...rest } = options;
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, ...rest });
  await before?.(context);
  const page = await context.newPage();
  page.on('pageerror', (error) => t.log(`page error: ${error.message}`));
  if (process.env['ROOM_TEST_LOG']) page.on('console', (message) => t.log(message.text()));
  await page.goto(url);
  return page;
}

/** A script for the page that makes the browser refuse the camera, or everything. */
export function denyingScript(what: 'video' | 'all'): string {
  return `(() => {
    const { mediaDevices } = navigator;
    const original = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = (wanted) =>
      ${what === 'all'} || wanted?.video
        ? Promise.reject(new DOMException('Permission denied', 'NotAllowedError'))
        : original(wanted);
  })()`;
}

/** Waits until `<html>` carries these `data-` values; the error says what it carried instead. */
export async function waitFor(page: Page, wanted: Record<string, string>, timeout = 30_000): Promise<void> {
  const attributes = Object.entries(wanted).map(([name, value]) => `[data-${name}="${value}"]`);
  try {
    await page.waitForSelector(`html${attributes.join('')}`, { timeout, state: 'attached' });
  } catch (cause) {
    const found = await page.evaluate('JSON.stringify(document.documentElement.dataset)');
    throw new Error(`Waited for ${JSON.stringify(wanted)}, found ${String(found)} at ${page.url()}`, {
      cause,
    });
  }
}
