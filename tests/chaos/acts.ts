import { setTimeout as delay } from 'node:timers/promises';
import { isoDay } from '../../server/kernel/dates.ts';
import { AppError, InvalidInput } from '../../server/kernel/errors.ts';
import { cancel, recordPhoneCheck, reschedule } from '../../server/features/appointments/index.ts';
import type { Actor } from '../../server/models/audit.ts';
import type { Deps } from '../../server/models/deps.ts';
import type { Fate } from './fates.ts';
import type { Person } from './population.ts';

const SYSTEM: Actor = { kind: 'system' };
const DAY_MS = 24 * 3_600_000;
const AGAIN_MS = 200;
const AT_ONCE = 4;

/** Between these instants the change was committed. */
export interface Act {
  after: Date;
  before: Date;
}

const ACTS: Partial<Record<Fate, (deps: Deps, person: Person) => Promise<void>>> = {
  cancelled: (deps, { officeId, uid }) => cancel(deps, { officeId, uid }, SYSTEM, 'prova'),
  moved: (deps, { officeId, uid, chance }) => {
    const minutes = Math.floor(chance * 36) * 5;
    const time = `${String(9 + Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
    const day = new Date(Date.now() + (2 + (Math.floor(chance * 1000) % 20)) * DAY_MS);
    return reschedule(deps, { officeId, uid }, SYSTEM, { date: isoDay(day, 'Europe/Madrid'), time });
  },
  confirmed: (deps, { officeId, uid }) =>
    recordPhoneCheck(deps, { officeId, uid }, SYSTEM, {
      outcome: 'confirmed',
      papersReady: true,
      deviceReady: true,
      notes: '',
    }),
};

/**
 * Does to each person what is foreseen, when it is foreseen, with the functions that agents' pages use. The database
 * may be away meanwhile: then again, as a person would. Resolves with the times by appointment.
 */
export async function perform(deps: Deps, people: Person[], began: Date): Promise<Map<number, Act>> {
  const acts = new Map<number, Act>();
  const todo = people.filter(({ fate }) => ACTS[fate] !== undefined).toSorted((a, b) => a.actMs - b.actMs);
  const worker = async (): Promise<void> => {
    for (let person = todo.shift(); person; person = todo.shift()) {
      await delay(Math.max(0, began.getTime() + person.actMs - Date.now()));
      acts.set(person.appointmentId, await performOne(deps, person));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return acts;
}

async function performOne(deps: Deps, person: Person): Promise<Act> {
  const after = new Date();
  for (let first = true; ; first = false) {
    try {
      await ACTS[person.fate]?.(deps, person);
      return { after, before: new Date() };
    } catch (error) {
      // A commit whose answer was lost with the database: what was wanted is so.
      const refused = error instanceof AppError || error instanceof InvalidInput;
      if (refused && !first) return { after, before: new Date() };
      if (refused) throw error;
      await delay(AGAIN_MS);
    }
  }
}
