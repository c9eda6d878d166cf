import type { Pdu } from 'smpp';
import type { SmppLink as LinkSettings } from '../../config/smpp-links.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { LinkStatus, SendResult, Slot, SmsMessage } from '../../kernel/carriers.ts';
import { dispatch, type Outlet } from './dispatch.ts';
import { Keeper } from './keeper.ts';
import type { Logger } from './logger.ts';
import { Pace } from './pace.ts';
import { SmppPair } from './pair.ts';
import { Places, type Place } from './places.ts';
import { SmppSession } from './session.ts';
import type { SmscAccess, SmscEvents, SmscLink } from './smsc.ts';
import { actionFor } from './status.ts';
import type { Times } from './times.ts';
import { verdictOn, type Verdict } from './verdict.ts';

export interface LinkOptions {
  settings: LinkSettings;
  times: Times;
  clock: Clock;
  logger: Logger;
  now: () => number;
  onDeliver(pdu: Pdu): Promise<void>;
  /** A `reserve` that got nothing might get something now. */
  onFree: () => void;
}

const FULL_IN_A_ROW = 3;

/** One gateway: its connection, its window and its pace. */
export class Link {
  readonly settings: LinkSettings;
  readonly #options: LinkOptions;
  readonly #places: Places;
  readonly #pace: Pace;
  readonly #keeper: Keeper;
  readonly #outlet: Outlet;
  readonly #sending = new Set<Promise<SendResult>>();
  #stopping = false;
  #since: Date;
  #submitted = 0;
  #fullInARow = 0;

  constructor(options: LinkOptions) {
    const { settings, times, clock, logger, now } = options;
    this.settings = settings;
    this.#options = options;
    this.#since = clock.now();
    this.#places = new Places(settings.window, options.onFree);
    this.#pace = new Pace({
      ratePerSecond: settings.ratePerSecond,
      times: times.throttle,
      now,
      onReady: options.onFree,
    });
    this.#keeper = new Keeper({
      name: settings.name,
      backoff: times.reconnect,
      logger,
      now,
      open: (events) => open(settings, times, events),
      onDeliver: (pdu) => options.onDeliver(pdu),
      onChange: () => this.#changed(),
    });
    this.#outlet = {
      settings,
      clock,
      logger,
      now,
      submit: (fields) => this.#keeper.submit(fields),
      drawNext: () => this.#pace.drawNext(),
      pausedMs: () => this.#pace.pausedMs,
      taken: (sentAt) => this.#taken(sentAt),
      refused: (status, sentAt, message, begun) => this.#refused(status, sentAt, message, begun),
    };
  }

  /** True while it could take a message, now or when a place or a token gets free. */
  get up(): boolean {
    return this.#keeper.bound && !this.#stopping;
  }

  /** How much of the window is taken, from 0 to 1. */
  get load(): number {
    return this.#places.held / this.#places.size;
  }

  start(): void {
    this.#stopping = false;
    this.#keeper.start();
  }

  /** A place and a token, if both are there and the link is up. */
  reserve(): Slot<SmsMessage> | null {
    if (!this.up || this.#places.full || !this.#pace.draw()) return null;
    return this.#slot(this.#places.take());
  }

  /** No new places; messages on their way are sent to the end, the window drains, and the session is unbound. */
  async stop(deadlineMs: number): Promise<void> {
    this.#stopping = true;
    const until = this.#options.now() + deadlineMs;
    await within(deadlineMs, Promise.all(this.#sending));
    this.#pace.stop();
    await this.#keeper.stop(Math.max(0, until - this.#options.now()));
    this.#pace.stop();
  }

  status(): LinkStatus {
    const { settings } = this;
    const { pausedMs, rate } = this.#pace;
    const now = this.#options.clock.now().getTime();
    return {
      name: settings.name,
      state: this.#keeper.state,
      since: this.#since,
      reason: this.#keeper.reason,
      inFlight: this.#places.held,
      window: settings.window,
      ratePerSecond: rate === null ? null : Math.round(rate * 10) / 10,
      throttledUntil: pausedMs > 0 ? new Date(now + pausedMs) : null,
      submitted: this.#submitted,
    };
  }

  #slot(place: Place): Slot<SmsMessage> {
    let used = false;
    let onWire = false;
    let released = false;
    const refuse = (reason: string): SendResult => ({ kind: 'retry', reason, blame: 'link', taken: [] });
    return {
      link: this.settings.name,
      send: async (message) => {
        if (used || released) return refuse('place on the link was used already');
        if (this.#stopping) return refuse('link is being stopped');
        used = onWire = true;
        const result = await this.#send(message);
        onWire = false;
        if (released) place.release();
        return result;
      },
      renew: () => {
        if (!used || onWire || released || !this.up || !this.#pace.draw()) return null;
        released = true;
        return this.#slot(place);
      },
      release: () => {
        if (released) return;
        released = true;
        if (!used) this.#pace.giveBack();
        // A place stays taken while its message is on the wire, whatever its holder says.
        if (!onWire) place.release();
      },
    };
  }

  async #send(message: SmsMessage): Promise<SendResult> {
    const work = dispatch(message, this.#outlet);
    this.#sending.add(work);
    try {
      return await work;
    } finally {
      this.#sending.delete(work);
    }
  }

  #taken(sentAt: number): void {
    this.#submitted += 1;
    this.#fullInARow = 0;
    this.#pace.taken(sentAt);
  }

  #refused(status: number, sentAt: number, { alphabet }: SmsMessage, begun: boolean): Verdict {
    const action = actionFor(status, this.settings.statuses);
    this.#fullInARow = action === 'queue' ? this.#fullInARow + 1 : 0;
    const gatewayFull = this.#fullInARow >= FULL_IN_A_ROW;
    if (action === 'throttle') this.#pace.tooFast(sentAt);
    if (gatewayFull) this.#pace.pause(sentAt);
    if (action === 'rebind') this.#keeper.rebind();
    const verdict = verdictOn(status, action, {
      alphabet,
      begun,
      pausedMs: this.#pace.pausedMs,
      gatewayFull,
    });
    if (action === 'sender' || action === 'mistake' || (action === 'recode' && verdict.kind === 'rejected'))
      this.#options.logger.error(
        { link: this.settings.name, reason: verdict.reason },
        'SMS gateway finds fault with our sender or our request',
      );
    return verdict;
  }

  #changed(): void {
    this.#since = this.#options.clock.now();
    if (this.#keeper.state === 'up') this.#fullInARow = 0;
    this.#options.onFree();
  }
}

function open(settings: LinkSettings, times: Times, events: SmscEvents): SmscLink {
  const { host, port, tls, systemId, password, systemType } = settings;
  const access: SmscAccess = {
    target: { host, port, tls },
    systemId,
    password,
    systemType,
    times: {
      ...times.session,
      answerMs: settings.answerSeconds * 1000,
      enquireMs: settings.enquireSeconds * 1000,
    },
  };
  return settings.bind === 'pair'
    ? new SmppPair(access, events)
    : new SmppSession(access, 'bind_transceiver', events);
}

/** Waits for something, but not longer than that. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
