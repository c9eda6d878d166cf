import { setTimeout as delay } from 'node:timers/promises';
import type { SendResult } from '../../kernel/carriers.ts';
import { addSeconds } from '../../kernel/clock.ts';
import type { Deps } from '../../models/deps.ts';
import type { Channel } from '../../models/OutboxMessage.ts';
import { holdRefusedSenders, settlementOf, type Answer } from './answers.ts';
import { Bell } from './bell.ts';
import { record } from './ledger.ts';
import { lineOf, type Line, type Place } from './line.ts';
import type { Scope } from './look.ts';
import type { Ready } from './prepare.ts';
import { alignWithParts, matchDoubted, matchParked } from './receipts.ts';
import { Supply } from './supply.ts';

/** The database is away: soon again, as answers of the gateway wait to be recorded. */
const TROUBLE_MS = 500;
/** Rows that somebody else locks at this moment are looked at again after this long. */
const LOCKED_MS = 20;
const LOCKED_LOOKS = 50;
/** How long answers are gathered for one commit at most. Nobody notices, and no place stands empty for long. */
const LINGER_MS = 5;
/** After so many failures to record answers together each is recorded alone. */
const ALONE_AFTER = 3;

interface Boarded {
  ready: Ready;
  place: Place;
  /** Whose place it takes over once both are recorded; null when the place was free. */
  after: Answer | null;
}

/**
 * Brings the messages of one channel out, most urgent first. Any number of couriers may run on one outbox. Each message
 * goes through claim (its text is filled and kept), a place on a link, a durable mark that it is on the wire, the wire,
 * and the record of its answer; the place is free again only after that record. So a crash, wherever it comes, leaves no
 * more messages in doubt than the links have places.
 */
export class Courier {
  readonly #deps: Deps;
  readonly #channel: Channel;
  readonly #line: Line;
  readonly #bell = new Bell();
  readonly #supply: Supply;
  #answers: Answer[] = [];
  #failures = 0;
  #onTheWire = 0;
  #stopping = false;
  #living: Promise<void> | null = null;
  #matching: Promise<void> = Promise.resolve();

  constructor(deps: Deps, channel: Channel, scope: Scope = {}) {
    this.#deps = deps;
    this.#channel = channel;
    this.#line = lineOf(deps, channel);
    this.#supply = new Supply({ deps, channel, scope, line: this.#line });
  }

  /** Works until `stop`. */
  start(): void {
    this.#living ??= this.#live();
  }

  /** Something may be due now. */
  wake(): void {
    this.#supply.want();
    this.#bell.ring();
  }

  /** Takes nothing more, gives back what has not left, and resolves when all answers are recorded. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#bell.ring();
    await this.#living;
    await this.#matching;
  }

  /** Brings out all that is due and can leave now, and returns how many messages were taken. For a courier that was not started. */
  async drain(): Promise<number> {
    const unsubscribe = this.#line.onFree(() => this.#bell.ring());
    try {
      for (let idle = 0; idle < LOCKED_LOOKS;) {
        const before = this.#supply.claimed;
        await this.#supply.fetch();
        await this.#workOff();
        const blocked = await this.#supply.clear();
        if (blocked || !this.#mayBoard() || !this.#supply.due) break;
        if (this.#supply.claimed > before) idle = 0;
        else {
          idle += 1;
          await delay(LOCKED_MS);
        }
      }
      await this.#matching;
      return this.#supply.claimed;
    } finally {
      unsubscribe();
    }
  }

  async #live(): Promise<void> {
    const unsubscribe = this.#line.onFree(() => this.#bell.ring());
    while (!this.#stopping) {
      this.#supply.fetchIfWanted(() => this.#bell.ring());
      await this.#linger();
      if (await this.#cycle()) continue;
      if (!this.#mayBoard()) await this.#supply.clear();
      await this.#bell.wait(this.#supply.restMs);
    }
    await this.#supply.settled();
    await this.#supply.clear();
    await this.#workOff();
    unsubscribe();
  }

  /** Until nothing is on the wire and no place is left for what is on the shelf. */
  async #workOff(): Promise<void> {
    for (;;) {
      if (await this.#cycle()) continue;
      if (this.#onTheWire === 0 && this.#answers.length === 0) return;
      await this.#bell.wait(TROUBLE_MS);
    }
  }

  /**
   * While more wait for their turn, a commit is shared by the answers that are about to come: a fast gateway gives them
   * one by one, and a commit costs more than a few of them.
   */
  async #linger(): Promise<void> {
    if (this.#supply.shelf.length === 0) return;
    const until = performance.now() + LINGER_MS;
    while (this.#answers.length > 0 && this.#onTheWire > 0) {
      const left = until - performance.now();
      if (left <= 0) return;
      await this.#bell.wait(left);
    }
  }

  #mayBoard(): boolean {
    return !this.#stopping && this.#supply.open;
  }

  /** Records what came back and puts on the wire what has a place. False when there was neither. */
  async #cycle(): Promise<boolean> {
    // One answer that cannot be recorded must not keep the others from it: in trouble each comes alone, in turn.
    const answers = this.#answers.splice(0, this.#failures < ALONE_AFTER ? Infinity : 1);
    const boarded = this.#mayBoard() ? this.#board(answers) : [];
    if (answers.length === 0 && boarded.length === 0) return false;
    try {
      const refused = await holdRefusedSenders(this.#deps, answers);
      const allowed = await record(
        this.#deps,
        answers.map((answer) => settlementOf(this.#deps, answer)),
        boarded.map(({ ready, place }) => ({ ...ready, link: place.link })),
      );
      this.#failures = 0;
      const takenOver = new Set(boarded.map(({ after }) => after));
      for (const answer of answers) if (!takenOver.has(answer)) answer.place.release();
      this.#matchEarlyReceipts(answers);
      for (const one of boarded) this.#depart(one, allowed.has(one.ready.row.id));
      if (refused) await this.#supply.clear();
    } catch (error) {
      this.#failures += 1;
      this.#deps.log.error({ err: error, channel: this.#channel }, 'outbox cannot be written');
      // First, as an answer that is given up then gives back the place that it holds now.
      for (const one of boarded) this.#stay(one);
      this.#answers.push(...answers.filter((answer) => this.#isWorthKeeping(answer)));
      this.#supply.shelf.add(boarded.map(({ ready }) => ready));
      await delay(TROUBLE_MS);
      return false;
    }
    if (answers.length > 0) this.#deps.changes.poke();
    return true;
  }

  /** Receipts can overtake the answer that was recorded just now. Nobody waits for this but `drain` and `stop`. */
  #matchEarlyReceipts(answers: Answer[]): void {
    if (this.#channel !== 'sms' || answers.length === 0) return;
    const deps = this.#deps;
    const keys = answers.flatMap(({ result }) => result.taken.map(({ providerKey }) => providerKey));
    const idsWhere = (fits: (answer: Answer) => boolean) =>
      answers.filter(fits).map(({ ready }) => ready.row.id);
    const doubted = idsWhere(({ result }) => result.kind === 'inDoubt');
    const repeated = idsWhere(({ ready, result }) => ready.row.doubts > 0 && result.kind === 'accepted');
    this.#matching = this.#matching
      .then(() => matchParked(deps, keys))
      .then(() => matchDoubted(deps, doubted))
      .then(() => alignWithParts(deps, repeated))
      .catch((error: unknown) => {
        // The sweeper finds them later.
        deps.log.warn({ err: error }, 'early receipts cannot be looked up');
      });
  }

  /** Once its lease is over another process has put the message in doubt, and the answer is of no use any more. */
  #isWorthKeeping({ at, place, ready }: Answer): boolean {
    if (addSeconds(at, this.#deps.settings.OUTBOX_LEASE_SECONDS) > this.#deps.clock.now()) return true;
    this.#deps.log.error({ message: ready.row.uid }, 'answer given up: it could not be recorded');
    place.release();
    return false;
  }

  /** Finds places for what is on the shelf: free ones, and those of messages whose answers are about to be recorded. */
  #board(answers: Answer[]): Boarded[] {
    const leaving = [...answers];
    return this.#supply.shelf.board((ready) => {
      const free = this.#line.reserve(ready);
      if (free) return { ready, place: free, after: null };
      for (const [index, answer] of leaving.entries()) {
        const place = answer.place.renew(ready);
        if (!place) continue;
        leaving.splice(index, 1);
        return { ready, place, after: answer };
      }
      return null;
    });
  }

  /** Nothing was recorded: a place that was to be taken over stays with the answer that still needs it. */
  #stay({ place, after }: Boarded): void {
    if (after) after.place = place;
    else place.release();
  }

  #depart({ ready, place }: Boarded, allowed: boolean): void {
    if (!allowed) return place.release();
    this.#onTheWire += 1;
    void this.#send(ready, place).then((result) => {
      this.#onTheWire -= 1;
      this.#answers.push({ ready, place, result, at: this.#deps.clock.now() });
      this.#bell.ring();
    });
  }

  /** A carrier that breaks its word and rejects leaves the matter open, and must not end the process. */
  async #send(ready: Ready, place: Place): Promise<SendResult> {
    try {
      return await place.send(ready);
    } catch (error) {
      this.#deps.log.error({ err: error, message: ready.row.uid }, 'message broke the carrier');
      return { kind: 'inDoubt', reason: 'no answer: fault in our link', taken: [] };
    }
  }
}
