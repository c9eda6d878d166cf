import { seededRandom } from '../../appliance/simulators/random.ts';

/**
 * What becomes of an appointment, and so of its messages.
 * `plain`: nothing. `later`: its link is not due yet. `waiting`: a PIN is due. `cancelled`, `moved`, `confirmed`: that
 * happens while messages leave. `expired`: its message was too late from the beginning. `expiring`: may become too late.
 * `planted`: nobody has confirmed it, and a message lies in the outbox all the same.
 */
export type Fate =
  'plain' | 'later' | 'waiting' | 'cancelled' | 'moved' | 'confirmed' | 'expired' | 'expiring' | 'planted';

/** How many of 5,100 appointments; together they have 9,950 messages at first, and get more. */
const SHARES: [Fate, number][] = [
  ['plain', 3700],
  ['later', 200],
  ['waiting', 500],
  ['cancelled', 250],
  ['moved', 150],
  ['confirmed', 100],
  ['expired', 100],
  ['expiring', 150],
  ['planted', 100],
];
const OF_MESSAGES = 10_000;

/** One appointment of the run. */
export interface Case {
  fate: Fate;
  /** Nobody else has it. */
  mobile: string;
  /** When its messages become due, and when what happens to it happens: milliseconds from the beginning. */
  dueMs: number;
  actMs: number;
  /** A draw from 0 up to 1 for whatever else is left to chance. */
  chance: number;
}

/** As many cases as make about `messages` messages that become due within `spreadMs`; the same for the same seed. */
export function drawCases(seed: number, messages: number, spreadMs: number): Case[] {
  const random = seededRandom(seed);
  const fates = SHARES.flatMap(([fate, share]) =>
    Array<Fate>(Math.max(1, Math.round((share * messages) / OF_MESSAGES))).fill(fate),
  );
  return fates.map((fate, index) => {
    const dueMs = Math.floor(random() * spreadMs);
    // Close to the moment when the messages are due, so that some are caught half way.
    const actMs = Math.max(0, dueMs + Math.floor((random() - 0.3) * 10_000));
    return { fate, mobile: `+346${String(index).padStart(8, '0')}`, dueMs, actMs, chance: random() };
  });
}
