import type { PduFields } from 'smpp';
import { SmppSession } from './session.ts';
import type { Closure, SmscAccess, SmscEvents, SmscLink, Submitted } from './smsc.ts';

/**
 * Two sessions as one connection: a transmitter, and a receiver on which the receipts come. It is bound only while
 * both are, because texts without receipts would look lost; when one ends, so does the other.
 */
export class SmppPair implements SmscLink {
  readonly #times: SmscAccess['times'];
  readonly #events: SmscEvents;
  readonly #transmitter: SmppSession;
  readonly #receiver: SmppSession;
  #open = 2;
  #wasBound = false;
  #first: Closure | null = null;

  constructor(access: SmscAccess, events: SmscEvents) {
    this.#times = access.times;
    this.#events = events;
    const session = (command: 'bind_transmitter' | 'bind_receiver') =>
      new SmppSession(access, command, {
        onBound: () => this.#halfBound(),
        onDeliver: (pdu) => events.onDeliver(pdu),
        onClosed: (closure) => this.#halfClosed(command, closure),
      });
    this.#transmitter = session('bind_transmitter');
    this.#receiver = session('bind_receiver');
  }

  get bound(): boolean {
    return this.#transmitter.bound && this.#receiver.bound;
  }

  async submit(fields: PduFields): Promise<Submitted> {
    if (!this.bound) return { kind: 'notSent', reason: this.#first?.reason ?? 'no link to the gateway' };
    return this.#transmitter.submit(fields);
  }

  /** The receiver goes last, so that receipts may still come. */
  async stop(deadlineMs: number, reason: string): Promise<void> {
    const until = performance.now() + deadlineMs;
    await this.#transmitter.stop(deadlineMs, reason);
    await this.#receiver.stop(Math.max(0, until - performance.now()), reason);
  }

  retire(reason: string): void {
    this.#transmitter.retire(reason);
  }

  kill(reason: string): void {
    this.#transmitter.kill(reason);
    this.#receiver.kill(reason);
  }

  #halfBound(): void {
    if (!this.bound) return;
    this.#wasBound = true;
    this.#events.onBound();
  }

  #halfClosed(command: string, closure: Closure): void {
    this.#open -= 1;
    this.#first ??= closure;
    if (this.#open === 0) return this.#events.onClosed({ ...this.#first, wasBound: this.#wasBound });
    const other = command === 'bind_transmitter' ? this.#receiver : this.#transmitter;
    // What the other one still has in flight may yet be answered: to cut it would only make doubts.
    void other.stop(this.#times.answerMs, closure.reason);
  }
}
