export interface KeepAliveOptions {
  /** After this silence the gateway is asked whether it lives. */
  idleMs: number;
  /** How long one question waits for any sign of life. */
  answerMs: number;
  enquire(): void;
  dead(): void;
}

const MISSES_ALLOWED = 2;

/**
 * Tells a silent gateway from a dead one: asks after a silence, and gives up when two questions in a row get no
 * answer. Anything that the gateway sends counts as a sign of life.
 */
export class KeepAlive {
  readonly #options: KeepAliveOptions;
  #timer: NodeJS.Timeout | undefined;
  #misses = 0;

  constructor(options: KeepAliveOptions) {
    this.#options = options;
  }

  start(): void {
    this.#misses = 0;
    this.#wait(this.#options.idleMs);
  }

  /** To be called at every PDU that arrives. */
  heard(): void {
    if (this.#timer) this.start();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#silence(), ms);
  }

  #silence(): void {
    if (this.#misses === MISSES_ALLOWED) {
      this.stop();
      this.#options.dead();
      return;
    }
    this.#misses += 1;
    this.#options.enquire();
    this.#wait(this.#options.answerMs);
  }
}
