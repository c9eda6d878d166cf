import { request, type IncomingMessage, type Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

const CONNECT_MS = 5000;

export interface WebsocketRoute {
  /** The only path that may be upgraded, for example `/xmpp-websocket`. */
  path: string;
  /** Root of the server behind, for example `http://127.0.0.1:5280`. */
  upstream: URL;
}

/** Answers an upgrade that does not happen, and hangs up. */
function decline(socket: Duplex, status: string): void {
  if (!socket.writable) return;
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** True for a websocket handshake (RFC 6455) that offers the `xmpp` subprotocol (RFC 7395). */
function isXmppHandshake(incoming: IncomingMessage): boolean {
  const offered = (incoming.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  return (
    incoming.method === 'GET' &&
    incoming.headers.upgrade?.toLowerCase() === 'websocket' &&
    typeof incoming.headers['sec-websocket-key'] === 'string' &&
    offered.includes('xmpp')
  );
}

/** Only what the handshake needs goes on: no cookie, no authorisation, no forwarding header that a client invented. */
function headersFor(incoming: IncomingMessage, upstream: URL): Record<string, string> {
  const { socket, headers } = incoming;
  return {
    host: upstream.host,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': headers['sec-websocket-key'] ?? '',
    'sec-websocket-version': headers['sec-websocket-version'] ?? '13',
    'sec-websocket-protocol': 'xmpp',
    'x-forwarded-for': socket.remoteAddress ?? '127.0.0.1',
  };
}

/** The server's own words of acceptance; header values were parsed by Node and hold no line breaks. */
function acceptance(answer: IncomingMessage): string {
  const lines = ['HTTP/1.1 101 Switching Protocols'];
  for (let index = 0; index + 1 < answer.rawHeaders.length; index += 2) {
    lines.push(`${answer.rawHeaders[index]}: ${answer.rawHeaders[index + 1]}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Joins two sockets until either ends; then both are gone. */
function join(client: Duplex, server: Duplex): void {
  for (const [from, to] of [
    [client, server],
    [server, client],
  ] as const) {
    if (from instanceof Socket) from.setTimeout(0).setNoDelay(true).setKeepAlive(true, 30_000);
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
    from.pipe(to);
  }
}

/**
 * Notices a client that leaves before the answer: a socket that nobody reads does not tell. A client may send nothing
 * until it is accepted (RFC 6455, section 4.1), so whoever speaks now is dropped as well.
 */
function watchForGoodbye(client: Duplex, abandon: () => void): () => void {
  const leave = () => {
    abandon();
    client.destroy();
  };
  client.on('data', leave).on('end', leave).on('close', abandon);
  return () => {
    client.pause().off('data', leave).off('end', leave).off('close', abandon);
  };
}

function forward(incoming: IncomingMessage, client: Duplex, upstream: URL): void {
  const outgoing = request({
    host: upstream.hostname,
    port: upstream.port,
    path: incoming.url,
    headers: headersFor(incoming, upstream),
    agent: false,
    timeout: CONNECT_MS,
  });
  const abandon = () => outgoing.destroy();
  const stopWatching = watchForGoodbye(client, abandon);
  outgoing.on('upgrade', (answer, server, first) => {
    stopWatching();
    client.write(acceptance(answer));
    if (first.length > 0) client.write(first);
    join(client, server);
  });
  outgoing.on('response', (answer) => {
    answer.resume();
    decline(client, '502 Bad Gateway');
  });
  outgoing.on('timeout', abandon);
  outgoing.on('error', () => decline(client, '502 Bad Gateway'));
  outgoing.end();
}

/**
 * Passes websocket upgrades of exactly one path on to the video server, with the `xmpp` subprotocol, the address of
 * the caller in X-Forwarded-For and no cookies. Other upgrades get 404, a dead server 502. Nothing is logged, as
 * the query holds the token. Returns a function that cuts all open lines, for shutting down.
 */
export function forwardWebsocket(server: Server, { path, upstream }: WebsocketRoute): () => void {
  const clients = new Set<Duplex>();
  server.on('upgrade', (incoming: IncomingMessage, client: Duplex, head: Buffer) => {
    clients.add(client);
    client.on('close', () => clients.delete(client));
    client.on('error', () => client.destroy());
    if ((incoming.url ?? '').split('?', 1)[0] !== path) return decline(client, '404 Not Found');
    if (head.length > 0 || !isXmppHandshake(incoming)) return decline(client, '400 Bad Request');
    forward(incoming, client, upstream);
  });
  return () => {
    for (const client of clients) client.destroy();
  };
}
