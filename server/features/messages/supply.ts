import type { Deps } from '../../models/deps.ts';
import type { Channel, OutboxRow } from '../../models/OutboxMessage.ts';
import { claimDue, giveBack, settleOverdue } from './claim.ts';
import type { Line } from './line.ts';
import { look, type Outlook, type Scope } from './look.ts';
import { prepare, type Ready } from './prepare.ts';
import { Shelf } from './shelf.ts';

/** How many messages are claimed and filled ahead of their turn: enough that a link never waits for the database. */
const AHEAD: Record<Channel, number> = { sms: 200, email: 12 };
/**
 * A look at the table when nothing tells of anything due: what another process wrote, and cannot send because its links
 * are down, leaves this much later. One query of a few index dives.
 */
const IDLE_LOOK_MS: Record<Channel, number> = { sms: 2000, email: 5000 };
/** The database is away: soon again, as somebody may be waiting for a PIN. */
const TROUBLE_MS = 500;
/** Rows that somebody else locks at this moment are looked at again after this long. */
const LOCKED_MS = 100;
/** How often overdue messages are settled while others are due; it reads all that is due. */
const TIDY_MS = 1000;

export interface SupplyOptions {
  deps: Deps;
  channel: Channel;
  scope: Scope;
  line: Line;
}

/**
 * Keeps a shelf of claimed and filled messages for one courier: looks at the table when it was told to, when the next
 * message becomes due, and now and then; settles what is overdue; claims ahead of need.
 */
export class Supply {
  readonly shelf = new Shelf();
  readonly #options: SupplyOptions;
  #outlook: Outlook | null = null;
  #running: Promise<void> | null = null;
  #claimed = 0;
  #wanted = true;
  /** When to look without being told, in milliseconds of the process's own clock, which never jumps. */
  #lookAt = 0;
  /** When overdue messages are settled next, by the same clock. */
  #tidyAt = 0;
  /** More is due than was claimed. */
  #moreDue = false;

  constructor(options: SupplyOptions) {
    this.#options = options;
  }

  /** How many messages were claimed so far. */
  get claimed(): number {
    return this.#claimed;
  }

  /** True while the channel is not paused and has a link that is up. */
  get open(): boolean {
    return this.#options.line.up() && this.#outlook?.paused === false;
  }

  /** True when something was due at the last look. */
  get due(): boolean {
    return (this.#outlook?.due.length ?? 0) > 0;
  }

  /** How long nobody needs to look, in milliseconds, unless told. */
  get restMs(): number {
    return Math.max(1, this.#lookAt - performance.now());
  }

  /** Something may be due now. */
  want(): void {
    this.#wanted = true;
  }

  /** Begins to fetch when it is time and none is under way; calls back when it is done. */
  fetchIfWanted(done: () => void): void {
    if (this.#running) return;
    const low = this.shelf.length < AHEAD[this.#options.channel] / 2;
    const more = this.#moreDue && low && this.open;
    if (!this.#wanted && !more && performance.now() < this.#lookAt) return;
    this.#wanted = false;
    this.#running = this.fetch().finally(() => {
      this.#running = null;
      done();
    });
  }

  /** Resolves when no fetch is under way. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Looks at the table, settles what is overdue, claims what is due, and fills it. Never rejects. */
  async fetch(): Promise<void> {
    const { deps, channel, scope } = this.#options;
    try {
      const outlook = await look(deps, channel, scope);
      this.#outlook = outlook;
      const claimed = await this.#claim(outlook);
      this.#plan(outlook, claimed);
    } catch (error) {
      deps.log.error({ err: error, channel }, 'outbox cannot be read');
      this.#moreDue = false;
      this.#lookAt = performance.now() + TROUBLE_MS;
    }
  }

  /** Puts everything on the shelf back in the queue. Returns whether there was anything. */
  async clear(): Promise<boolean> {
    const rows = rowsOf(this.shelf.clear());
    this.#wanted ||= rows.length > 0;
    await this.#giveBack(rows);
    return rows.length > 0;
  }

  async #giveBack(rows: OutboxRow[]): Promise<void> {
    const { deps, channel } = this.#options;
    try {
      await giveBack(deps, rows);
    } catch (error) {
      // Their claim ends by itself a little later.
      deps.log.error({ err: error, channel }, 'messages cannot be given back');
    }
  }

  async #claim(outlook: Outlook): Promise<number> {
    const { deps, channel, scope } = this.#options;
    await this.#giveBack(rowsOf(this.shelf.takeOld(deps.clock.now())));
    if (outlook.due.length === 0) return 0;
    await this.#tidy(outlook);
    if (!this.open) return 0;
    const room = AHEAD[channel] - this.shelf.length;
    // On a full shelf there is always room for what is more urgent than its last message.
    const last = this.shelf.last ?? Infinity;
    const wanted = room > 0 ? outlook.due : outlook.due.filter((priority) => priority < last);
    const limit = Math.max(room, AHEAD[channel] / 4);
    const rows = await claimDue(deps, channel, wanted, limit, scope);
    this.#claimed += rows.length;
    this.shelf.add(await prepare(deps, rows));
    this.#moreDue = rows.length === limit;
    return rows.length;
  }

  /** Settles what is overdue. Trouble with that must not keep sound messages from leaving. */
  async #tidy({ paused }: Outlook): Promise<void> {
    const { deps, channel, scope, line } = this.#options;
    if (performance.now() < this.#tidyAt) return;
    this.#tidyAt = performance.now() + TIDY_MS;
    const hindrance = paused ? 'paused' : line.up() ? 'too late' : 'no link';
    try {
      await settleOverdue(deps, channel, scope, hindrance);
    } catch (error) {
      deps.log.error({ err: error, channel }, 'overdue messages cannot be settled');
    }
  }

  #plan({ due, nextAt }: Outlook, claimed: number): void {
    const { deps, channel } = this.#options;
    const ahead = nextAt ? nextAt.getTime() - deps.clock.now().getTime() : Infinity;
    // Rows that are due, and that somebody else holds at this moment, will not be for long.
    const locked = due.length > 0 && claimed === 0 && this.open && this.shelf.length === 0;
    if (!this.open) this.#moreDue = due.length > 0;
    this.#lookAt =
      performance.now() + Math.max(1, Math.min(locked ? LOCKED_MS : IDLE_LOOK_MS[channel], ahead));
  }
}

const rowsOf = (ready: Ready[]): OutboxRow[] => ready.map(({ row }) => row);
