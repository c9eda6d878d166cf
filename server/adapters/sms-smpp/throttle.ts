export interface ThrottleTimes {
  /** First pause; each one that follows without a text taken between is twice as long, up to the longest. */
  firstMs: number;
  longestMs: number;
  /** After each such time without trouble, a tenth of the full rate is given back. */
  recoverMs: number;
}

/** Never slower than this share of the contract's rate. */
const SLOWEST = 1 / 16;
const STEP = 0.1;

/**
 * What a link may do after its gateway said "too fast": nothing for a while, then at half the rate, and slowly faster
 * again. Times are given, in milliseconds.
 */
export class Throttle {
  readonly #contract: number | null;
  readonly #times: ThrottleTimes;
  #pauses = 0;
  #startedAt = Number.NEGATIVE_INFINITY;
  #until = Number.NEGATIVE_INFINITY;
  /** The full rate, and what was left of it at the last halving. */
  #reduced: { full: number; rate: number } | null = null;

  constructor(contract: number | null, times: ThrottleTimes) {
    this.#contract = contract;
    this.#times = times;
  }

  /**
   * The gateway refused something sent at `sentAt` for its speed, when `observed` texts had left within a second.
   * False when that was sent before the last pause began: one burst is one refusal.
   */
  tooFast(now: number, sentAt: number, observed: number): boolean {
    const rate = this.rate(now) ?? Math.max(1, observed);
    if (!this.pause(now, sentAt)) return false;
    const full = this.#contract ?? this.#reduced?.full ?? rate;
    this.#reduced = { full, rate: Math.max(full * SLOWEST, rate / 2) };
    return true;
  }

  /** A pause alone: the gateway is full, which is no matter of our speed. False as above. */
  pause(now: number, sentAt: number): boolean {
    if (sentAt < this.#startedAt || this.isPaused(now)) return false;
    const length = Math.min(this.#times.longestMs, this.#times.firstMs * 2 ** Math.min(this.#pauses, 16));
    this.#pauses += 1;
    this.#startedAt = now;
    this.#until = now + length;
    return true;
  }

  /** Something sent at `sentAt` was taken: if it was after the pause, the next one is short again. */
  taken(sentAt: number): void {
    if (sentAt >= this.#until) this.#pauses = 0;
  }

  isPaused(now: number): boolean {
    return now < this.#until;
  }

  /** Milliseconds that are left of the pause. */
  leftMs(now: number): number {
    return Math.max(0, this.#until - now);
  }

  /** Texts per second that may leave now; null without limit. */
  rate(now: number): number | null {
    if (!this.#reduced) return this.#contract;
    const { full, rate } = this.#reduced;
    const steps = Math.max(0, Math.floor((now - this.#until) / this.#times.recoverMs));
    const risen = rate + steps * full * STEP;
    if (risen < full) return risen;
    this.#reduced = null;
    return this.#contract;
  }
}
