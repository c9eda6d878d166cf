import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { portOf } from './listening.ts';
import type { Smsc } from './smsc.ts';
import type { SmtpSink } from './smtp.ts';
import { STYLE, SCRIPT } from './viewer-assets.ts';
import {
  mailKey,
  renderMailBody,
  renderMessages,
  renderPage,
  textsOf,
  type ViewerState,
} from './viewer-page.ts';
import { takeForm } from './viewer-post.ts';

export interface ViewerOptions {
  /** 0 takes any free port. */
  port: number;
  /** One phone shows the texts of all. */
  gateways: Smsc[];
  smtp: SmtpSink;
  appUrl: string;
}

export interface Viewer {
  port: number;
  url: string;
  stop(): Promise<void>;
}

// Nothing from elsewhere, nothing inline: a text that slipped through the escaping could still do nothing.
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
// E-mails need inline styles, and are shown without scripts in an origin of their own.
const MAIL_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-popups-to-escape-sandbox";

/** Starts the page that shows a phone and an inbox, live, on 127.0.0.1. For trying out; it has no sign-in. */
export async function startViewer(options: ViewerOptions): Promise<Viewer> {
  const streams = new Set<ServerResponse>();
  const token = randomBytes(24).toString('base64url');
  const tell = (): void => {
    for (const stream of streams) stream.write('event: changed\ndata: \n\n');
  };
  const bags = [...options.gateways, options.smtp];
  for (const bag of bags) bag.on('message', tell).on('cleared', tell);
  for (const { faults } of options.gateways) faults.on('changed', tell);
  const context: Context = { ...options, token, streams };
  const server = createServer((request, response) => {
    // Only a request that breaks off half way fails.
    answer(request, response, context).catch(() => response.destroy());
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  return {
    port,
    url: `http://localhost:${port}`,
    async stop() {
      for (const bag of bags) bag.off('message', tell).off('cleared', tell);
      for (const { faults } of options.gateways) faults.off('changed', tell);
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Context extends ViewerOptions {
  token: string;
  streams: Set<ServerResponse>;
}

interface Reply {
  status: number;
  type: string;
  body: string;
  headers?: Record<string, string>;
}

const REFUSED: Reply = { status: 403, type: 'text/plain', body: 'No permès' };
const UNKNOWN: Reply = { status: 404, type: 'text/plain', body: 'No hi és' };
const BACK: Reply = { status: 303, type: 'text/plain', body: '', headers: { Location: '/#messages' } };

async function answer(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  // A page of another site must not reach us under a name that it points at 127.0.0.1 (DNS rebinding).
  const local = /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(request.headers.host ?? '');
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (!local) return respond(response, REFUSED);
  if (request.method === 'POST' && pathname === '/faults')
    return respond(response, await post(request, context));
  if (request.method !== 'GET') return respond(response, REFUSED);
  if (pathname === '/events') return subscribe(response, context.streams);
  return respond(response, find(pathname, context) ?? UNKNOWN);
}

async function post(request: IncomingMessage, context: Context): Promise<Reply> {
  const result = await takeForm(request, context.token, context.gateways);
  if (result.kind === 'done') return BACK;
  if (result.kind === 'invalid')
    return { ...html(renderPage(stateOf(context), result.refused)), status: 422 };
  return result.kind === 'forbidden' ? REFUSED : UNKNOWN;
}

function stateOf({ gateways, smtp, appUrl, token }: Context): ViewerState {
  return { gateways, mails: smtp.messages, appUrl, token };
}

function find(pathname: string, context: Context): Reply | null {
  const { gateways, smtp } = context;
  const pages: Record<string, () => Reply> = {
    '/': () => html(renderPage(stateOf(context))),
    '/fragment': () => html(renderMessages(stateOf(context))),
    '/viewer.css': () => ({ status: 200, type: 'text/css', body: STYLE }),
    '/viewer.js': () => ({ status: 200, type: 'text/javascript', body: SCRIPT }),
    '/messages.json': () => json({ sms: textsOf(gateways), mail: smtp.messages }),
    '/log.json': () => json(gateways.flatMap(({ log }) => log.entries)),
  };
  const page = pages[pathname];
  return page ? page() : findMail(pathname, smtp);
}

function json(value: unknown): Reply {
  return { status: 200, type: 'application/json', body: JSON.stringify(value) };
}

function findMail(pathname: string, smtp: SmtpSink): Reply | null {
  const [, what, key] = /^\/(mail|calendar)\/([0-9a-f]+)$/.exec(pathname) ?? [];
  const mail = smtp.messages.find((candidate) => mailKey(candidate) === key);
  if (!mail) return null;
  if (what === 'mail') return html(renderMailBody(mail), { 'Content-Security-Policy': MAIL_POLICY });
  if (!mail.calendar) return null;
  const headers = { 'Content-Disposition': 'attachment; filename="cita.ics"' };
  return { status: 200, type: 'text/calendar', body: mail.calendar.content, headers };
}

function html(body: string, headers: Record<string, string> = {}): Reply {
  return { status: 200, type: 'text/html', body, headers };
}

function respond(response: ServerResponse, { status, type, body, headers }: Reply): void {
  response.writeHead(status, {
    'Content-Type': `${type}; charset=utf-8`,
    'Content-Security-Policy': PAGE_POLICY,
    'X-Content-Type-Options': 'nosniff',
    // Without any referrer a browser would not say either where our own forms come from.
    'Referrer-Policy': 'same-origin',
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.end(body);
}

function subscribe(response: ServerResponse, streams: Set<ServerResponse>): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.write('retry: 1000\n\n');
  streams.add(response);
  response.on('close', () => streams.delete(response));
}
