import { isIP } from 'node:net';
import smpp, { type Pdu, type PduFields, type Session } from 'smpp';
import type { Logger } from './logger.ts';
import { KeepAlive } from './keep-alive.ts';
import { STATUS_OK, STATUS_TRY_AGAIN } from './status.ts';
import { Window } from './window.ts';

// The library would guess alphabets from `data_coding` and guess wrong; bytes are read by our own code.
smpp.filters.message.decode = (value) => value;

export interface SessionOptions {
  host: string;
  port: number;
  tls: boolean;
  systemId: string;
  password: string;
  systemType: string;
  window: number;
  connectTimeoutMs: number;
  responseTimeoutMs: number;
  enquireMs: number;
  enquireTimeoutMs: number;
  logger: Logger;
}

export interface SessionEvents {
  onBound(): void;
  /** Incoming `deliver_sm` or `data_sm`; it is confirmed when the promise resolves, refused for now when it rejects. */
  onDeliver(pdu: Pdu): Promise<void>;
  /** Exactly once. `bindStatus` tells that the gateway refused the bind. */
  onClosed(reason: string, bindStatus: number | null): void;
}

/** `notSent`: nothing went out. `inDoubt`: it went out and no answer came. */
export type Submitted =
  | { kind: 'answered'; status: number; messageId: string }
  | { kind: 'notSent'; reason: string }
  | { kind: 'inDoubt'; reason: string };

interface InFlight {
  settle(outcome: Submitted): void;
  timer: NodeJS.Timeout;
}

const INTERFACE_VERSION_34 = 0x34;
const UNBIND_MS = 5000;
const MAX_SEQUENCE = 0x7fffffff;

/**
 * One connection to the gateway, from connect to close; it is never used again after that, because the library
 * keeps stale state over a second connect. Every submit is settled, whatever happens to the connection.
 */
export class SmppSession {
  readonly #options: SessionOptions;
  readonly #events: SessionEvents;
  readonly #session: Session;
  readonly #window: Window;
  readonly #keepAlive: KeepAlive;
  readonly #inFlight = new Map<number, InFlight>();
  #state: 'opening' | 'bound' | 'closing' | 'closed' = 'opening';
  #sequence = 0;
  #bindSequence = 0;
  #bindStatus: number | null = null;
  #reason = 'connection closed by the gateway';
  #deadline: NodeJS.Timeout;
  readonly #whenIdle: (() => void)[] = [];

  constructor(options: SessionOptions, events: SessionEvents) {
    this.#options = options;
    this.#events = events;
    this.#window = new Window(options.window);
    this.#keepAlive = new KeepAlive({
      idleMs: options.enquireMs,
      answerMs: options.enquireTimeoutMs,
      enquire: () => this.#request('enquire_link'),
      dead: () => this.kill('enquire_link not answered'),
    });
    this.#deadline = setTimeout(() => this.kill('no connection in time'), options.connectTimeoutMs);
    this.#session = smpp.connect({
      host: options.host,
      port: options.port,
      tls: options.tls,
      noDelay: true,
      ...(isIP(options.host) ? {} : { servername: options.host }),
    });
    this.#session.on(options.tls ? 'secureConnect' : 'connect', () => this.#bind());
    this.#session.on('error', (error: Error) => this.kill(error.message));
    this.#session.on('close', () => this.#closed());
    this.#session.on('pdu', (pdu: Pdu) => this.#received(pdu));
  }

  get bound(): boolean {
    return this.#state === 'bound';
  }

  /** Sends one `submit_sm` within the window; `build` is called at the moment of sending. */
  async submit(build: () => PduFields): Promise<Submitted> {
    if (!(await this.#window.take())) return { kind: 'notSent', reason: this.#reason };
    try {
      if (this.#state !== 'bound') return { kind: 'notSent', reason: this.#reason };
      return await this.#submitNow(build());
    } finally {
      this.#window.release();
      if (this.#inFlight.size === 0) for (const wake of this.#whenIdle.splice(0)) wake();
    }
  }

  /** Cuts the connection at once; what is unanswered becomes `inDoubt`. */
  kill(reason: string): void {
    if (this.#state === 'closed') return;
    this.#reason = reason;
    this.#session.destroy();
    this.#closed();
  }

  /** Takes no more submits, waits for the answers, unbinds and closes; cuts the connection at the deadline. */
  async stop(deadlineMs: number): Promise<void> {
    if (this.#state !== 'bound') return this.kill('stopped');
    const deadline = setTimeout(() => this.kill('stopped before all answers came'), deadlineMs);
    const ended = new Promise<void>((resolve) => this.#session.socket.once('close', () => resolve()));
    await this.#drain('stopping');
    this.#request('unbind');
    const unbind = setTimeout(() => this.kill('unbind not answered'), UNBIND_MS);
    await ended;
    clearTimeout(deadline);
    clearTimeout(unbind);
  }

  #bind(): void {
    this.#session.socket.setNoDelay(true);
    const { systemId, password, systemType } = this.#options;
    this.#bindSequence = this.#request('bind_transceiver', {
      system_id: systemId,
      password,
      system_type: systemType,
      interface_version: INTERFACE_VERSION_34,
    });
  }

  #submitNow(fields: PduFields): Promise<Submitted> {
    return new Promise((settle) => {
      const sequence = this.#nextSequence();
      const timer = setTimeout(() => this.kill('no answer to submit_sm'), this.#options.responseTimeoutMs);
      this.#inFlight.set(sequence, { settle, timer });
      const pdu = new smpp.PDU('submit_sm', { ...fields, sequence_number: sequence });
      if (!this.#session.send(pdu))
        this.#answer(sequence, { kind: 'notSent', reason: 'socket not writable' });
    });
  }

  #answer(sequence: number, outcome: Submitted): void {
    const entry = this.#inFlight.get(sequence);
    if (!entry) return;
    clearTimeout(entry.timer);
    this.#inFlight.delete(sequence);
    entry.settle(outcome);
  }

  // The library stops reading for ever when a listener throws, so nothing may escape from here.
  #received(pdu: Pdu): void {
    try {
      this.#keepAlive.heard();
      if (pdu.isResponse()) this.#receivedAnswer(pdu);
      else this.#receivedRequest(pdu);
    } catch (error) {
      this.kill(`cannot handle ${pdu.command}: ${String(error)}`);
    }
  }

  #receivedAnswer(pdu: Pdu): void {
    if (this.#state === 'opening' && pdu.sequence_number === this.#bindSequence)
      return this.#bindAnswered(pdu);
    if (pdu.command === 'unbind_resp') return this.#session.close();
    if (pdu.command !== 'submit_sm_resp' && pdu.command !== 'generic_nack') return;
    const { command_status: status, message_id: messageId = '', sequence_number: sequence } = pdu;
    if (this.#inFlight.has(sequence)) this.#answer(sequence, { kind: 'answered', status, messageId });
    // A nack for nothing we know means that the two ends no longer agree on where a PDU begins.
    else if (pdu.command === 'generic_nack') this.kill('generic_nack for an unknown request');
  }

  #bindAnswered(pdu: Pdu): void {
    if (pdu.command_status !== STATUS_OK || pdu.command !== 'bind_transceiver_resp') {
      this.#bindStatus = pdu.command_status;
      return this.kill('bind refused');
    }
    clearTimeout(this.#deadline);
    this.#state = 'bound';
    this.#keepAlive.start();
    this.#events.onBound();
  }

  #receivedRequest(pdu: Pdu): void {
    switch (pdu.command) {
      case 'enquire_link':
        this.#session.send(pdu.response());
        break;
      case 'deliver_sm':
      case 'data_sm':
        void this.#deliver(pdu);
        break;
      case 'unbind':
        void this.#unbound(pdu);
        break;
      case 'alert_notification':
      case 'outbind':
        break;
      default:
        this.#session.send(
          new smpp.PDU('generic_nack', { sequence_number: pdu.sequence_number, command_status: 3 }),
        );
    }
  }

  async #deliver(pdu: Pdu): Promise<void> {
    try {
      await this.#events.onDeliver(pdu);
      this.#session.send(pdu.response());
    } catch (error) {
      this.#options.logger.error({ err: error }, 'receipt not stored; the gateway will send it again');
      this.#session.send(pdu.response({ command_status: STATUS_TRY_AGAIN }));
    }
  }

  // The gateway may still be answering what it already has, so its wish waits for that, but not for long.
  async #unbound(pdu: Pdu): Promise<void> {
    const limit = setTimeout(() => this.kill('unbound by the gateway'), this.#options.connectTimeoutMs);
    await this.#drain('unbound by the gateway');
    clearTimeout(limit);
    this.#session.send(pdu.response());
    this.#session.close();
  }

  async #drain(reason: string): Promise<void> {
    if (this.#state === 'bound') this.#state = 'closing';
    this.#reason = reason;
    this.#window.close();
    if (this.#inFlight.size === 0) return;
    await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  #closed(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    clearTimeout(this.#deadline);
    this.#keepAlive.stop();
    this.#window.close();
    for (const sequence of this.#inFlight.keys())
      this.#answer(sequence, { kind: 'inDoubt', reason: this.#reason });
    this.#events.onClosed(this.#reason, this.#bindStatus);
  }

  #request(command: string, fields: PduFields = {}): number {
    const sequence = this.#nextSequence();
    this.#session.send(new smpp.PDU(command, { ...fields, sequence_number: sequence }));
    return sequence;
  }

  #nextSequence(): number {
    this.#sequence = this.#sequence >= MAX_SEQUENCE ? 1 : this.#sequence + 1;
    return this.#sequence;
  }
}
