import type { Pdu, PduFields } from 'smpp';
import type { LinkStatus } from '../../kernel/carriers.ts';
import { Backoff, type BackoffTimes } from './backoff.ts';
import type { Logger } from './logger.ts';
import type { Closure, SmscEvents, SmscLink, Submitted } from './smsc.ts';
import { mayLockOut, statusReason } from './status.ts';

export interface KeeperOptions {
  name: string;
  backoff: BackoffTimes;
  logger: Logger;
  now: () => number;
  open(events: SmscEvents): SmscLink;
  onDeliver(pdu: Pdu): Promise<void>;
  /** The state changed. */
  onChange(): void;
}

const NO_LINK = 'no link to the gateway';

/** Keeps one connection bound for as long as it is wanted: a new one for each attempt, after waits that double. */
export class Keeper {
  readonly #options: KeeperOptions;
  readonly #backoff: Backoff;
  #connection: SmscLink | null = null;
  #timer: NodeJS.Timeout | undefined;
  #wanted = false;
  #boundAt = 0;
  #state: LinkStatus['state'] = 'stopped';
  reason: string | null = null;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.backoff);
  }

  /** A connection that ends in good order is no longer up, though it is still there. */
  get state(): LinkStatus['state'] {
    return this.#state === 'up' && !this.bound ? 'connecting' : this.#state;
  }

  get bound(): boolean {
    return this.#connection?.bound ?? false;
  }

  /** Starts connecting, and connects again after every loss, until `stop`. */
  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#become('connecting', null);
    this.#connect();
  }

  async submit(fields: PduFields): Promise<Submitted> {
    return this.#connection?.submit(fields) ?? { kind: 'notSent', reason: this.reason ?? NO_LINK };
  }

  /** The gateway says that our session is not what we think: end it when all answers came, and begin a new one. */
  rebind(): void {
    if (this.bound) this.#connection?.retire('session refused by the gateway');
  }

  /** No more connections from now on; the present one ends in good order, or at the deadline. */
  async stop(deadlineMs: number): Promise<void> {
    this.#wanted = false;
    clearTimeout(this.#timer);
    await this.#connection?.stop(deadlineMs, 'stopping');
    this.#become('stopped', null);
  }

  #connect(): void {
    this.#boundAt = 0;
    this.#connection = this.#options.open({
      onBound: () => this.#bound(),
      onDeliver: (pdu) => this.#options.onDeliver(pdu),
      onClosed: (closure) => this.#closed(closure),
    });
  }

  #bound(): void {
    this.#boundAt = this.#options.now();
    this.#become('up', null);
    this.#options.logger.info({ link: this.#options.name }, 'SMS gateway connected');
  }

  #closed({ reason, bindStatus }: Closure): void {
    this.#connection = null;
    if (!this.#wanted) return;
    const { logger, name, now } = this.#options;
    const boundMs = this.#boundAt === 0 ? 0 : now() - this.#boundAt;
    const wait = this.#backoff.nextMs(bindStatus, boundMs);
    const refused = bindStatus !== null && mayLockOut(bindStatus);
    const details = {
      link: name,
      reason: bindStatus === null ? reason : statusReason(bindStatus),
      nextTryMs: wait,
    };
    if (refused) logger.error(details, 'SMS gateway refuses our credentials');
    else logger.warn(details, 'SMS gateway not connected');
    this.#timer = setTimeout(() => this.#connect(), wait);
    this.#become(refused ? 'refused' : 'connecting', details.reason);
  }

  #become(state: LinkStatus['state'], reason: string | null): void {
    this.#state = state;
    this.reason = reason;
    this.#options.onChange();
  }
}
