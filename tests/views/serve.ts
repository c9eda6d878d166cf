import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';
import { buildClient } from '../../appliance/build/build.ts';
import { createTemplates } from '../../server/adapters/templates/index.ts';
import { isLocale } from '../../server/kernel/locale.ts';
import { chromeFor, FIXTURES } from './fixtures.ts';

const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** A small server of the fixture pages, with the built assets and the policy of the real one. */
export interface PageServer {
  /** Address of a page in a language. */
  url(name: string, locale: string): string;
  /** Sends an event to the open streams; waits for the first one. */
  emit(event: string): Promise<void>;
  /** Which fixture's live part answers when a page asks for its fragment; or its whole page, as after a redirect. */
  serveFragmentOf(name: string, asWholePage?: boolean): void;
  close(): Promise<void>;
  outDir: string;
}

/** Starts it on a free port of the loopback address. */
export async function servePages(): Promise<PageServer> {
  const { outDir, version } = await buildClient();
  const assets = `/assets/${version}`;
  const templates = createTemplates({ root: 'views', cache: true });
  const streams = new Set<ServerResponse>();
  let fragmentOf = '';
  let wholePages = false;

  const draw = (name: string, locale: string, response: ServerResponse, live: boolean) => {
    const fixture = FIXTURES.find((one) => one.name === name);
    if (!fixture || !isLocale(locale)) return end(response, 404, 'text/plain', '');
    const nonce = randomBytes(8).toString('hex');
    const data = { ...chromeFor(fixture, locale, assets, nonce), title: fixture.title, ...fixture.data };
    response.setHeader('content-security-policy', policy(nonce, fixture.frames));
    const html =
      live && fixture.fragment
        ? templates.fragment(fixture.fragment, locale, data)
        : templates.page(fixture.view, locale, data, fixture.layout);
    return end(response, 200, 'text/html; charset=utf-8', html);
  };
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname.startsWith('/page/')) {
      return draw(pathname.slice('/page/'.length), searchParams.get('locale') ?? 'ca', response, false);
    }
    if (pathname === '/fragment') return draw(fragmentOf, 'ca', response, !wholePages);
    if (pathname === '/notices') return end(response, 204, 'text/plain', '');
    if (pathname === '/events') {
      openStream(response, streams);
      return server.emit('stream');
    }
    if (pathname.startsWith(`${assets}/`)) return sendFile(outDir, pathname.slice(assets.length), response);
    return end(response, request.method === 'POST' ? 204 : 404, 'text/plain', 'Nothing here');
  };

  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: (name, locale) => `http://127.0.0.1:${port}/page/${name}?locale=${locale}`,
    emit: async (event) => {
      if (streams.size === 0) await once(server, 'stream');
      for (const stream of streams) stream.write(`event: ${event}\ndata: {}\n\n`);
    },
    serveFragmentOf: (name, asWholePage = false) => {
      fragmentOf = name;
      wholePages = asWholePage;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    outDir,
  };
}

/** As strict as the real server's. */
function policy(nonce: string, frames = false): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    ...(frames ? ["frame-src 'self'"] : []),
  ].join('; ');
}

function end(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { 'content-type': type }).end(status === 204 ? undefined : body);
}

function openStream(response: ServerResponse, streams: Set<ServerResponse>): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(':\n\n');
  streams.add(response);
  response.once('close', () => streams.delete(response));
}

function sendFile(root: string, path: string, response: ServerResponse): void {
  try {
    end(
      response,
      200,
      TYPES[extname(path)] ?? 'application/octet-stream',
      readFileSync(join(root, normalize(path))),
    );
  } catch {
    end(response, 404, 'text/plain', '');
  }
}
