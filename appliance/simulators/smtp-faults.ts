/** Where in a session a mail server can refuse, in the order of a session. */
export type SmtpStage = 'greeting' | 'login' | 'sender' | 'recipient' | 'content';

/** A reply that refuses, such as `452 4.2.2`. */
export interface Refusal {
  code: number;
  /** RFC 3463, such as `5.1.1`; none when absent. */
  enhanced?: string;
  /** Refuses this many times and then no more; for ever when absent. */
  times?: number;
}

/** What the simulated mail server does wrong at the moment. */
export class SmtpFaults {
  readonly #stages = new Map<SmtpStage, Refusal>();
  readonly #recipients = new Map<string, Refusal>();

  /** Refuses at a stage; null accepts again. */
  at(stage: SmtpStage, refusal: Refusal | null): void {
    if (refusal) this.#stages.set(stage, { ...refusal });
    else this.#stages.delete(stage);
  }

  /** Refuses one recipient; null accepts again. */
  recipient(address: string, refusal: Refusal | null): void {
    if (refusal) this.#recipients.set(address, { ...refusal });
    else this.#recipients.delete(address);
  }

  /** The error that makes the server refuse now, or null. Counts the refusals that end by themselves. */
  next(stage: SmtpStage, address?: string): Error | null {
    const own = address === undefined ? undefined : this.#recipients.get(address);
    const refusal = own ?? this.#stages.get(stage);
    if (!refusal || refusal.times === 0) return null;
    if (refusal.times !== undefined) refusal.times -= 1;
    const text = `${refusal.enhanced ? `${refusal.enhanced} ` : ''}refused by the simulator`;
    return Object.assign(new Error(text), { responseCode: refusal.code });
  }
}
