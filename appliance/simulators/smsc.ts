import { once } from 'node:events';
import smpp, { type Pdu, type PduFields, type Session } from 'smpp';
import { portOf } from './listening.ts';
import { Mailbag } from './mailbag.ts';
import { Reassembly, type SimulatedSms } from './reassembly.ts';

export type { SimulatedSms } from './reassembly.ts';

smpp.filters.message.decode = (value) => value;

export interface SmscOptions {
  /** 0 takes any free port; see `port` of the result. */
  port: number;
  /** When given, a bind with anything else is refused. */
  systemId?: string;
  password?: string;
  /** `delivered` sends a receipt for each part right after its answer. */
  receipts?: 'none' | 'delivered';
  clock?: { now(): Date };
  /** Messages of an earlier run. */
  earlier?: SimulatedSms[];
}

export interface ReceiptFields {
  messageId: string;
  /** Word of SMPP 3.4 appendix B, `DELIVRD` unless told. */
  word?: string;
  /** Number of SMPP 3.4 section 5.2.28, 2 (delivered) unless told. */
  state?: number;
  form?: 'text' | 'tlv';
}

const PASSWORD_WRONG = 0x0e;
const SYSTEM_ID_WRONG = 0x0f;
const ANSWER_MS = 10_000;
const NOT_BOUND = 0x04;

/** Starts an SMPP 3.4 gateway on 127.0.0.1 that keeps every text instead of sending it, and can misbehave. */
export async function startSmsc(options: SmscOptions): Promise<Smsc> {
  const smsc = new Smsc(options);
  await smsc.listen();
  return smsc;
}

/** A gateway for trying out and for tests. */
export class Smsc extends Mailbag<SimulatedSms> {
  readonly #options: SmscOptions;
  readonly #server = smpp.createServer((session) => this.#connected(session));
  readonly #sessions = new Set<Session>();
  readonly #bound = new Set<Session>();
  readonly #parts = new Reassembly();
  readonly #held: (() => void)[] = [];
  #frozen = false;
  #holding = false;
  #bindStatus = 0;
  #submitStatus = 0;
  #lastId = 0;

  constructor(options: SmscOptions) {
    super(options.earlier);
    this.#options = options;
  }

  get port(): number {
    return portOf(this.#server);
  }

  /** How many clients are bound now. */
  get bound(): number {
    return this.#bound.size;
  }

  async listen(): Promise<void> {
    this.#server.listen(this.#options.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  /** Resolves when at least one client is bound. */
  async waitForBind(timeoutMs = 10_000): Promise<void> {
    if (this.#bound.size === 0) await once(this, 'bound', { signal: AbortSignal.timeout(timeoutMs) });
  }

  /** Lets connections open, but reads nothing from them any more. */
  freeze(): void {
    this.#frozen = true;
    for (const session of this.#sessions) session.pause();
  }

  /** Works again; the connections that were frozen are cut, and what they had sent is forgotten. */
  unfreeze(): void {
    this.#frozen = false;
    this.dropConnections();
  }

  /** Cuts every connection at once; what was not read yet is forgotten. */
  dropConnections(): void {
    for (const session of this.#sessions) session.destroy();
  }

  /** Refuses every bind with this `command_status`; 0 accepts them again. */
  refuseBind(status: number): void {
    this.#bindStatus = status;
  }

  /** Answers every submit with this `command_status` without keeping the text; 0 accepts them again. */
  answerWith(status: number): void {
    this.#submitStatus = status;
  }

  /** Keeps the texts that come, but their answers wait for `releaseAnswers`. */
  holdAnswers(): void {
    this.#holding = true;
  }

  releaseAnswers(): void {
    this.#holding = false;
    for (const answer of this.#held.splice(0)) answer();
  }

  /** Sends a receipt to the client, and resolves with the `command_status` of its answer. */
  async sendReceipt(fields: ReceiptFields): Promise<number> {
    return this.request('deliver_sm', receiptPdu(fields));
  }

  /** Sends any request to the client that bound last, and resolves with the `command_status` of its answer. */
  async request(command: string, fields: PduFields = {}): Promise<number> {
    const session = [...this.#bound].at(-1);
    if (!session) throw new Error('no client is bound');
    const pdu = new smpp.PDU(command, fields);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${command} was not answered`)), ANSWER_MS);
      const listen = (answer: Pdu): void => {
        if (!answer.isResponse() || answer.sequence_number !== pdu.sequence_number) return;
        clearTimeout(timer);
        session.off('pdu', listen);
        resolve(answer.command_status);
      };
      session.on('pdu', listen);
      session.send(pdu);
    });
  }

  /** Writes bytes to the client as they are, for instance to see how it takes a broken PDU. */
  sendRaw(bytes: Buffer): void {
    [...this.#bound].at(-1)?.socket.write(bytes);
  }

  async stop(): Promise<void> {
    this.dropConnections();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #connected(session: Session): void {
    this.#sessions.add(session);
    if (this.#frozen) session.pause();
    session.on('pdu', (pdu: Pdu) => this.#received(session, pdu));
    session.on('error', () => session.destroy());
    session.on('close', () => {
      this.#sessions.delete(session);
      if (this.#bound.delete(session)) this.emit('unbound');
    });
  }

  #received(session: Session, pdu: Pdu): void {
    if (this.#frozen || pdu.isResponse()) return;
    if (pdu.command.startsWith('bind_')) this.#bind(session, pdu);
    else if (pdu.command === 'submit_sm') this.#submitted(session, pdu);
    else if (pdu.command === 'enquire_link') {
      this.emit('enquire_link');
      session.send(pdu.response());
    } else if (pdu.command === 'unbind') {
      this.emit('unbind');
      session.send(pdu.response());
      session.close();
    } else session.send(pdu.response());
  }

  #bind(session: Session, pdu: Pdu): void {
    const status = this.#bindStatus || this.#credentialFault(pdu);
    session.send(pdu.response({ command_status: status, system_id: 'SIMULATOR' }));
    this.emit('bind', { interfaceVersion: pdu.interface_version, systemType: pdu.system_type, status });
    if (status !== 0) return session.close();
    this.#bound.add(session);
    this.emit('bound');
  }

  #credentialFault(pdu: Pdu): number {
    const { systemId, password } = this.#options;
    if (systemId !== undefined && pdu.system_id !== systemId) return SYSTEM_ID_WRONG;
    return password !== undefined && pdu.password !== password ? PASSWORD_WRONG : 0;
  }

  #submitted(session: Session, pdu: Pdu): void {
    const status = this.#bound.has(session) ? this.#submitStatus : NOT_BOUND;
    if (status !== 0) {
      session.send(pdu.response({ command_status: status }));
      return;
    }
    this.#lastId += 1;
    const messageId = String(this.#lastId).padStart(10, '0');
    const answer = (): void => this.#answer(session, pdu, messageId);
    const complete = this.#parts.take(pdu, messageId, this.#options.clock?.now() ?? new Date());
    if (this.#holding) this.#held.push(answer);
    else answer();
    if (complete) this.add(complete);
  }

  #answer(session: Session, pdu: Pdu, messageId: string): void {
    session.send(pdu.response({ message_id: messageId }));
    if (this.#options.receipts !== 'delivered') return;
    const fields = { ...receiptPdu({ messageId }), source_addr: pdu.destination_addr ?? '' };
    session.send(new smpp.PDU('deliver_sm', { ...fields, destination_addr: pdu.source_addr ?? '' }));
  }
}

function receiptPdu({ messageId, word = 'DELIVRD', state = 2, form = 'text' }: ReceiptFields): PduFields {
  if (form === 'tlv') {
    return {
      esm_class: 0x04,
      data_coding: 0,
      short_message: Buffer.alloc(0),
      receipted_message_id: messageId,
      message_state: state,
    };
  }
  const text = `id:${messageId} sub:001 dlvrd:001 submit date:2611231030 done date:2611231031 stat:${word} err:000 text:`;
  return { esm_class: 0x04, data_coding: 0, short_message: Buffer.from(text, 'latin1') };
}
