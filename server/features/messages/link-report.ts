import type { LinkStatus } from '../../kernel/carriers.ts';
import type { Deps } from '../../models/deps.ts';
import { GatewayLink } from '../../models/GatewayLink.ts';
import type { Channel } from '../../models/OutboxMessage.ts';

/** Changes are seen by the operator after at most this long. It costs nothing: the database is asked only on changes. */
const WATCH_MS = 1000;
/** Somebody who looks at the page must see that a process is gone; it is when three of these are missing. */
const SIGN_OF_LIFE_MS = 15_000;

interface Seen {
  channel: Channel;
  status: LinkStatus;
}

const signature = ({ channel, status }: Seen) =>
  [channel, status.name, status.state, status.reason, status.throttledUntil?.getTime()].join(' ');

/** Writes how this process's links are into the table that operators look at. */
export class LinkReport {
  readonly #deps: Deps;
  readonly #process: string;
  #timer: NodeJS.Timeout | null = null;
  #last = '';
  #lastAt = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: Deps, process: string) {
    this.#deps = deps;
    this.#process = process;
  }

  start(): void {
    this.#timer = setInterval(() => this.#watch(), WATCH_MS);
    this.#timer.unref();
    this.#watch();
  }

  /** Removes the rows of this process: it no longer has links. */
  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#writing;
    await GatewayLink.destroy({ where: { process: this.#process } });
  }

  #watch(): void {
    const seen: Seen[] = [
      ...this.#deps.sms.links().map((status) => ({ channel: 'sms' as const, status })),
      ...this.#deps.mailer.links().map((status) => ({ channel: 'email' as const, status })),
    ];
    const now = seen.map(signature).join('|');
    if (now === this.#last && performance.now() - this.#lastAt < SIGN_OF_LIFE_MS) return;
    this.#last = now;
    this.#lastAt = performance.now();
    this.#writing = this.#writing.then(() => this.#write(seen));
  }

  async #write(seen: Seen[]): Promise<void> {
    const seenAt = this.#deps.clock.now();
    const rows = seen.map(({ channel, status }) => ({
      process: this.#process,
      channel,
      link: status.name,
      state: status.state,
      since: status.since,
      reason: status.reason?.slice(0, 200) ?? null,
      inFlight: status.inFlight,
      windowSize: status.window,
      ratePerSecond: status.ratePerSecond === null ? null : Math.ceil(status.ratePerSecond),
      throttledUntil: status.throttledUntil,
      submitted: status.submitted,
      seenAt,
    }));
    try {
      await GatewayLink.bulkCreate(rows, {
        updateOnDuplicate: [
          'state',
          'since',
          'reason',
          'inFlight',
          'windowSize',
          'ratePerSecond',
          'throttledUntil',
          'submitted',
          'seenAt',
        ],
      });
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'state of the links cannot be written');
      this.#last = '';
    }
  }
}
