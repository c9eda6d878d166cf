import type { Submitted } from './smsc.ts';

interface Entry {
  settle(outcome: Submitted): void;
  timer: NodeJS.Timeout;
}

/** The submits that wait for their answer, by sequence number. Each is settled exactly once. */
export class InFlight {
  readonly #entries = new Map<number, Entry>();
  readonly #whenEmpty: (() => void)[] = [];

  /** Resolves with the outcome that `settle` is told; `late` is called once when none came in time. */
  wait(sequence: number, answerMs: number, late: () => void): Promise<Submitted> {
    return new Promise((settle) => {
      this.#entries.set(sequence, { settle, timer: setTimeout(late, answerMs) });
    });
  }

  /** False when nothing waits under this number. */
  settle(sequence: number, outcome: Submitted): boolean {
    const entry = this.#entries.get(sequence);
    if (!entry) return false;
    clearTimeout(entry.timer);
    this.#entries.delete(sequence);
    entry.settle(outcome);
    if (this.#entries.size === 0) for (const wake of this.#whenEmpty.splice(0)) wake();
    return true;
  }

  settleAll(outcome: Submitted): void {
    for (const sequence of this.#entries.keys()) this.settle(sequence, outcome);
  }

  /** Resolves when nothing waits. */
  async empty(): Promise<void> {
    if (this.#entries.size === 0) return;
    await new Promise<void>((resolve) => this.#whenEmpty.push(resolve));
  }
}
