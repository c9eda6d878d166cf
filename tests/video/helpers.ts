import { randomInt } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { startProsody, type ProsodyOptions, type RunningProsody } from '../../appliance/embedded/prosody.ts';
import { mintRoomToken } from '../../server/adapters/jitsi/token.ts';
import { connectXmpp, type XmppClient, type XmppOptions } from '../helpers/xmpp.ts';

export const SECRETS = {
  appId: 'videoatencio',
  appSecret: 'app-secret-of-the-tests-0123456789-abcdef',
  audience: 'jitsi',
  domain: 'meet.jitsi',
  controlSecret: 'control-secret-of-the-tests-0123456789',
};

/** The port on which a server listens. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('the server does not listen on a port');
  return address.port;
}

/**
 * A loopback port that was free a moment ago, below the range from which the system takes ports for outgoing
 * connections: a thousand of those are open at times, and one could take the port before Prosody does.
 */
export async function freePort(): Promise<number> {
  const server = createServer().listen(randomInt(15_000, 32_000), '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return freePort(); // taken: another one
  }
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

/** Options of a Prosody in a fresh directory on a free port; the directory goes with the test. */
export async function prosodyOptions(
  t: ExecutionContext,
  changes: Partial<ProsodyOptions> = {},
): Promise<ProsodyOptions> {
  const directory = await mkdtemp(join(tmpdir(), 'prosody-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return { directory, httpPort: await freePort(), eventsUrl: '', ...SECRETS, ...changes };
}

export interface VideoServer {
  prosody: RunningProsody;
  base: string;
  /** Where its configuration and log are. */
  directory: string;
  /** The status and body of a call of the control API; `bearer` replaces the right secret. */
  control(
    method: string,
    path: string,
    body?: unknown,
    bearer?: string,
  ): Promise<{ status: number; body: string }>;
  open(room: string, places?: number, seconds?: number): Promise<void>;
  /** A client that is logged in; hung up when the test ends. */
  connect(options?: Partial<XmppOptions>): Promise<XmppClient>;
  /** The same with a token for this person and room. */
  enter(room: string, userId: string, role?: 'agent' | 'citizen'): Promise<XmppClient>;
}

/** Starts a Prosody of its own for this test and stops it afterwards. */
export async function startVideo(
  t: ExecutionContext,
  changes: Partial<ProsodyOptions> = {},
): Promise<VideoServer> {
  const options = await prosodyOptions(t, changes);
  const prosody = await startProsody(options);
  t.teardown(() => prosody.stop());
  const base = `http://127.0.0.1:${prosody.port}`;
  const video: VideoServer = {
    prosody,
    base,
    directory: options.directory,
    async control(method, path, body, bearer = SECRETS.controlSecret) {
      const response = await fetch(`${base}/videoatencio${path}`, {
        method,
        headers: bearer ? { authorization: `Bearer ${bearer}` } : {},
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.text() };
    },
    async open(room, places = 2, seconds = 600) {
      const expires = Math.floor(Date.now() / 1000) + seconds;
      const { status } = await video.control('PUT', `/rooms/${room}`, { expires, max_occupants: places });
      if (status !== 204) throw new Error(`opening ${room} was answered with ${status}`);
    },
    async connect(extra = {}) {
      const client = await connectXmpp({ base, ...extra });
      t.teardown(() => client.close());
      return client;
    },
    enter: (room, userId, role = 'citizen') => video.connect({ token: token(room, userId, role) }),
  };
  return video;
}

/** A valid token of the test's application. */
export function token(room: string, userId: string, role: 'agent' | 'citizen' = 'citizen'): string {
  return mintRoomToken(SECRETS, room, { userId, role });
}

/** A token with changed claims (undefined removes one), otherwise valid for room `sala`. */
export function oddToken(changes: Record<string, unknown>, secret = SECRETS.appSecret): string {
  const seconds = Math.floor(Date.now() / 1000);
  const claims = {
    iss: SECRETS.appId,
    aud: SECRETS.audience,
    sub: SECRETS.domain,
    room: 'sala',
    nbf: seconds - 60,
    exp: seconds + 300,
    context: { user: { id: 'citizen-odd', moderator: false } },
    ...changes,
  };
  const kept = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
  return jwt.sign(kept, secret, { algorithm: 'HS256' });
}

const roomEvent = z.strictObject({
  id: z.uuid(),
  room: z.string(),
  user: z.string(),
  moderator: z.boolean(),
  event: z.enum(['joined', 'left', 'refused', 'destroyed']),
  reason: z.string().optional(),
  at: z.int(),
});
export type RoomEvent = z.infer<typeof roomEvent>;

/** A receiver of the video server's events, as the application will be. */
export interface EventSink {
  url: string;
  port: number;
  received: RoomEvent[];
  authorizations: (string | undefined)[];
  /** Resolves with the first event, past or future, that the test accepts. */
  until(accepts: (event: RoomEvent) => boolean): Promise<RoomEvent>;
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => (body += chunk));
  await once(request, 'end');
  return body;
}

/** Listens for events. `answer` chooses the status for each request by its number, 204 by default. */
export async function startSink(
  t: ExecutionContext,
  { port = 0, answer = () => 204 }: { port?: number; answer?: (attempt: number) => number } = {},
): Promise<EventSink> {
  const waiting = new Set<() => void>();
  const sink: EventSink = {
    url: '',
    port,
    received: [],
    authorizations: [],
    until: (accepts) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`missing event; got ${JSON.stringify(sink.received)}`)),
          10_000,
        );
        const look = () => {
          const found = sink.received.find(accepts);
          if (!found) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
  let attempts = 0;
  const take = async (request: IncomingMessage): Promise<number> => {
    const body = await readBody(request);
    const status = answer((attempts += 1));
    if (status >= 300) return status;
    sink.authorizations.push(request.headers.authorization);
    sink.received.push(roomEvent.parse(JSON.parse(body)));
    for (const look of waiting) look();
    return status;
  };
  const server: Server = createServer((request, response) => {
    void take(request).then((status) => response.writeHead(status).end());
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  sink.port = portOf(server);
  sink.url = `http://127.0.0.1:${sink.port}/video-events`;
  return sink;
}
