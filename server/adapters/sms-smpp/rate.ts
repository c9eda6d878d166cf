const SECOND_MS = 1000;
/** What may leave at once after a pause, as a share of the rate: enough that a late timer costs nothing. */
const BURST = 0.1;
const ALMOST = 1 - 1e-9;

/**
 * A token bucket that in addition never gives more than the rate within any second, because gateways count by the
 * second and a full bucket on top of it would be throttled. Times are given, in milliseconds; the rate may change.
 */
export class TokenBucket {
  #tokens = Number.POSITIVE_INFINITY;
  #filledAt: number | null = null;
  #recent: number[] = [];

  /** True, and one token less, when one may be used now. */
  take(now: number, rate: number): boolean {
    if (this.waitMs(now, rate) > 0) return false;
    this.#tokens -= 1;
    this.#recent.push(now);
    return true;
  }

  /** Gives back the token that was taken last and not used. */
  giveBack(): void {
    this.#tokens += 1;
    this.#recent.pop();
  }

  /** Milliseconds until a token may be used; 0 for now. */
  waitMs(now: number, rate: number): number {
    this.#fill(now, rate);
    const token = this.#tokens >= ALMOST ? 0 : ((1 - this.#tokens) / rate) * SECOND_MS;
    const most = Math.max(1, Math.floor(rate));
    const first = this.#recent.at(-most);
    const second = first === undefined ? 0 : first + (most / rate) * SECOND_MS - now;
    return Math.max(0, token, second);
  }

  #fill(now: number, rate: number): void {
    const size = Math.max(1, rate * BURST);
    const since = now - (this.#filledAt ?? now);
    this.#tokens = Math.min(size, this.#tokens + (since / SECOND_MS) * rate);
    this.#filledAt = now;
    const oldest = now - Math.max(1, 1 / rate) * SECOND_MS;
    if ((this.#recent[0] ?? now) < oldest) this.#recent = this.#recent.filter((at) => at >= oldest);
  }
}

/** Counts what passed within about the last second. Times are given, in milliseconds. */
export class Meter {
  #second = 0;
  #count = 0;
  #before = 0;

  add(now: number): void {
    this.#turn(now);
    this.#count += 1;
  }

  /** The larger of this second's and the last one's count. */
  perSecond(now: number): number {
    this.#turn(now);
    return Math.max(this.#count, this.#before);
  }

  #turn(now: number): void {
    const second = Math.floor(now / SECOND_MS);
    if (second === this.#second) return;
    this.#before = second === this.#second + 1 ? this.#count : 0;
    this.#count = 0;
    this.#second = second;
  }
}
