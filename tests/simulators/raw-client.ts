import { once } from 'node:events';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ExecutionContext } from 'ava';

/** A PDU as octets tell it, read by hand: the simulator and the server share a library, this shares nothing. */
export interface RawPdu {
  command: number;
  status: number;
  sequence: number;
  body: Buffer;
}

export const COMMANDS = {
  receiver: 0x01,
  transmitter: 0x02,
  submit: 0x04,
  deliver: 0x05,
  unbind: 0x06,
  transceiver: 0x09,
  enquire: 0x15,
  data: 0x103,
} as const;
const RESPONSE = 0x8000_0000;
const PATIENCE_MS = 20_000;

export interface RawSubmit {
  to?: string;
  from?: string;
  text?: string | Buffer;
  esmClass?: number;
  dataCoding?: number;
  reference?: number;
  registered?: number;
  /** Further parameters: tag and value. */
  tlvs?: [number, Buffer][];
}

const text = (value: string) => Buffer.concat([Buffer.from(value, 'latin1'), Buffer.alloc(1)]);
const octets = (...values: number[]) => Buffer.from(values);

function tlv(tag: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(tag, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value]);
}

/** Two octets. */
export function int16(value: number): Buffer {
  return octets(value >> 8, value & 0xff);
}

/** The body of a submit_sm, SMPP 3.4 section 4.4.1. */
function submitBody(fields: RawSubmit): Buffer {
  const { to = '34612345678', from = 'OAC', esmClass = 0, dataCoding = 0, registered = 1 } = fields;
  const message = Buffer.from(fields.text ?? 'Hola');
  const reference = fields.reference === undefined ? [] : [tlv(0x0204, int16(fields.reference))];
  const source = [text(''), octets(5, 0), text(from)];
  const destination = [octets(1, 1), text(to), octets(esmClass, 0, 0), text(''), text('')];
  const body = [octets(registered, 0, dataCoding, 0, message.length), message];
  const parameters = (fields.tlvs ?? []).map(([tag, value]) => tlv(tag, value));
  return Buffer.concat([...source, ...destination, ...body, ...reference, ...parameters]);
}

/** An SMPP client written by hand over a socket. It answers nothing by itself. */
export class RawClient {
  readonly socket: Socket;
  /** Everything that came and was not taken yet. */
  readonly inbox: RawPdu[] = [];
  /** Octets that are no whole PDU, or have a length that cannot be. */
  rest = Buffer.alloc(0);
  closed = false;
  #sequence = 0;
  readonly #wakers = new Set<() => void>();

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.closed = true;
      this.#wake();
    });
  }

  send(
    command: number,
    body: Buffer = Buffer.alloc(0),
    status = 0,
    sequence = (this.#sequence += 1),
  ): number {
    const head = Buffer.alloc(16);
    [16 + body.length, command, status, sequence].forEach((value, at) => head.writeUInt32BE(value, at * 4));
    this.socket.write(Buffer.concat([head, body]));
    return sequence;
  }

  async bind(
    mode: 'transceiver' | 'transmitter' | 'receiver' = 'transceiver',
    systemId = 'a',
  ): Promise<number> {
    const body = Buffer.concat([text(systemId), text('secret'), text(''), octets(0x34, 0, 0), text('')]);
    const sequence = this.send(COMMANDS[mode], body);
    return (await this.answerTo(sequence)).status;
  }

  /** Sends a text and does not wait. */
  submit(fields: RawSubmit = {}): number {
    return this.send(COMMANDS.submit, submitBody(fields));
  }

  /** Sends a text and resolves with status and message id of its answer. */
  async submitted(fields: RawSubmit = {}): Promise<{ status: number; id: string }> {
    const { status, body } = await this.answerTo(this.submit(fields));
    return { status, id: body.subarray(0, -1).toString('latin1') };
  }

  answerTo(sequence: number): Promise<RawPdu> {
    return this.take((pdu) => pdu.command >= RESPONSE && pdu.sequence === sequence);
  }

  /** The next answer, whatever it answers. */
  nextAnswer(): Promise<RawPdu> {
    return this.take((pdu) => pdu.command >= RESPONSE);
  }

  /** The next receipt or other delivery; it is confirmed with this status. */
  async nextDelivery(status = 0): Promise<RawPdu> {
    const pdu = await this.take(({ command }) => command === COMMANDS.deliver || command === COMMANDS.data);
    this.confirm(pdu, status);
    return pdu;
  }

  confirm(pdu: RawPdu, status = 0): void {
    this.send(RESPONSE + pdu.command, octets(0), status, pdu.sequence);
  }

  /** Removes and resolves with the first PDU that fits, come or still to come. */
  async take(fits: (pdu: RawPdu) => boolean): Promise<RawPdu> {
    await this.until(() => this.closed || this.inbox.some(fits));
    const at = this.inbox.findIndex(fits);
    const [found] = at < 0 ? [] : this.inbox.splice(at, 1);
    if (!found) throw new Error('The link is closed');
    return found;
  }

  untilClosed(): Promise<void> {
    return this.until(() => this.closed);
  }

  /** Resolves when this is so, looked at whenever something comes. */
  async until(isSo: () => boolean): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!isSo()) {
      let timer: NodeJS.Timeout | undefined;
      const woken = await new Promise<boolean>((resolve) => {
        this.#wakers.add(() => resolve(true));
        timer = setTimeout(() => resolve(false), deadline - Date.now());
      });
      clearTimeout(timer);
      if (!woken) throw new Error('Nothing of the kind came');
    }
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
    this.#wakers.clear();
  }

  #read(bytes: Buffer): void {
    this.rest = Buffer.concat([this.rest, bytes]);
    while (this.rest.length >= 16) {
      const length = this.rest.readUInt32BE(0);
      if (length < 16 || length > this.rest.length) break;
      this.inbox.push({
        command: this.rest.readUInt32BE(4),
        status: this.rest.readUInt32BE(8),
        sequence: this.rest.readUInt32BE(12),
        body: this.rest.subarray(16, length),
      });
      this.rest = this.rest.subarray(length);
    }
    this.#wake();
  }
}

/** Connects, by TLS when given the certificate to trust; the connection ends with the test. */
export async function connectRaw(
  t: ExecutionContext,
  port: number,
  tls?: { ca: string; servername: string },
): Promise<RawClient> {
  const to = { host: '127.0.0.1', port };
  const socket = tls ? connectTls({ ...to, ...tls }) : connectPlain(to);
  t.teardown(() => void socket.destroy());
  const client = new RawClient(socket);
  await once(socket, tls ? 'secureConnect' : 'connect');
  return client;
}

/** What a receipt says: in its text or in its parameters. */
export interface RawReceipt {
  command: 'deliver_sm' | 'data_sm';
  /** Who the text was for. */
  citizen: string;
  esmClass: number;
  /** Of `deliver_sm`, or of the parameter `message_payload`. */
  text: string;
  id: string | null;
  state: number | null;
  reference: number | null;
}

/** Takes a delivery apart, SMPP 3.4 sections 4.6.1 and 4.7.1. */
export function readReceipt({ command, body }: RawPdu): RawReceipt {
  let at = body.indexOf(0) + 1 + 2;
  const citizenEnd = body.indexOf(0, at);
  const citizen = body.toString('latin1', at, citizenEnd);
  at = body.indexOf(0, citizenEnd + 3) + 1;
  const esmClass = body[at] ?? 0;
  const isData = command === COMMANDS.data;
  // data_sm: esm_class, registered_delivery, data_coding. deliver_sm has ten fixed octets and the text.
  at += isData ? 3 : 9;
  const length = isData ? 0 : (body[at] ?? 0);
  const start = isData ? at : at + 1;
  const values = readParameters(body.subarray(start + length));
  const message = isData ? (values.get(0x0424) ?? Buffer.alloc(0)) : body.subarray(start, start + length);
  return {
    command: isData ? 'data_sm' : 'deliver_sm',
    citizen,
    esmClass,
    text: message.toString('latin1'),
    id: values.get(0x1e)?.subarray(0, -1).toString('latin1') ?? null,
    state: values.get(0x0427)?.[0] ?? null,
    reference: values.get(0x0204)?.readUInt16BE(0) ?? null,
  };
}

function readParameters(bytes: Buffer): Map<number, Buffer> {
  const values = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= bytes.length; at += 4 + bytes.readUInt16BE(at + 2))
    values.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + bytes.readUInt16BE(at + 2)));
  return values;
}
