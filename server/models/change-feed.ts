import { Op } from 'sequelize';
import type { Logger } from '../kernel/log.ts';
import { Change } from './Change.ts';

/** A reader's wish to hear of one office or one appointment. */
export interface Interest {
  officeId?: number;
  appointmentId?: number;
}

/** Live pages follow this; see `createChangeFeed`. */
export interface ChangeFeed {
  /** Calls back at each change of interest; returns the function that ends it. */
  subscribe(interest: Interest, onChange: () => void): () => void;
  /** Looks for changes now instead of at the next tick; for changes made by this very process. */
  poke(): void;
  stop(): void;
}

/** How soon a change made by another replica is seen. One cheap query each time, and none without readers. */
const TICK_MS = 500;
/**
 * Ids are given before the commit, so a lower one may appear after a higher one. The last rows are therefore read
 * again each time; no transaction of ours stays open while this many others commit.
 */
const OVERLAP = 200;

interface Reader {
  interest: Interest;
  onChange: () => void;
}

function concerns(interest: Interest, change: Change): boolean {
  if (interest.appointmentId !== undefined) return change.appointmentId === interest.appointmentId;
  return change.officeId === interest.officeId;
}

/** Follows the table `change_feed` for as long as somebody listens. */
export function createChangeFeed(log: Logger): ChangeFeed {
  const readers = new Set<Reader>();
  let seen = new Set<number>();
  let newest = 0;
  let timer: NodeJS.Timeout | null = null;
  let reading = false;
  let again = false;

  async function read(): Promise<void> {
    if (newest === 0) newest = (await Change.max<number | null, Change>('id')) ?? 0;
    const rows = await Change.findAll({ where: { id: { [Op.gt]: newest - OVERLAP } }, order: ['id'] });
    const fresh = rows.filter((row) => !seen.has(row.id));
    newest = rows.at(-1)?.id ?? newest;
    seen = new Set(rows.filter((row) => row.id > newest - OVERLAP).map((row) => row.id));
    for (const reader of readers) {
      if (fresh.some((row) => concerns(reader.interest, row))) reader.onChange();
    }
  }

  async function tick(): Promise<void> {
    if (readers.size === 0) return;
    if (reading) {
      again = true;
      return;
    }
    reading = true;
    try {
      do {
        again = false;
        await read();
      } while (again);
    } catch (error) {
      log.warn({ err: error }, 'change feed could not be read');
    } finally {
      reading = false;
    }
  }

  return {
    subscribe(interest, onChange) {
      const reader = { interest, onChange };
      readers.add(reader);
      timer ??= setInterval(() => void tick(), TICK_MS);
      timer.unref();
      return () => {
        readers.delete(reader);
        if (readers.size === 0 && timer) {
          clearInterval(timer);
          timer = null;
        }
      };
    },
    poke: () => void tick(),
    stop() {
      readers.clear();
      if (timer) clearInterval(timer);
      timer = null;
    },
  };
}
