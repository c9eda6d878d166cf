import { setTimeout as delay } from 'node:timers/promises';
import { addSeconds } from '../../kernel/clock.ts';
import type { Deps } from '../../models/deps.ts';
import type { Channel, OutboxRow } from '../../models/OutboxMessage.ts';
import { holdRefusedSenders, settlementOf, type Answer } from './answers.ts';
import { Bell } from './bell.ts';
import { claimDue, expireStale, giveBack } from './claim.ts';
import { record } from './ledger.ts';
import { lineOf, type Line, type Place } from './line.ts';
import { look, type Outlook, type Scope } from './look.ts';
import { prepare, type Ready } from './prepare.ts';
import { matchParked } from './receipts.ts';
import { Shelf } from './shelf.ts';

/** How many messages are claimed and filled ahead of their turn: enough that a link never waits for the database. */
const AHEAD: Record<Channel, number> = { sms: 200, email: 12 };
/**
 * A look at the table when nothing tells of anything due: what another process wrote, and cannot send because its links
 * are down, leaves this much later. One query of a few index dives.
 */
const IDLE_LOOK_MS: Record<Channel, number> = { sms: 2000, email: 5000 };
/** The database is away: soon again, as answers of the gateway wait to be recorded. */
const TROUBLE_MS = 500;
/** Rows that somebody else locks at this moment are looked at again after this long. */
const LOCKED_MS = 20;
const LOCKED_LOOKS = 50;
/** How long answers are gathered for one commit at most. Nobody notices, and no place stands empty for long. */
const LINGER_MS = 3;
/** After so many failures to record answers together each is recorded alone. */
const ALONE_AFTER = 3;

interface Boarded {
  ready: Ready;
  place: Place;
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
  readonly #scope: Scope;
  readonly #line: Line;
  readonly #bell = new Bell();
  readonly #shelf = new Shelf();
  #answers: Answer[] = [];
  #failures = 0;
  #onTheWire = 0;
  #taken = 0;
  #fetching: Promise<void> | null = null;
  #outlook: Outlook | null = null;
  #lookWanted = true;
  /** When to look without being told, in milliseconds of the process's own clock, which never jumps. */
  #lookAt = 0;
  /** More is due than was claimed. */
  #moreDue = false;
  #stopping = false;
  #living: Promise<void> | null = null;
  #matching: Promise<void> = Promise.resolve();

  constructor(deps: Deps, channel: Channel, scope: Scope = {}) {
    this.#deps = deps;
    this.#channel = channel;
    this.#scope = scope;
    this.#line = lineOf(deps, channel);
  }

  /** Works until `stop`. */
  start(): void {
    this.#living ??= this.#live();
  }

  /** Something may be due now. */
  wake(): void {
    this.#lookWanted = true;
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
        const before = this.#taken;
        await this.#fetch();
        await this.#workOff();
        const blocked = await this.#clearShelf();
        const over = blocked || !this.#mayClaim() || this.#outlook?.due.length === 0;
        if (over) break;
        if (this.#taken > before) idle = 0;
        else {
          idle += 1;
          await delay(LOCKED_MS);
        }
      }
      await this.#matching;
      return this.#taken;
    } finally {
      unsubscribe();
    }
  }

  async #live(): Promise<void> {
    const unsubscribe = this.#line.onFree(() => this.#bell.ring());
    while (!this.#stopping) {
      this.#fetchIfWanted();
      await this.#linger();
      if (await this.#cycle()) continue;
      if (!this.#mayClaim() && this.#shelf.length > 0) await this.#clearShelf();
      await this.#bell.wait(Math.max(1, this.#lookAt - performance.now()));
    }
    await this.#fetching;
    await this.#clearShelf();
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
    if (this.#shelf.length === 0) return;
    const until = performance.now() + LINGER_MS;
    while (this.#answers.length > 0 && this.#answers.length < this.#onTheWire) {
      const left = until - performance.now();
      if (left <= 0) return;
      await this.#bell.wait(left);
    }
  }

  #mayClaim(): boolean {
    return !this.#stopping && this.#line.up() && this.#outlook?.paused === false;
  }

  #fetchIfWanted(): void {
    if (this.#fetching) return;
    const low = this.#shelf.length < AHEAD[this.#channel] / 2;
    const more = this.#moreDue && low && this.#mayClaim();
    if (!this.#lookWanted && !more && performance.now() < this.#lookAt) return;
    this.#lookWanted = false;
    this.#fetching = this.#fetch().finally(() => {
      this.#fetching = null;
      this.#bell.ring();
    });
  }

  /** Looks at the table, settles what is too late, claims what is due, and fills it. Never rejects. */
  async #fetch(): Promise<void> {
    try {
      const outlook = await look(this.#deps, this.#channel, this.#scope);
      this.#outlook = outlook;
      const claimed = await this.#claim(outlook);
      this.#planLook(outlook, claimed);
    } catch (error) {
      this.#deps.log.error({ err: error, channel: this.#channel }, 'outbox cannot be read');
      this.#lookAt = performance.now() + TROUBLE_MS;
    }
  }

  async #claim(outlook: Outlook): Promise<number> {
    await giveBack(this.#deps, rowsOf(this.#shelf.takeOld(this.#deps.clock.now())));
    if (outlook.due.length === 0) return 0;
    await expireStale(this.#deps, this.#channel, this.#scope, this.#hindrance(outlook));
    if (!this.#mayClaim()) return 0;
    const room = AHEAD[this.#channel] - this.#shelf.length;
    // On a full shelf there is always room for what is more urgent than its last message.
    const last = this.#shelf.last ?? Infinity;
    const wanted = room > 0 ? outlook.due : outlook.due.filter((priority) => priority < last);
    const limit = Math.max(room, AHEAD[this.#channel] / 4);
    const rows = await claimDue(this.#deps, this.#channel, wanted, limit, this.#scope);
    this.#taken += rows.length;
    this.#shelf.add(await prepare(this.#deps, rows));
    this.#moreDue = rows.length === limit;
    return rows.length;
  }

  /** What keeps due messages from leaving. */
  #hindrance({ paused }: Outlook): string {
    if (paused) return 'paused';
    return this.#line.up() ? 'too late' : 'no link';
  }

  #planLook({ due, nextAt }: Outlook, claimed: number): void {
    const ahead = nextAt ? nextAt.getTime() - this.#deps.clock.now().getTime() : Infinity;
    const idle = IDLE_LOOK_MS[this.#channel];
    // Rows that are due, and that somebody else holds at this moment, will not be for long.
    const locked = due.length > 0 && claimed === 0 && this.#mayClaim() && this.#shelf.length === 0;
    if (!this.#mayClaim()) this.#moreDue = due.length > 0;
    this.#lookAt = performance.now() + Math.max(1, Math.min(locked ? LOCKED_MS * 5 : idle, ahead));
  }

  /** Records what came back and puts on the wire what has a place. False when there was neither. */
  async #cycle(): Promise<boolean> {
    // One answer that cannot be recorded must not keep the others from it: in trouble each comes alone, in turn.
    const answers = this.#answers.splice(0, this.#failures < ALONE_AFTER ? Infinity : 1);
    const boarded = this.#mayClaim() ? this.#board() : [];
    if (answers.length === 0 && boarded.length === 0) return false;
    try {
      const refused = await holdRefusedSenders(this.#deps, answers);
      const allowed = await record(
        this.#deps,
        answers.map((answer) => settlementOf(this.#deps, answer)),
        boarded.map(({ ready, place }) => ({ ...ready, link: place.link })),
      );
      this.#failures = 0;
      for (const { place } of answers) place.release();
      this.#matchEarlyReceipts(answers);
      for (const one of boarded) this.#depart(one, allowed.has(one.ready.row.id));
      if (refused) await this.#clearShelf();
    } catch (error) {
      this.#failures += 1;
      this.#deps.log.error({ err: error, channel: this.#channel }, 'outbox cannot be written');
      this.#answers.push(...answers.filter((answer) => this.#isWorthKeeping(answer)));
      for (const { place } of boarded) place.release();
      this.#shelf.add(boarded.map(({ ready }) => ready));
      await delay(TROUBLE_MS);
      return false;
    }
    if (answers.length > 0) this.#deps.changes.poke();
    return true;
  }

  /** Receipts can overtake the answer that was recorded just now. Nobody waits for this but `drain` and `stop`. */
  #matchEarlyReceipts(answers: Answer[]): void {
    const keys = answers.flatMap(({ result }) => result.taken.map(({ providerKey }) => providerKey));
    if (keys.length === 0 || this.#channel !== 'sms') return;
    this.#matching = this.#matching
      .then(() => matchParked(this.#deps, keys))
      .catch((error: unknown) => {
        // The sweeper finds them later.
        this.#deps.log.warn({ err: error }, 'early receipts cannot be looked up');
      });
  }

  /** Once its lease is over another process has put the message in doubt, and the answer is of no use any more. */
  #isWorthKeeping({ at, place, ready }: Answer): boolean {
    if (addSeconds(at, this.#deps.settings.OUTBOX_LEASE_SECONDS) > this.#deps.clock.now()) return true;
    this.#deps.log.error({ message: ready.row.uid }, 'answer given up: it could not be recorded');
    place.release();
    return false;
  }

  #board(): Boarded[] {
    return this.#shelf.board((ready) => {
      const place = this.#line.reserve(ready);
      return place && { ready, place };
    });
  }

  #depart({ ready, place }: Boarded, allowed: boolean): void {
    if (!allowed) return place.release();
    this.#onTheWire += 1;
    void place.send(ready).then((result) => {
      this.#onTheWire -= 1;
      this.#answers.push({ ready, place, result, at: this.#deps.clock.now() });
      this.#bell.ring();
    });
  }

  /** Gives back what has not left. Returns whether there was anything. */
  async #clearShelf(): Promise<boolean> {
    const rows = rowsOf(this.#shelf.clear());
    this.#lookWanted ||= rows.length > 0;
    await giveBack(this.#deps, rows).catch((error: unknown) => {
      // Their claim ends by itself a little later.
      this.#deps.log.error({ err: error, channel: this.#channel }, 'messages cannot be given back');
    });
    return rows.length > 0;
  }
}

const rowsOf = (ready: Ready[]): OutboxRow[] => ready.map(({ row }) => row);
