import { addSeconds } from '../../kernel/clock.ts';
import { CLAIM_SECONDS } from './claim.ts';
import type { Ready } from './prepare.ts';

/** Claimed messages go back in time, so that nobody else has taken them over when their turn comes. */
const KEEP_SECONDS = CLAIM_SECONDS / 2;

const byUrgency = ({ row: a }: Ready, { row: b }: Ready): number =>
  a.priority - b.priority || a.dueAt.getTime() - b.dueAt.getTime() || a.id - b.id;

/** Claimed messages with their texts that wait for a place on a link, most urgent first. */
export class Shelf {
  #ready: Ready[] = [];

  get length(): number {
    return this.#ready.length;
  }

  /** Priority of the least urgent message, or null when the shelf is empty. */
  get last(): number | null {
    return this.#ready.at(-1)?.row.priority ?? null;
  }

  add(ready: Ready[]): void {
    if (ready.length > 0) this.#ready = [...this.#ready, ...ready].sort(byUrgency);
  }

  /**
   * Takes messages in order as long as `take` finds a place for them. One that needs a certain provider may be passed
   * over; without such a wish the first that finds no place ends the round.
   */
  board<Boarded>(take: (ready: Ready) => Boarded | null): Boarded[] {
    const boarded: Boarded[] = [];
    const left: Ready[] = [];
    let full = false;
    for (const ready of this.#ready) {
      const taken: Boarded | null = full ? null : take(ready);
      if (taken) boarded.push(taken);
      else left.push(ready);
      full ||= taken === null && !(ready.body.channel === 'sms' && ready.body.provider !== undefined);
    }
    this.#ready = left;
    return boarded;
  }

  /** Takes everything off. */
  clear(): Ready[] {
    return this.#ready.splice(0);
  }

  /** Takes off what has waited so long that its claim is about to end. */
  takeOld(now: Date): Ready[] {
    const fresh = ({ row }: Ready) =>
      row.leasedUntil !== null && row.leasedUntil > addSeconds(now, KEEP_SECONDS);
    const old = this.#ready.filter((ready) => !fresh(ready));
    if (old.length > 0) this.#ready = this.#ready.filter(fresh);
    return old;
  }
}
