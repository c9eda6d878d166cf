import type { Pdu, PduFields } from 'smpp';
import { SmppSession, type SessionOptions, type Submitted } from './session.ts';
import { hex, mayLockOut } from './status.ts';

export interface LinkOptions extends SessionOptions {
  /** First wait before connecting again; it doubles up to `reconnectMaxMs`. */
  reconnectMinMs: number;
  reconnectMaxMs: number;
}

const DOWN: Submitted = { kind: 'notSent', reason: 'no link to the gateway' };

/**
 * Keeps one bound session to the gateway for as long as it is wanted: a new session for each attempt, with waits
 * that double and vary, so that many installations do not knock at the same instant.
 */
export class SmppLink {
  readonly #options: LinkOptions;
  readonly #onDeliver: (pdu: Pdu) => Promise<void>;
  #session: SmppSession | null = null;
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;
  #wanted = false;
  #boundAt = 0;

  constructor(options: LinkOptions, onDeliver: (pdu: Pdu) => Promise<void>) {
    this.#options = options;
    this.#onDeliver = onDeliver;
  }

  get up(): boolean {
    return this.#session?.bound ?? false;
  }

  /** Starts connecting, and connects again after every loss, until `stop`. */
  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#connect();
  }

  /** One `submit_sm`; answers at once with `notSent` while there is no bound session. */
  async submit(build: () => PduFields): Promise<Submitted> {
    if (!this.#session?.bound) return DOWN;
    return this.#session.submit(build);
  }

  /** The gateway says that our session is not what we think: begin a new one. */
  rebind(): void {
    this.#session?.kill('session refused by the gateway');
  }

  async stop(deadlineMs: number): Promise<void> {
    this.#wanted = false;
    clearTimeout(this.#retry);
    await this.#session?.stop(deadlineMs);
  }

  #connect(): void {
    this.#boundAt = 0;
    this.#session = new SmppSession(this.#options, {
      onBound: () => this.#bound(),
      onDeliver: this.#onDeliver,
      onClosed: (reason, bindStatus) => this.#closed(reason, bindStatus),
    });
  }

  #bound(): void {
    this.#boundAt = Date.now();
    this.#options.logger.info(
      { host: this.#options.host, port: this.#options.port },
      'SMS gateway connected',
    );
  }

  #closed(reason: string, bindStatus: number | null): void {
    this.#session = null;
    if (!this.#wanted) return;
    const wait = this.#nextWait(bindStatus);
    const details = {
      reason,
      nextTryMs: wait,
      ...(bindStatus === null ? {} : { bindStatus: hex(bindStatus) }),
    };
    if (bindStatus === null) this.#options.logger.warn(details, 'SMS gateway not connected');
    else this.#options.logger.error(details, 'SMS gateway refused our credentials or our session');
    this.#retry = setTimeout(() => this.#connect(), wait);
  }

  #nextWait(bindStatus: number | null): number {
    const { reconnectMinMs, reconnectMaxMs } = this.#options;
    if (bindStatus !== null && mayLockOut(bindStatus)) return reconnectMaxMs;
    // A session that lasted was a good one; one that is dropped again and again is not.
    const lasted = this.#boundAt > 0 && Date.now() - this.#boundAt > reconnectMaxMs;
    this.#failures = lasted ? 0 : this.#failures;
    const wait = Math.min(reconnectMaxMs, reconnectMinMs * 2 ** Math.min(this.#failures, 16));
    this.#failures += 1;
    return Math.round(wait * (0.75 + Math.random() * 0.25));
  }
}
