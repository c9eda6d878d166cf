/** Source of the present moment. Injected everywhere, so that tests can move it. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

const MINUTE_MS = 60_000;

/** The instant `minutes` later (or earlier, when negative). */
export function addMinutes(instant: Date, minutes: number): Date {
  return new Date(instant.getTime() + minutes * MINUTE_MS);
}

/** The instant `seconds` later (or earlier, when negative). */
export function addSeconds(instant: Date, seconds: number): Date {
  return new Date(instant.getTime() + seconds * 1000);
}

/** The later of two instants. */
export function latest(a: Date, b: Date): Date {
  return a > b ? a : b;
}

/** The earlier of two instants. */
export function earliest(a: Date, b: Date): Date {
  return a < b ? a : b;
}
