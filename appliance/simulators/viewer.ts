import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { portOf } from './listening.ts';
import type { Smsc } from './smsc.ts';
import type { SmtpSink } from './smtp.ts';
import { mailKey, renderMailBody, renderMessages, renderPage } from './viewer-page.ts';
import { STYLE, SCRIPT } from './viewer-assets.ts';

export interface ViewerOptions {
  /** 0 takes any free port. */
  port: number;
  smsc: Smsc;
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
  const tell = (): void => {
    for (const stream of streams) stream.write('event: changed\ndata: \n\n');
  };
  const bags = [options.smsc, options.smtp];
  for (const bag of bags) bag.on('message', tell).on('cleared', tell);
  const server = createServer((request, response) => answer(request, response, options, streams));
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  return {
    port,
    url: `http://localhost:${port}`,
    async stop() {
      for (const bag of bags) bag.off('message', tell).off('cleared', tell);
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Reply {
  status: number;
  type: string;
  body: string;
  headers?: Record<string, string>;
}

const REFUSED: Reply = { status: 403, type: 'text/plain', body: 'Adreça no permesa' };
const UNKNOWN: Reply = { status: 404, type: 'text/plain', body: 'No hi és' };

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: ViewerOptions,
  streams: Set<ServerResponse>,
): void {
  // A page of another site must not reach us under a name that it points at 127.0.0.1 (DNS rebinding).
  const local = /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(request.headers.host ?? '');
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (!local || request.method !== 'GET') respond(response, REFUSED);
  else if (pathname === '/events') subscribe(response, streams);
  else respond(response, find(pathname, options) ?? UNKNOWN);
}

function find(pathname: string, { smsc, smtp, appUrl }: ViewerOptions): Reply | null {
  const pages: Record<string, () => Reply> = {
    '/': () => html(renderPage(smsc.messages, smtp.messages, appUrl)),
    '/fragment': () => html(renderMessages(smsc.messages, smtp.messages)),
    '/viewer.css': () => ({ status: 200, type: 'text/css', body: STYLE }),
    '/viewer.js': () => ({ status: 200, type: 'text/javascript', body: SCRIPT }),
    '/messages.json': () => {
      const body = JSON.stringify({ sms: smsc.messages, mail: smtp.messages });
      return { status: 200, type: 'application/json', body };
    },
  };
  const page = pages[pathname];
  return page ? page() : findMail(pathname, smtp);
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
    'Referrer-Policy': 'no-referrer',
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
