/** Bounds how many submits are on the wire at once; those that do not fit wait their turn. */
export class Window {
  readonly #size: number;
  readonly #waiting: ((granted: boolean) => void)[] = [];
  #taken = 0;
  #closed = false;

  constructor(size: number) {
    this.#size = size;
  }

  /** Resolves with true when a place is free, or with false when the window was closed meanwhile. */
  async take(): Promise<boolean> {
    if (this.#closed) return false;
    if (this.#taken < this.#size) {
      this.#taken += 1;
      return true;
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Gives a place back; the one who waits longest gets it. */
  release(): void {
    const next = this.#waiting.shift();
    if (next) next(true);
    else this.#taken -= 1;
  }

  /** Nobody gets a place any more; those who wait are told so. */
  close(): void {
    this.#closed = true;
    for (const waiter of this.#waiting.splice(0)) waiter(false);
  }
}
