import { EventEmitter, once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';

export const BIND_TRANSCEIVER = 0x09;
export const SUBMIT = 0x04;
export const DELIVER = 0x05;
export const UNBIND = 0x06;
export const ENQUIRE = 0x15;
export const ANSWER = 0x80000000;
export const NACK = 0x80000000;
/** Sequence numbers of probes begin here; nobody else comes so far. */
const PROBE = 0x70000000;

export interface RawFrame {
  command: number;
  status: number;
  sequence: number;
  body: Buffer;
}

/** A PDU by hand, so that nothing of what is tested takes part in it. */
export function pdu(
  command: number,
  status: number,
  sequence: number,
  body: Buffer = Buffer.alloc(0),
): Buffer {
  const header = Buffer.alloc(16);
  [16 + body.length, command, status, sequence].forEach((value, index) =>
    header.writeUInt32BE(value, index * 4),
  );
  return Buffer.concat([header, body]);
}

/** Body of a `deliver_sm` that is a receipt about `0000000042`. */
export const RECEIPT = Buffer.concat([
  Buffer.from([0, 1, 1, 0, 1, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0]),
  Buffer.from([26]),
  Buffer.from('id:0000000042 stat:DELIVRD'),
]);

/** How a raw gateway answers by itself; null for not at all. */
export type Reflex = (frame: RawFrame) => Buffer | null;

/** Takes binds and submits, answers enquiries and unbinds, as the simplest gateway would. */
export const polite: Reflex = ({ command, sequence }) => {
  if (command >= ANSWER) return null;
  const id = command === SUBMIT ? Buffer.from(`${sequence}\0`) : Buffer.from('GW\0');
  const withBody =
    command === SUBMIT || (command > 0 && command < 10 && command !== DELIVER && command !== UNBIND);
  return pdu((command | ANSWER) >>> 0, 0, sequence, withBody ? id : undefined);
};

/** A gateway that speaks octets: it says exactly what a test wants, and shows what it got. Emits `frame` and `chunk`. */
export class RawGateway extends EventEmitter {
  readonly frames: RawFrame[] = [];
  reflex: Reflex;
  connections = 0;
  #probes = 0;
  #socket: Socket | null = null;
  readonly #sockets = new Set<Socket>();
  readonly #lastOf = new Map<number, Socket>();
  readonly #server: Server;

  constructor(reflex: Reflex) {
    super();
    this.setMaxListeners(0);
    this.reflex = reflex;
    this.#server = createServer((socket) => this.#connected(socket));
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  /** True while the newest connection lives and its client has bound. */
  get isBound(): boolean {
    return this.#socket?.writable === true && this.lastOf(BIND_TRANSCEIVER) === this.#socket;
  }

  /** Writes to the newest connection. */
  write(octets: Buffer): void {
    if (this.#socket?.writable) this.#socket.write(octets);
  }

  /** Resolves when the newest connection has read everything up to now, or has ended. */
  async probe(): Promise<void> {
    const socket = this.#socket;
    if (!socket?.writable) return;
    this.#probes += 1;
    const sequence = PROBE + this.#probes;
    await new Promise<void>((resolve) => {
      const look = (frame: RawFrame) => {
        if (frame.sequence === sequence) end();
      };
      const end = () => {
        this.off('frame', look);
        socket.off('close', end);
        resolve();
      };
      this.on('frame', look);
      socket.once('close', end);
      socket.write(pdu(ENQUIRE, 0, sequence));
    });
  }

  /** Stops reading, as a gateway whose machine hangs. */
  deafen(): void {
    this.#socket?.pause();
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** The connection on which this command came last. */
  lastOf(command: number): Socket | undefined {
    return this.#lastOf.get(command);
  }

  /** The first frame with this command that came or comes; `from` skips the ones before. */
  async frame(command: number, from = 0): Promise<RawFrame> {
    const known = this.frames.slice(from).find((one) => one.command === command);
    if (known) return known;
    const signal = AbortSignal.timeout(30_000);
    for (;;) {
      const [one] = (await once(this, 'frame', { signal })) as [RawFrame];
      if (one.command === command) return one;
    }
  }

  async close(): Promise<void> {
    this.cut();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #connected(socket: Socket): void {
    this.connections += 1;
    this.#socket = socket;
    this.#sockets.add(socket);
    let pending = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (octets: Buffer) => {
      this.emit('chunk', octets);
      pending = Buffer.concat([pending, octets]);
      while (pending.length >= 16 && pending.length >= pending.readUInt32BE(0)) {
        const length = pending.readUInt32BE(0);
        this.#received(socket, pending.subarray(0, length));
        pending = pending.subarray(length);
      }
    });
  }

  #received(socket: Socket, octets: Buffer): void {
    const [command, status, sequence] = [4, 8, 12].map((at) => octets.readUInt32BE(at));
    const frame = {
      command: command ?? 0,
      status: status ?? 0,
      sequence: sequence ?? 0,
      body: Buffer.from(octets.subarray(16)),
    };
    this.frames.push(frame);
    this.#lastOf.set(frame.command, socket);
    const answer = this.reflex(frame);
    if (answer && socket.writable) socket.write(answer);
    this.emit('frame', frame);
  }
}

/** A raw gateway that ends with the test. */
export async function rawGateway(t: ExecutionContext, reflex: Reflex = polite): Promise<RawGateway> {
  const gateway = new RawGateway(reflex);
  await gateway.listen();
  t.teardown(() => gateway.close());
  return gateway;
}
