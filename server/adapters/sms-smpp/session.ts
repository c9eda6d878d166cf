import type { Pdu, PduFields } from 'smpp';
import { decode, encodeAnswer, encodeNack, encodeRequest, headerOf } from './codec.ts';
import { InFlight } from './in-flight.ts';
import { KeepAlive } from './keep-alive.ts';
import type { SmscAccess, SmscEvents, SmscLink, Submitted } from './smsc.ts';
import {
  STATUS_INVALID_COMMAND,
  STATUS_INVALID_LENGTH,
  STATUS_OK,
  STATUS_TRY_AGAIN,
  STATUS_UNKNOWN,
} from './status.ts';
import { Wire } from './wire.ts';

export type BindCommand = 'bind_transceiver' | 'bind_transmitter' | 'bind_receiver';

const INTERFACE_VERSION_34 = 0x34;
const MAX_SEQUENCE = 0x7fffffff;
const IS_ANSWER = 0x80000000;
const SUBMIT_ANSWER = 0x80000004;
/** After so many broken PDUs in a row the two ends no longer agree on where one begins. */
const MAX_BROKEN = 3;
const MAX_ENQUIRIES = 10;

/** One SMPP 3.4 session on one connection; it is never used again once it ended. */
export class SmppSession implements SmscLink {
  readonly #access: SmscAccess;
  readonly #command: BindCommand;
  readonly #events: SmscEvents;
  readonly #wire: Wire;
  readonly #keepAlive: KeepAlive;
  readonly #inFlight = new InFlight();
  readonly #enquiries = new Set<number>();
  readonly #delivering = new Set<Promise<void>>();
  #state: 'opening' | 'bound' | 'closing' | 'closed' = 'opening';
  #wasBound = false;
  #sequence = 0;
  #bindSequence = 0;
  #bindStatus: number | null = null;
  #reason = 'no connection';
  #broken = 0;
  #deadline: NodeJS.Timeout;
  #ended: () => void = () => undefined;
  readonly #whenEnded = new Promise<void>((resolve) => {
    this.#ended = resolve;
  });

  constructor(access: SmscAccess, command: BindCommand, events: SmscEvents) {
    this.#access = access;
    this.#command = command;
    this.#events = events;
    this.#keepAlive = new KeepAlive({
      idleMs: access.times.enquireMs,
      answerMs: access.times.enquireAnswerMs,
      enquire: () => this.#enquire(),
      dead: () => this.kill('enquire_link not answered'),
    });
    this.#deadline = setTimeout(
      () => this.kill(this.#bindSequence ? 'bind not answered' : 'no connection in time'),
      access.times.connectMs,
    );
    this.#wire = new Wire(access.target, {
      onOpen: () => this.#bind(),
      onFrame: (frame) => this.#received(frame),
      onClosed: (reason) => this.#closed(reason),
    });
  }

  get bound(): boolean {
    return this.#state === 'bound';
  }

  async submit(fields: PduFields): Promise<Submitted> {
    if (this.#state !== 'bound') return { kind: 'notSent', reason: this.#reason };
    const sequence = this.#nextSequence();
    const octets = encodeRequest('submit_sm', sequence, fields);
    if (!this.#wire.write(octets)) return { kind: 'notSent', reason: 'socket not writable' };
    return this.#inFlight.wait(sequence, this.#access.times.answerMs, () =>
      this.kill('no answer to submit_sm'),
    );
  }

  kill(reason: string): void {
    this.#wire.destroy(reason);
  }

  retire(reason: string): void {
    const limit = setTimeout(() => this.kill(reason), this.#access.times.answerMs);
    void this.#drain(reason).then(() => this.kill(reason));
    void this.#whenEnded.then(() => clearTimeout(limit));
  }

  async stop(deadlineMs: number, reason: string): Promise<void> {
    if (this.#state === 'opening') return this.kill(reason);
    const deadline = setTimeout(() => this.kill('stopped before all answers came'), deadlineMs);
    // Whoever closes already, on the gateway's wish or ours, goes on doing it.
    if (this.#state === 'bound') await this.#unbind(reason);
    await this.#whenEnded;
    clearTimeout(deadline);
  }

  async #unbind(reason: string): Promise<void> {
    await Promise.race([this.#drain(reason), this.#whenEnded]);
    this.#request('unbind');
    const limit = setTimeout(() => this.kill('unbind not answered'), this.#access.times.unbindMs);
    await this.#whenEnded;
    clearTimeout(limit);
  }

  #bind(): void {
    const { systemId, password, systemType } = this.#access;
    this.#bindSequence = this.#request(this.#command, {
      system_id: systemId,
      password,
      system_type: systemType,
      interface_version: INTERFACE_VERSION_34,
    });
  }

  #received(frame: Buffer): void {
    this.#keepAlive.heard();
    let pdu: Pdu;
    try {
      pdu = decode(frame);
      this.#broken = 0;
    } catch {
      return this.#receivedBroken(frame);
    }
    if (pdu.isResponse()) this.#receivedAnswer(pdu);
    else this.#receivedRequest(pdu);
  }

  /**
   * The frame is whole but its body is not. To ask for a new session would not help against a gateway that sends the
   * same receipt again and again, so only this PDU is refused. The header of an answer says enough.
   */
  #receivedBroken(frame: Buffer): void {
    this.#broken += 1;
    if (this.#broken >= MAX_BROKEN) return this.kill('gateway sent nonsense: broken PDUs');
    const { command, status, sequence } = headerOf(frame);
    if (command < IS_ANSWER) this.#wire.write(encodeNack(sequence, STATUS_INVALID_LENGTH));
    else if (command === SUBMIT_ANSWER)
      this.#inFlight.settle(sequence, { kind: 'answered', status, messageId: '' });
  }

  #receivedAnswer(pdu: Pdu): void {
    const { command, sequence_number: sequence, command_status: status } = pdu;
    if (this.#state === 'opening' && sequence === this.#bindSequence) return this.#bindAnswered(pdu);
    if (command === 'unbind_resp') return this.#wire.end(this.#reason);
    if (this.#enquiries.delete(sequence)) return;
    if (command === 'submit_sm_resp')
      this.#inFlight.settle(sequence, { kind: 'answered', status, messageId: pdu.message_id ?? '' });
    else if (command === 'generic_nack') this.#nacked(sequence, status || STATUS_UNKNOWN);
  }

  #nacked(sequence: number, status: number): void {
    if (this.#inFlight.settle(sequence, { kind: 'answered', status, messageId: '' })) return;
    // Nothing of ours has this number, so the two ends no longer agree on where a PDU begins.
    if (this.#state !== 'closing') this.kill('generic_nack for an unknown request');
  }

  #bindAnswered(pdu: Pdu): void {
    if (pdu.command_status !== STATUS_OK || pdu.command !== `${this.#command}_resp`) {
      this.#bindStatus = pdu.command_status || STATUS_UNKNOWN;
      return this.kill('bind refused');
    }
    clearTimeout(this.#deadline);
    this.#state = 'bound';
    this.#wasBound = true;
    this.#keepAlive.start();
    this.#events.onBound();
  }

  #receivedRequest(pdu: Pdu): void {
    switch (pdu.command) {
      case 'enquire_link':
        this.#wire.write(encodeAnswer(pdu, STATUS_OK));
        break;
      case 'deliver_sm':
      case 'data_sm':
        this.#track(this.#deliver(pdu));
        break;
      case 'unbind':
        void this.#unbound(pdu);
        break;
      case 'alert_notification':
      case 'outbind':
        break;
      default:
        this.#wire.write(encodeNack(pdu.sequence_number, STATUS_INVALID_COMMAND));
    }
  }

  #track(work: Promise<void>): void {
    this.#delivering.add(work);
    void work.finally(() => this.#delivering.delete(work));
  }

  async #deliver(pdu: Pdu): Promise<void> {
    const status = await this.#events.onDeliver(pdu).then(
      () => STATUS_OK,
      () => STATUS_TRY_AGAIN,
    );
    this.#wire.write(encodeAnswer(pdu, status));
  }

  /** The gateway may still be answering what it already has, so its wish waits for that, but not for long. */
  async #unbound(pdu: Pdu): Promise<void> {
    const reason = 'unbound by the gateway';
    const limit = setTimeout(() => this.kill(reason), this.#access.times.unbindMs);
    await Promise.race([this.#drain(reason), this.#whenEnded]);
    clearTimeout(limit);
    this.#wire.write(encodeAnswer(pdu, STATUS_OK));
    this.#wire.end(reason);
    setTimeout(() => this.kill(reason), this.#access.times.unbindMs).unref();
  }

  async #drain(reason: string): Promise<void> {
    if (this.#state === 'bound') this.#state = 'closing';
    this.#reason = reason;
    await this.#inFlight.empty();
    await Promise.all(this.#delivering);
  }

  #closed(reason: string): void {
    this.#state = 'closed';
    this.#reason = reason;
    clearTimeout(this.#deadline);
    this.#keepAlive.stop();
    this.#inFlight.settleAll({ kind: 'inDoubt', reason });
    this.#ended();
    this.#events.onClosed({ reason, bindStatus: this.#bindStatus, wasBound: this.#wasBound });
  }

  #enquire(): void {
    // Any PDU is a sign of life, so a gateway may leave every enquiry unanswered.
    if (this.#enquiries.size >= MAX_ENQUIRIES) this.#enquiries.clear();
    this.#enquiries.add(this.#request('enquire_link'));
  }

  #request(command: string, fields: PduFields = {}): number {
    const sequence = this.#nextSequence();
    this.#wire.write(encodeRequest(command, sequence, fields));
    return sequence;
  }

  #nextSequence(): number {
    this.#sequence = this.#sequence >= MAX_SEQUENCE ? 1 : this.#sequence + 1;
    return this.#sequence;
  }
}
