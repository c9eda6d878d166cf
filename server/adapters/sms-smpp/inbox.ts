import type { Pdu } from 'smpp';
import type { SmppLink } from '../../config/smpp-links.ts';
import type { DeliveryReceipt } from '../../kernel/carriers.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from './logger.ts';
import { readIncoming } from './receipts.ts';

export type ReceiptHandler = (receipt: DeliveryReceipt) => Promise<void>;

export interface InboxOptions {
  settings: SmppLink;
  clock: Clock;
  logger: Logger;
  /** Null while nobody stores receipts. */
  handler(): ReceiptHandler | null;
}

/** Receipts stored at once; the book stores as many with one commit. */
const AT_ONCE = 100;
/** Receipts in hand; what comes above is refused for now and comes again, so that a flood costs no memory. */
const MOST = 1000;

/** Takes what the gateway of one link sends us, and sees to it that receipts are stored. */
export class Inbox {
  readonly #options: InboxOptions;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the PDU may be confirmed: its receipt is stored, or it is none, as the answers that citizens type.
   * Rejects when the gateway has to send it again.
   */
  async take(pdu: Pdu): Promise<void> {
    const { settings, clock, logger } = this.#options;
    const link = settings.name;
    const incoming = readIncoming(pdu, { link, receiptIds: settings.receiptIds, at: clock.now() });
    if (!('receipt' in incoming)) {
      const level = incoming.dropped === 'unreadable' ? 'warn' : 'info';
      logger[level]({ link, kind: incoming.dropped }, 'PDU of the SMS gateway confirmed and dropped');
      return;
    }
    await this.#turn();
    try {
      await this.#store(incoming.receipt);
    } catch (error) {
      const fault = error instanceof Error ? error.name : 'unknown';
      logger.error({ link, fault }, 'receipt not stored; the gateway will send it again');
      throw error;
    } finally {
      this.#next();
    }
  }

  async #store(receipt: DeliveryReceipt): Promise<void> {
    const handler = this.#options.handler();
    if (!handler) throw new Error('nobody stores receipts yet');
    await handler(receipt);
  }

  async #turn(): Promise<void> {
    if (this.#waiting.length + this.#running >= MOST) throw new Error('too many receipts at once');
    if (this.#running < AT_ONCE) this.#running += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** The turn goes to the one who waits longest. */
  #next(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running -= 1;
  }
}
