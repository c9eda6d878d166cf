/** A stretch of time; the end does not belong to it. */
export interface Interval {
  startsAt: Date;
  endsAt: Date;
}

/** The largest number of intervals that run at the same time. One that ends when another starts does not meet it. */
export function peak(intervals: Interval[]): number {
  const steps = intervals.flatMap(({ startsAt, endsAt }) => [
    { at: startsAt.getTime(), change: 1 },
    { at: endsAt.getTime(), change: -1 },
  ]);
  steps.sort((a, b) => a.at - b.at || a.change - b.change);
  let running = 0;
  let highest = 0;
  for (const step of steps) {
    running += step.change;
    highest = Math.max(highest, running);
  }
  return highest;
}

/** True when `wanted` fits beside the others without ever needing more than `desks`. */
export function fits(wanted: Interval, others: Interval[], desks: number): boolean {
  const meeting = others
    .filter((other) => other.startsAt < wanted.endsAt && other.endsAt > wanted.startsAt)
    .map(({ startsAt, endsAt }) => ({
      startsAt: startsAt > wanted.startsAt ? startsAt : wanted.startsAt,
      endsAt: endsAt < wanted.endsAt ? endsAt : wanted.endsAt,
    }));
  return peak(meeting) < desks;
}
