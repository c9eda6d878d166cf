/** A place in the window, for one message. */
export interface Place {
  /** Gives it back; doing it twice is harmless. */
  release(): void;
}

/**
 * The places of a link. They outlive its sessions: a place is given back only when the result of its message is
 * recorded, so after a cut the next session has the window less the messages whose fate is not yet written down.
 */
export class Places {
  readonly size: number;
  readonly #onFree: () => void;
  #held = 0;

  constructor(size: number, onFree: () => void) {
    this.size = size;
    this.#onFree = onFree;
  }

  get held(): number {
    return this.#held;
  }

  get full(): boolean {
    return this.#held >= this.size;
  }

  /** A place; the caller has seen that there is one. */
  take(): Place {
    this.#held += 1;
    let given = false;
    return {
      release: () => {
        if (given) return;
        given = true;
        this.#held -= 1;
        this.#onFree();
      },
    };
  }
}
