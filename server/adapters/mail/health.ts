import type { LinkStatus } from '../../kernel/carriers.ts';
import type { Clock } from '../../kernel/clock.ts';

/** How long a server in trouble is left alone: the first time, and at most. */
export interface BackOff {
  firstMs: number;
  mostMs: number;
}

/** Calls back later, unless the returned function is called before. */
export type Alarm = (ms: number, ring: () => void) => () => void;

const systemAlarm: Alarm = (ms, ring) => {
  const timer = setTimeout(ring, ms);
  // A rest keeps no process alive.
  timer.unref();
  return () => clearTimeout(timer);
};

/**
 * Whether the mail server can take anything. Trouble gives it a rest that doubles each time; after the rest a single
 * message goes ahead, and only when that got an answer do the others follow. So a dead server costs one message a try
 * instead of all of them, and one that swallows messages leaves one in doubt.
 */
export class Health {
  readonly #clock: Clock;
  readonly #backOff: BackOff;
  readonly #onRecovery: () => void;
  readonly #alarm: Alarm;
  #state: LinkStatus['state'] = 'up';
  #since: Date;
  #reason: string | null = null;
  #era = 0;
  #failures = 0;
  #endRest: (() => void) | null = null;

  /** `onRecovery` is called when more can be sent than before: after a rest, and after the first success since. */
  constructor(clock: Clock, backOff: BackOff, onRecovery: () => void, alarm: Alarm = systemAlarm) {
    this.#clock = clock;
    this.#backOff = backOff;
    this.#onRecovery = onRecovery;
    this.#alarm = alarm;
    this.#since = clock.now();
  }

  /** Grows with each trouble; a result counts only if its attempt began in the present one. */
  get era(): number {
    return this.#era;
  }

  get resting(): boolean {
    return this.#endRest !== null;
  }

  /** True after trouble until a message got an answer. */
  get probing(): boolean {
    return this.#failures > 0;
  }

  get status(): Pick<LinkStatus, 'state' | 'since' | 'reason'> {
    return { state: this.#state, since: this.#since, reason: this.#reason };
  }

  /** The server answered an attempt that began in `era`. An answer to an older one proves nothing. */
  answered(era: number): void {
    if (era !== this.#era || this.#state === 'stopped') return;
    const recovered = this.probing;
    this.#failures = 0;
    this.#become('up', null);
    if (recovered) this.#onRecovery();
  }

  /** An attempt that began in `era` met trouble. Several at once are one trouble. */
  troubled(era: number, kind: 'refused' | 'unreachable', reason: string): void {
    if (era !== this.#era || this.#state === 'stopped') return;
    const { firstMs, mostMs } = this.#backOff;
    const rest = Math.min(mostMs, firstMs * 2 ** this.#failures);
    this.#failures += 1;
    this.#era += 1;
    this.#become(kind === 'refused' ? 'refused' : 'connecting', reason);
    this.#endRest?.();
    this.#endRest = this.#alarm(rest, () => {
      this.#endRest = null;
      this.#onRecovery();
    });
  }

  stop(): void {
    this.#endRest?.();
    this.#endRest = null;
    this.#become('stopped', null);
  }

  #become(state: LinkStatus['state'], reason: string | null): void {
    if (state !== this.#state) this.#since = this.#clock.now();
    this.#state = state;
    this.#reason = reason;
  }
}
