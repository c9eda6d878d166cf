import type { LinkStatus, MailCarrier, SendResult, Slot } from '../../kernel/carriers.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { MailMessage } from '../../kernel/ports.ts';
import { refusedAddress } from './address.ts';
import { sortFailure } from './failure.ts';
import { Health, type BackOff } from './health.ts';
import { createTransport, type MailSender, type MailServer, type Transport } from './transport.ts';

export interface MailCarrierOptions {
  server: MailServer;
  sender: MailSender;
  clock: Clock;
  logger: { warn(details: object, message: string): void };
  /** Most connections, and so messages, at once. */
  connections?: number;
  /** Silence of the server after which a connection is given up. */
  timeoutMs?: number;
  /** A delivery that takes longer is given up, even if the server trickles on. */
  deadlineMs?: number;
  backOff?: BackOff;
}

/** The name of the one link there is. */
const LINK = 'smtp';
const DEFAULTS = {
  connections: 3,
  timeoutMs: 30_000,
  deadlineMs: 75_000,
  backOff: { firstMs: 5000, mostMs: 300_000 },
};

/**
 * Hands e-mail to the department's SMTP server over a few kept connections; a place is one of them. Nothing is repeated
 * in here: the outbox decides on that. A server in trouble is left alone for a while that doubles, see `Health`.
 */
export function createMailCarrier(options: MailCarrierOptions): MailCarrier {
  return new SmtpCarrier(options);
}

class SmtpCarrier implements MailCarrier {
  readonly #options: MailCarrierOptions & typeof DEFAULTS;
  readonly #transport: Transport;
  readonly #health: Health;
  readonly #listeners = new Set<() => void>();
  readonly #running = new Set<Promise<SendResult>>();
  /** For each place taken the era of the server's health in which it was. */
  readonly #taken = new Set<{ era: number }>();
  #accepted = 0;

  constructor(given: MailCarrierOptions) {
    const options = { ...DEFAULTS, ...given };
    this.#options = options;
    this.#transport = createTransport(options.server, options.sender, options);
    this.#health = new Health(options.clock, options.backOff, () => this.#callListeners());
  }

  reserve(): Slot<MailMessage> | null {
    if (!this.up() || this.#taken.size >= this.#options.connections) return null;
    const { era, probing } = this.#health;
    if (probing && [...this.#taken].some((place) => place.era === era)) return null;
    const place = { era };
    this.#taken.add(place);
    return {
      link: LINK,
      send: (message) => this.#track(this.#send(message, era)),
      // A connection is not worth the trouble: e-mail waits for the server, never for the next commit.
      renew: () => null,
      release: () => {
        if (this.#taken.delete(place)) this.#callListeners();
      },
    };
  }

  onFree(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  up(): boolean {
    return !this.#health.resting && this.#health.status.state !== 'stopped';
  }

  links(): LinkStatus[] {
    return [
      {
        name: LINK,
        ...this.#health.status,
        inFlight: this.#running.size,
        window: this.#options.connections,
        ratePerSecond: null,
        throttledUntil: null,
        submitted: this.#accepted,
      },
    ];
  }

  async stop(): Promise<void> {
    this.#health.stop();
    await Promise.allSettled(this.#running);
    this.#transport.close();
  }

  async #send(message: MailMessage, era: number): Promise<SendResult> {
    const refused = refusedAddress(message.to);
    if (refused) return { kind: 'rejected', reason: refused, taken: [] };
    let handedOver = false;
    try {
      const signal = AbortSignal.timeout(this.#options.deadlineMs);
      await this.#transport.deliver(message, { signal, onHandedOver: () => (handedOver = true) });
    } catch (error) {
      return this.#failed(error, handedOver, era);
    }
    this.#accepted += 1;
    this.#health.answered(era);
    const id = message.messageId;
    return { kind: 'accepted', taken: [{ position: 0, providerId: id, providerKey: id }] };
  }

  #failed(error: unknown, handedOver: boolean, era: number): SendResult {
    const { result, trouble } = sortFailure(error, handedOver);
    const reason = 'reason' in result ? result.reason : '';
    if (trouble) this.#health.troubled(era, trouble, reason);
    else this.#health.answered(era);
    this.#options.logger.warn({ kind: result.kind, reason, trouble }, 'e-mail not accepted');
    return result;
  }

  #track(delivery: Promise<SendResult>): Promise<SendResult> {
    this.#running.add(delivery);
    return delivery.finally(() => this.#running.delete(delivery));
  }

  #callListeners(): void {
    if (!this.up()) return;
    for (const listener of this.#listeners) listener();
  }
}
