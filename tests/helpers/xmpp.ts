import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';

const DOMAIN = 'meet.jitsi';
const ANSWER_MS = 5000;
const MUC = 'http://jabber.org/protocol/muc';

/** The server's refusal of a login; `condition` is the SASL failure, for example `not-authorized`. */
export class XmppRefused extends Error {
  readonly condition: string;
  constructor(condition: string) {
    super(`login refused: ${condition}`);
    this.condition = condition;
  }
}

export interface XmppOptions {
  /** `http://` or `ws://` address of the server, without path. */
  base: string;
  token?: string;
  /** More query parameters, such as `previd`. */
  query?: Record<string, string>;
  headers?: Record<string, string>;
}

/** A tiny XMPP client over websocket (RFC 7395): each frame is one whole element, kept as text. */
export interface XmppClient {
  jid: string;
  /** Everything received so far. */
  frames: string[];
  send(xml: string): void;
  /** The first frame, past or future, that matches and was not taken before. Rejects after 5 s. */
  next(pattern: RegExp): Promise<string>;
  /** Sends an IQ and resolves with its answer, result or error. */
  iq(to: string, type: 'get' | 'set', payload: string): Promise<string>;
  /** Enters a room; resolves with the own presence, or with the error presence. */
  join(room: string, nick?: string): Promise<string>;
  leave(): void;
  /** Resolves when the connection is gone. */
  closed: Promise<void>;
  /** Cuts the line without a word, as a lost network does. */
  terminate(): Promise<void>;
  /** Says goodbye and hangs up. */
  close(): Promise<void>;
}

interface Waiter {
  pattern: RegExp;
  resolve(frame: string): void;
}

/** Frames in order of arrival; each is handed to at most one waiter. */
class Inbox {
  readonly frames: string[] = [];
  readonly #taken = new Set<number>();
  #waiters: Waiter[] = [];

  push(frame: string): void {
    const index = this.frames.push(frame) - 1;
    const waiter = this.#waiters.find(({ pattern }) => pattern.test(frame));
    if (!waiter) return;
    this.#waiters = this.#waiters.filter((other) => other !== waiter);
    this.#taken.add(index);
    waiter.resolve(frame);
  }

  next(pattern: RegExp): Promise<string> {
    const index = this.frames.findIndex((frame, place) => !this.#taken.has(place) && pattern.test(frame));
    const known = this.frames[index];
    if (known !== undefined) {
      this.#taken.add(index);
      return Promise.resolve(known);
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { pattern, resolve: () => undefined };
      const timer = setTimeout(() => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        reject(new Error(`no frame matched ${pattern} in time; received:\n${this.frames.join('\n')}`));
      }, ANSWER_MS);
      waiter.resolve = (frame) => {
        clearTimeout(timer);
        resolve(frame);
      };
      this.#waiters.push(waiter);
    });
  }
}

/** Text escaped for an XML attribute or element. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function websocketUrl({ base, token, query }: XmppOptions): URL {
  const url = new URL('/xmpp-websocket', base.replace(/^http/, 'ws'));
  if (token !== undefined) url.searchParams.set('token', token);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
  return url;
}

/** Opens a websocket to the server and collects what arrives. Rejects when the upgrade is refused. */
export async function openXmppSocket(options: XmppOptions): Promise<{ socket: WebSocket; inbox: Inbox }> {
  const socket = new WebSocket(websocketUrl(options), ['xmpp'], { headers: options.headers ?? {} });
  const inbox = new Inbox();
  socket.on('message', (data: Buffer) => inbox.push(data.toString('utf8')));
  await once(socket, 'open');
  socket.on('error', () => undefined); // a reset line also emits `close`, which is what callers await
  return { socket, inbox };
}

const STREAM_OPEN = `<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" to="${DOMAIN}" version="1.0"/>`;

async function authenticate(socket: WebSocket, inbox: Inbox): Promise<void> {
  socket.send(STREAM_OPEN);
  await inbox.next(/^<stream:features/);
  socket.send('<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="ANONYMOUS"/>');
  const verdict = await inbox.next(/^<(success|failure)/);
  if (verdict.startsWith('<success')) return;
  const condition = /<failure[^>]*><([\w-]+)/.exec(verdict)?.[1] ?? 'unknown';
  throw new XmppRefused(condition);
}

/** Connects, logs in by SASL ANONYMOUS and binds. Throws XmppRefused when the token is not accepted. */
export async function connectXmpp(options: XmppOptions): Promise<XmppClient> {
  const { socket, inbox } = await openXmppSocket(options);
  const closed = once(socket, 'close').then(() => undefined);
  try {
    await authenticate(socket, inbox);
  } catch (error) {
    socket.terminate();
    throw error;
  }
  socket.send(STREAM_OPEN);
  await inbox.next(/^<stream:features/);
  const client = makeClient(socket, inbox, closed);
  const bound = await client.iq('', 'set', '<bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"/>');
  client.jid = /<jid>([^<]+)<\/jid>/.exec(bound)?.[1] ?? '';
  return client;
}

function makeClient(socket: WebSocket, inbox: Inbox, closed: Promise<void>): XmppClient {
  let occupant = '';
  const client: XmppClient = {
    jid: '',
    frames: inbox.frames,
    closed,
    send: (xml) => socket.send(xml),
    next: (pattern) => inbox.next(pattern),
    iq(to, type, payload) {
      const id = randomUUID();
      const address = to ? ` to="${escapeXml(to)}"` : '';
      socket.send(`<iq xmlns="jabber:client" id="${id}" type="${type}"${address}>${payload}</iq>`);
      return inbox.next(new RegExp(`^<iq(?=[^>]*\\bid='${id}')(?=[^>]*\\btype='(?:result|error)')`));
    },
    join(room, nick = client.jid.slice(0, 8)) {
      occupant = `${room}@muc.${DOMAIN}/${nick}`;
      socket.send(
        `<presence xmlns="jabber:client" to="${escapeXml(occupant)}"><x xmlns="${MUC}"/></presence>`,
      );
      return inbox.next(/^<presence(?=[^>]*type='error')|^<presence.*code='110'/s);
    },
    leave: () =>
      socket.send(`<presence xmlns="jabber:client" type="unavailable" to="${escapeXml(occupant)}"/>`),
    async terminate() {
      socket.terminate();
      await closed;
    },
    async close() {
      if (socket.readyState === WebSocket.OPEN)
        socket.send('<close xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>');
      socket.close();
      await closed;
    },
  };
  return client;
}
