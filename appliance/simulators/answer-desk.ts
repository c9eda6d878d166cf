import type { FaultBox } from './faults.ts';
import { shuffled } from './random.ts';

/** How long an incomplete group waits for others before it is let go. */
const PATIENCE_MS = 1000;

/** Lets things out late or in another order: a group of `size` at a time, shuffled. */
export class Shuffler {
  readonly #random: () => number;
  readonly #out: Set<NodeJS.Timeout>;
  #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(random: () => number, timers: Set<NodeJS.Timeout>) {
    this.#random = random;
    this.#out = timers;
  }

  /** Runs it at once when the size is below two, else with its group. */
  push(act: () => void, size: number): void {
    if (size < 2) return act();
    this.#waiting.push(act);
    if (this.#waiting.length >= size) return this.flush();
    this.#timer ??= later(this.#out, PATIENCE_MS, () => this.flush());
  }

  flush(): void {
    if (this.#timer) forget(this.#out, this.#timer);
    this.#timer = undefined;
    for (const act of shuffled(this.#waiting.splice(0), this.#random)) act();
  }
}

/** Decides when the answer to a submit leaves. */
export class AnswerDesk {
  readonly #faults: FaultBox;
  readonly #timers: Set<NodeJS.Timeout>;
  readonly #shuffler: Shuffler;
  readonly #held: (() => void)[] = [];
  #holding = false;

  constructor(faults: FaultBox, timers: Set<NodeJS.Timeout>) {
    this.#faults = faults;
    this.#timers = timers;
    this.#shuffler = new Shuffler(faults.random, timers);
  }

  /** Keeps all answers until `release`. */
  hold(): void {
    this.#holding = true;
  }

  release(): void {
    this.#holding = false;
    for (const answer of this.#held.splice(0)) answer();
    this.#shuffler.flush();
  }

  push(answer: () => void): void {
    if (this.#holding) {
      this.#held.push(answer);
      return;
    }
    const { delayMs, jitterMs, shuffleAnswers } = this.#faults.current;
    const wait = delayMs + (jitterMs > 0 ? this.#faults.random() * jitterMs : 0);
    const leave = (): void => this.#shuffler.push(answer, shuffleAnswers);
    if (wait > 0) later(this.#timers, wait, leave);
    else leave();
  }
}

/** A timer that is among `timers` until it has run, so that whoever stops can clear them all. */
export function later(timers: Set<NodeJS.Timeout>, ms: number, act: () => void): NodeJS.Timeout {
  const timer = setTimeout(() => {
    timers.delete(timer);
    act();
  }, ms);
  timers.add(timer);
  return timer;
}

function forget(timers: Set<NodeJS.Timeout>, timer: NodeJS.Timeout): void {
  clearTimeout(timer);
  timers.delete(timer);
}
