import { Meter, TokenBucket } from './rate.ts';
import { Throttle, type ThrottleTimes } from './throttle.ts';

export interface PaceOptions {
  /** Contract of the link; null without limit. */
  ratePerSecond: number | null;
  times: ThrottleTimes;
  /** Milliseconds of a clock that never jumps. */
  now: () => number;
  /** Somebody who got nothing may get a token now. */
  onReady: () => void;
}

/** `setTimeout` rounds down, and a token that is almost there is none. */
const ROUND_MS = 1;

/** When a link may send its next PDU: draws tokens, pauses, and tells when it is worth asking again. */
export class Pace {
  readonly #options: PaceOptions;
  readonly #bucket = new TokenBucket();
  readonly #meter = new Meter();
  readonly #throttle: Throttle;
  readonly #waiting: ((drawn: boolean) => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: PaceOptions) {
    this.#options = options;
    this.#throttle = new Throttle(options.ratePerSecond, options.times);
  }

  /** Draws a token. False when there is none now; `onReady` is called when there may be one. */
  draw(): boolean {
    if (this.#waiting.length === 0 && this.#drawNow()) return true;
    this.#wakeUp();
    return false;
  }

  /**
   * Resolves with true when a token was drawn for the next part of a text on its way, which goes before new texts; with
   * false when the link pauses.
   */
  async drawNext(): Promise<boolean> {
    if (this.draw()) return true;
    if (this.#throttle.isPaused(this.#options.now())) return false;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Gives a token back that was drawn for nothing. */
  giveBack(): void {
    if (this.rate !== null) this.#bucket.giveBack();
  }

  /** The gateway said that something sent at `sentAt` came too fast. */
  tooFast(sentAt: number): void {
    const now = this.#options.now();
    if (this.#throttle.tooFast(now, sentAt, this.#meter.perSecond(now))) this.#paused();
  }

  /** The gateway is full: a pause without slowing down. */
  pause(sentAt: number): void {
    if (this.#throttle.pause(this.#options.now(), sentAt)) this.#paused();
  }

  taken(sentAt: number): void {
    this.#throttle.taken(sentAt);
  }

  /** Texts per second that may leave now; null without limit. */
  get rate(): number | null {
    return this.#throttle.rate(this.#options.now());
  }

  /** Milliseconds that are left of a pause; 0 when there is none. */
  get pausedMs(): number {
    return this.#throttle.leftMs(this.#options.now());
  }

  /** Nobody is told any more; those who wait get nothing. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#refuse();
  }

  #paused(): void {
    this.#refuse();
    this.#wakeUp();
  }

  #refuse(): void {
    for (const answer of this.#waiting.splice(0)) answer(false);
  }

  #drawNow(): boolean {
    const now = this.#options.now();
    const rate = this.#throttle.rate(now);
    if (this.#throttle.isPaused(now)) return false;
    if (rate !== null && !this.#bucket.take(now, rate)) return false;
    this.#meter.add(now);
    return true;
  }

  #wakeUp(): void {
    clearTimeout(this.#timer);
    const now = this.#options.now();
    const rate = this.#throttle.rate(now);
    const token = rate === null ? 0 : this.#bucket.waitMs(now, rate);
    const wait = Math.ceil(Math.max(this.#throttle.leftMs(now), token)) + ROUND_MS;
    this.#timer = setTimeout(() => this.#ready(), wait);
  }

  #ready(): void {
    this.#timer = undefined;
    while (this.#waiting.length > 0 && this.#drawNow()) this.#waiting.shift()?.(true);
    if (this.#waiting.length > 0) this.#wakeUp();
    else this.#options.onReady();
  }
}
