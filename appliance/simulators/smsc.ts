import { once } from 'node:events';
import smpp, { type PduFields } from 'smpp';
import { AnswerDesk } from './answer-desk.ts';
import { brokenPdu, type Broken } from './broken-pdus.ts';
import { ask, mayReceive, type Client } from './client.ts';
import { FaultBox, type Faults } from './faults.ts';
import { Front } from './front.ts';
import { SmscLog } from './log.ts';
import { Mailbag } from './mailbag.ts';
import type { SimulatedSms } from './reassembly.ts';
import { ReceiptDesk, type NotedReceipt } from './receipt-desk.ts';
import { receiptPdu, type ReceiptFields } from './receipts.ts';
import { SubmitDesk } from './submit-desk.ts';

export type { SimulatedSms } from './reassembly.ts';
export type { ReceiptFields } from './receipts.ts';

export interface SmscOptions {
  /** 0 takes any free port; see `port` of the result. */
  port: number;
  /** Tells several gateways apart, in their logs and on the viewer; `sms` unless told. */
  name?: string;
  /** When given, a bind with anything else is refused. */
  systemId?: string;
  password?: string;
  /** `delivered` sends a receipt for each part right after its answer. */
  receipts?: 'none' | 'delivered';
  /** Key and certificate in PEM: then it speaks TLS only. */
  tls?: { key: string; cert: string };
  /** How it behaves when nothing is wrong, where that differs from `NORMAL`. */
  habits?: Partial<Faults>;
  /** Of everything that happens by chance; 1 unless told. */
  seed?: number;
  /** The log is also written here, one JSON object a line. */
  logFile?: string;
  clock?: { now(): Date };
  /** Messages of an earlier run. */
  earlier?: SimulatedSms[];
}

const ANSWER_MS = 10_000;

/** Starts an SMPP 3.4 gateway on 127.0.0.1 that keeps every text instead of sending it, and can misbehave. */
export async function startSmsc(options: SmscOptions): Promise<Smsc> {
  const smsc = new Smsc(options);
  await smsc.listen();
  return smsc;
}

/** A gateway for trying out and for tests. */
export class Smsc extends Mailbag<SimulatedSms> {
  readonly name: string;
  /** What it does wrong; may be changed at any time. */
  readonly faults: FaultBox;
  /** Everything that happened here. */
  readonly log: SmscLog;
  readonly #front: Front;
  readonly #answers: AnswerDesk;
  readonly #receipts: ReceiptDesk;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(options: SmscOptions) {
    super(options.earlier);
    const { name = 'sms', clock = { now: () => new Date() } } = options;
    this.name = name;
    this.log = new SmscLog(options.logFile);
    const habits = { receipts: options.receipts === 'delivered', ...options.habits };
    this.faults = new FaultBox(habits, options.seed);
    this.#answers = new AnswerDesk(this.faults, this.#timers);
    this.#front = new Front({ ...options, name, clock }, this.faults, this.log, {
      submitted: (client, pdu) => submits.submitted(client, pdu),
      bound: () => {
        this.emit('bound');
        this.#receipts.bound();
      },
      tell: (event, details) => void this.emit(event, details),
    });
    this.#receipts = new ReceiptDesk({
      faults: this.faults,
      timers: this.#timers,
      clients: () => this.#front.bound,
      note: (client, receipt) => this.#noteReceipt(client, receipt),
    });
    const submits = new SubmitDesk({
      front: this.#front,
      faults: this.faults,
      log: this.log,
      answers: this.#answers,
      receipts: this.#receipts,
      complete: (message) => this.add(message),
    });
  }

  get port(): number {
    return this.#front.port;
  }

  /** How many clients are bound now. */
  get bound(): number {
    return this.#front.bound.length;
  }

  listen(): Promise<void> {
    return this.#front.listen();
  }

  /** Resolves when at least one client is bound. */
  async waitForBind(timeoutMs = 10_000): Promise<void> {
    if (this.bound === 0) await once(this, 'bound', { signal: AbortSignal.timeout(timeoutMs) });
  }

  /** Lets connections open, but reads nothing from them any more. */
  freeze(): void {
    this.faults.set({ frozen: true });
  }

  /** Works again; the connections that were frozen are cut, and what they had sent is forgotten. */
  unfreeze(): void {
    this.faults.set({ frozen: false });
  }

  /** Cuts every connection at once; what was not read yet is forgotten. */
  dropConnections(): void {
    this.#front.cutAll();
  }

  /** Refuses every bind with this `command_status`; 0 accepts them again. */
  refuseBind(status: number): void {
    this.faults.set({ bindStatus: status });
  }

  /** Answers every submit with this `command_status` without keeping the text; 0 accepts them again. */
  answerWith(status: number): void {
    this.faults.set({ status, statusNext: status === 0 ? 0 : Number.POSITIVE_INFINITY });
  }

  /** Keeps the texts that come, but their answers wait for `releaseAnswers`. */
  holdAnswers(): void {
    this.#answers.hold();
  }

  releaseAnswers(): void {
    this.#answers.release();
  }

  /** Ends all misbehaviour; what was held back leaves now. */
  backToNormal(): void {
    this.faults.reset();
    this.#answers.release();
    this.#receipts.flush();
  }

  /** Sends a receipt to the client, and resolves with the `command_status` of its answer. */
  async sendReceipt(fields: ReceiptFields): Promise<number> {
    const client = this.#front.bound.findLast(mayReceive);
    if (!client) throw new Error('no client is bound that may receive');
    const answer = ask(client.session, receiptPdu(fields), ANSWER_MS);
    this.#noteReceipt(client, { about: null, fields });
    const status = await answer;
    this.#noteReceipt(client, { about: null, fields, status });
    return status;
  }

  /** Sends any request to the client that bound last, and resolves with the `command_status` of its answer. */
  async request(command: string, fields: PduFields = {}): Promise<number> {
    const client = this.#front.bound.at(-1);
    if (!client) throw new Error('no client is bound');
    return ask(client.session, new smpp.PDU(command, fields), ANSWER_MS);
  }

  /** Asks every client to end its session, as before maintenance, and closes the connections once they answered. */
  async unbindAll(): Promise<void> {
    const end = async (client: Client): Promise<void> => {
      await ask(client.session, new smpp.PDU('unbind'), ANSWER_MS).catch(() => undefined);
      client.ending ??= 'unbind';
      client.session.close();
    };
    await Promise.all(this.#front.bound.map(end));
  }

  /** Writes bytes to the client that bound last as they are, for instance to see how it takes a broken PDU. */
  sendRaw(bytes: Buffer): void {
    this.#front.bound.at(-1)?.session.socket.write(bytes);
  }

  /** Sends something that is no PDU, or none that is known, to every client. */
  sendBroken(kind: Broken): void {
    for (const { session } of this.#front.bound) session.socket.write(brokenPdu(kind));
  }

  async stop(): Promise<void> {
    await this.#front.stop();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #noteReceipt(client: Client, { about, fields, status }: NotedReceipt): void {
    const { messageId, word = 'DELIVRD' } = fields;
    const entry = { ...this.#front.entry(client), messageId, about, word };
    this.log.append(
      status === undefined ? { ...entry, event: 'receipt' } : { ...entry, event: 'receiptAnswered', status },
    );
  }
}
