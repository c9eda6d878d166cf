import { isAlreadyBound, mayLockOut } from './status.ts';

export interface BackoffTimes {
  /** First wait before connecting again; it doubles up to the longest. */
  minMs: number;
  maxMs: number;
}

/** A gateway that still holds our last session needs some seconds to notice that it is gone. */
const ALREADY_BOUND_FACTOR = 5;
/** The wait varies by a quarter, so that many installations do not knock at the same instant. */
const JITTER = 0.25;

/** How long to wait before the next connection. */
export class Backoff {
  readonly #times: BackoffTimes;
  readonly #random: () => number;
  #failures = 0;

  constructor(times: BackoffTimes, random: () => number = Math.random) {
    this.#times = times;
    this.#random = random;
  }

  /** Milliseconds after a connection that was bound for `boundMs` (0 for never) and ended with this bind status. */
  nextMs(bindStatus: number | null, boundMs: number): number {
    const { minMs, maxMs } = this.#times;
    if (bindStatus !== null && mayLockOut(bindStatus)) return maxMs;
    // A session that lasted was a good one; one that is dropped again and again is not.
    if (boundMs > maxMs) this.#failures = 0;
    const doubled = Math.min(maxMs, minMs * 2 ** Math.min(this.#failures, 16));
    this.#failures += 1;
    const least = bindStatus !== null && isAlreadyBound(bindStatus) ? minMs * ALREADY_BOUND_FACTOR : 0;
    const wait = Math.min(maxMs, Math.max(doubled, least));
    return Math.round(wait * (1 - JITTER + this.#random() * JITTER));
  }
}
