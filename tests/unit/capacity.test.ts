import test from 'ava';
import { fits, peak, type Interval } from '../../server/features/appointments/capacity.ts';

const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 10, 24, 8, 0);
/** An interval by its minutes after eight. */
const between = (from: number, to: number): Interval => ({
  startsAt: new Date(START + from * MINUTE_MS),
  endsAt: new Date(START + to * MINUTE_MS),
});

test('nothing has a peak of none', (t) => {
  t.is(peak([]), 0);
});

test('intervals that only touch do not meet', (t) => {
  t.is(peak([between(0, 30), between(30, 60), between(60, 90)]), 1);
  t.true(fits(between(30, 60), [between(0, 30), between(60, 90)], 1));
});

test('intervals that share a minute meet', (t) => {
  t.is(peak([between(0, 31), between(30, 60)]), 2);
  t.false(fits(between(29, 59), [between(0, 30)], 1));
  t.false(fits(between(0, 30), [between(29, 60)], 1));
});

test('two appointments one after the other take one desk of two, however long the third is', (t) => {
  const others = [between(0, 30), between(30, 60)];
  t.true(fits(between(0, 60), others, 2));
  t.false(fits(between(0, 60), [...others, between(10, 20)], 2));
});

test('what happens outside the wanted time does not count', (t) => {
  const crowd = Array.from({ length: 5 }, () => between(0, 30));
  t.true(fits(between(30, 60), crowd, 1));
  t.true(fits(between(30, 60), [...crowd, between(90, 120)], 1));
});

test('an office without desks fits nobody', (t) => {
  t.false(fits(between(0, 30), [], 0));
});

/** The same random numbers in each run: Lehmer's generator with the constants of Park and Miller. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** How many run in each minute, counted one by one. */
function fullest(intervals: Interval[], from: number, to: number): number {
  let highest = 0;
  for (let minute = from; minute < to; minute += 1) {
    const at = START + minute * MINUTE_MS;
    const running = intervals.filter((one) => one.startsAt.getTime() <= at && one.endsAt.getTime() > at);
    highest = Math.max(highest, running.length);
  }
  return highest;
}

test('two thousand random days agree with counting minute by minute', (t) => {
  const random = seeded(20_261_124);
  const interval = () => {
    const from = random(60);
    return { from, to: from + 1 + random(40) };
  };
  const disagreements: string[] = [];
  for (let day = 0; day < 2000; day += 1) {
    const others = Array.from({ length: random(9) }, interval).map(({ from, to }) => between(from, to));
    const wanted = interval();
    const desks = 1 + random(4);
    const room = fullest(others, wanted.from, wanted.to) < desks;
    if (fits(between(wanted.from, wanted.to), others, desks) !== room) disagreements.push(`fits, day ${day}`);
    if (peak(others) !== fullest(others, 0, 100)) disagreements.push(`peak, day ${day}`);
  }
  t.deepEqual(disagreements, []);
});
