import { addMinutes, type Clock } from '../../server/kernel/clock.ts';

/** A clock that stands still until a test moves it. */
export interface TestClock extends Clock {
  set(instant: Date): void;
  /** Moves on by so many minutes. */
  advance(minutes: number): void;
}

/** A Tuesday, half past nine in Girona. */
export const TUESDAY = new Date('2026-11-24T08:30:00.000Z');

export function testClock(start = TUESDAY): TestClock {
  let current = start;
  return {
    now: () => new Date(current),
    set: (instant) => {
      current = instant;
    },
    advance: (minutes) => {
      current = addMinutes(current, minutes);
    },
  };
}
