import { EventEmitter } from 'node:events';

const KEPT = 500;

interface Waiter<T> {
  predicate(message: T): boolean;
  resolve(message: T): void;
}

/** The messages that a simulator got, newest last, the last 500; emits `message` for each and `cleared`. */
export class Mailbag<T> extends EventEmitter {
  readonly #messages: T[];
  readonly #waiters = new Set<Waiter<T>>();

  constructor(earlier: T[] = []) {
    super();
    this.#messages = earlier.slice(-KEPT);
    this.setMaxListeners(0);
  }

  get messages(): readonly T[] {
    return this.#messages;
  }

  add(message: T): void {
    this.#messages.push(message);
    if (this.#messages.length > KEPT) this.#messages.shift();
    for (const waiter of this.#waiters) if (waiter.predicate(message)) waiter.resolve(message);
    this.emit('message', message);
  }

  clear(): void {
    this.#messages.length = 0;
    this.emit('cleared');
  }

  /** The first message, past or future, that satisfies the predicate; rejects after `timeoutMs`. */
  async waitFor(predicate: (message: T) => boolean, timeoutMs = 10_000): Promise<T> {
    const past = this.#messages.find(predicate);
    if (past) return past;
    return new Promise((resolve, reject) => {
      const waiter: Waiter<T> = {
        predicate,
        resolve: (message) => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          resolve(message);
        },
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(new Error(`no such message within ${timeoutMs} ms; got ${JSON.stringify(this.#messages)}`));
      }, timeoutMs);
      this.#waiters.add(waiter);
    });
  }
}
