import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import WebSocket from 'ws';
import { forwardWebsocket } from '../../server/adapters/jitsi/websocket-proxy.ts';
import { connectXmpp } from '../helpers/xmpp.ts';
import { freePort, portOf, startVideo, token } from './helpers.ts';

/** A plain HTTP server, as the application's, with the forwarding attached. */
async function startFront(t: ExecutionContext, upstream: string): Promise<{ base: string; cut: () => void }> {
  const server = createServer((_request, response) => response.end('a page'));
  const cut = forwardWebsocket(server, { path: '/xmpp-websocket', upstream: new URL(upstream) });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    cut();
    server.closeAllConnections();
    server.close();
  });
  return { base: `http://127.0.0.1:${portOf(server)}`, cut };
}

/** The status with which an upgrade is declined. */
async function declined(url: string, protocols: string[] = ['xmpp']): Promise<number> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), protocols);
  socket.on('error', () => undefined);
  const status = await new Promise<number>((resolve) => {
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
  });
  socket.terminate();
  return status;
}

test('two people meet through the application’s own HTTP server', async (t) => {
  const video = await startVideo(t);
  const { base, cut } = await startFront(t, video.base);
  await video.open('sala');
  const agent = await connectXmpp({ base, token: token('sala', 'agent-1', 'agent') });
  const citizen = await connectXmpp({ base, token: token('sala', 'citizen-1') });
  await agent.join('sala', 'agent');
  await citizen.join('sala', 'citizen');
  const long = 'ç'.repeat(50_000);
  citizen.send(
    `<message xmlns="jabber:client" type="groupchat" to="sala@muc.meet.jitsi"><body>${long}</body></message>`,
  );
  t.true((await agent.next(/<body>/)).includes(long));
  t.is(await (await fetch(base)).text(), 'a page', 'ordinary requests are untouched');
  await citizen.terminate();
  await agent.next(/type='unavailable'/);
  cut();
  await agent.closed;
});

test('both ends go when Prosody goes', async (t) => {
  const video = await startVideo(t);
  const { base } = await startFront(t, video.base);
  const citizen = await connectXmpp({ base, token: token('sala', 'citizen-1') });
  process.kill(video.prosody.pid, 'SIGKILL');
  await citizen.closed;
  t.is(await video.prosody.exited, null);
  t.is(await declined(`${base}/xmpp-websocket`), 502);
});

test('other paths get 404, other protocols 400, a missing video server 502', async (t) => {
  const { base } = await startFront(t, `http://127.0.0.1:${await freePort()}`);
  for (const path of [
    '/',
    '/xmpp-websocket/',
    '/xmpp-websocket/x',
    '/XMPP-websocket',
    '/videoatencio/health',
  ]) {
    t.is(await declined(`${base}${path}`), 404, path);
  }
  t.is(await declined(`${base}/xmpp-websocket`, ['other']), 400);
  t.is(await declined(`${base}/xmpp-websocket?token=abc`), 502);
});

test('Prosody sees the caller’s address and the token, but no cookie and no invented header', async (t) => {
  const seen: IncomingMessage[] = [];
  const upstream = createServer();
  upstream.on('upgrade', (request, socket) => {
    seen.push(request);
    socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
  });
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  t.teardown(() => upstream.close());
  const { base } = await startFront(t, `http://127.0.0.1:${portOf(upstream)}`);
  const headers = {
    cookie: 'session=1',
    authorization: 'Bearer x',
    'x-forwarded-for': '8.8.8.8',
    'x-real-ip': '8.8.8.8',
  };
  await t.throwsAsync(connectXmpp({ base, token: 'a.b.c', headers }), { message: /502/ });
  const [request] = seen;
  t.is(request?.url, '/xmpp-websocket?token=a.b.c');
  t.is(request?.headers['x-forwarded-for'], '127.0.0.1');
  t.is(request?.headers['sec-websocket-protocol'], 'xmpp');
  for (const name of ['cookie', 'authorization', 'x-real-ip', 'sec-websocket-extensions']) {
    t.is(request?.headers[name], undefined, name);
  }
});

test('a client that gives up before the answer leaves nothing behind', async (t) => {
  const upstream = createServer();
  const reached = new Promise<Duplex>((resolve) => {
    upstream.once('upgrade', (_request, socket) => resolve(socket));
  });
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  t.teardown(() => upstream.close());
  const { base } = await startFront(t, `http://127.0.0.1:${portOf(upstream)}`);
  const raw = connect(Number(new URL(base).port), '127.0.0.1');
  raw.write(
    'GET /xmpp-websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: xmpp\r\n\r\n',
  );
  const socket = await reached;
  socket.on('error', () => undefined).resume();
  raw.destroy();
  await once(socket, 'end');
  t.true(socket.readableEnded);
  socket.destroy();
});
