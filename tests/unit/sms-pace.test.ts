import test from 'ava';
import { Backoff } from '../../server/adapters/sms-smpp/backoff.ts';
import { Meter, TokenBucket } from '../../server/adapters/sms-smpp/rate.ts';
import { Throttle } from '../../server/adapters/sms-smpp/throttle.ts';

/** The moments at which a greedy sender gets its tokens, looking every millisecond. */
function greedy(rate: number, ms: number, bucket = new TokenBucket()): number[] {
  const at: number[] = [];
  for (let now = 0; now < ms; now += 1) while (bucket.take(now, rate)) at.push(now);
  return at;
}

for (const rate of [0.5, 1, 2.5, 10, 33, 100, 1000]) {
  test(`a bucket of ${rate} a second gives that much, and never more within any second`, (t) => {
    const at = greedy(rate, 10_000);
    t.true(at.length <= Math.ceil(rate * 10), String(at.length));
    t.true(at.length >= Math.floor(rate * 10 * 0.99), String(at.length));
    const most = Math.max(1, Math.ceil(rate));
    for (const [index, moment] of at.entries()) {
      const later = at[index + most];
      if (later !== undefined) t.true(later - moment >= 999);
    }
  });
}

test('after a pause only a tenth of a second’s worth leaves at once', (t) => {
  const bucket = new TokenBucket();
  bucket.take(0, 50);
  let burst = 0;
  while (bucket.take(60_000, 50)) burst += 1;
  t.is(burst, 5);
});

test('a token that is given back can be taken again, and the wait is told', (t) => {
  const bucket = new TokenBucket();
  t.true(bucket.take(0, 1));
  t.false(bucket.take(0, 1));
  t.is(bucket.waitMs(250, 1), 750);
  bucket.giveBack();
  t.is(bucket.waitMs(250, 1), 0);
  t.true(bucket.take(250, 1));
});

test('a rate that falls is kept at once', (t) => {
  const bucket = new TokenBucket();
  greedy(100, 1000, bucket);
  let got = 0;
  for (let now = 1000; now < 3000; now += 1) if (bucket.take(now, 5)) got += 1;
  t.true(got <= 10);
  t.true(got >= 5);
});

test('a meter tells the busier of this second and the last', (t) => {
  const meter = new Meter();
  for (let count = 0; count < 7; count += 1) meter.add(1500);
  meter.add(2100);
  t.is(meter.perSecond(2100), 7);
  t.is(meter.perSecond(3100), 1);
  t.is(meter.perSecond(5000), 0);
});

const TIMES = { firstMs: 1000, longestMs: 30_000, recoverMs: 10_000 };

test('pauses double from one second to thirty, until something is taken', (t) => {
  const throttle = new Throttle(null, TIMES);
  const pauses: number[] = [];
  let now = 0;
  for (let count = 0; count < 7; count += 1) {
    t.true(throttle.tooFast(now, now, 10));
    pauses.push(throttle.leftMs(now));
    now += throttle.leftMs(now);
    t.false(throttle.isPaused(now));
  }
  t.deepEqual(pauses, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  throttle.taken(now);
  throttle.tooFast(now, now, 10);
  t.is(throttle.leftMs(now), 1000);
});

test('what was sent before a pause neither makes it longer nor ends its doubling', (t) => {
  const throttle = new Throttle(80, TIMES);
  t.true(throttle.tooFast(100, 90, 10));
  t.false(throttle.tooFast(200, 95, 10));
  t.false(throttle.tooFast(1500, 99, 10));
  throttle.taken(99);
  t.is(throttle.rate(1500), 40);
  t.true(throttle.tooFast(1500, 1400, 10));
  t.is(throttle.leftMs(1500), 2000);
});

test('the rate is halved each time, not below a sixteenth, and comes back by tenths', (t) => {
  const throttle = new Throttle(160, TIMES);
  const rates: (number | null)[] = [];
  let now = 0;
  for (let count = 0; count < 6; count += 1) {
    throttle.tooFast(now, now, 0);
    rates.push(throttle.rate(now));
    now += throttle.leftMs(now);
  }
  t.deepEqual(rates, [80, 40, 20, 10, 10, 10]);
  t.is(throttle.rate(now + 9999), 10);
  t.is(throttle.rate(now + 10_000), 26);
  t.is(throttle.rate(now + 90_000), 154);
  t.is(throttle.rate(now + 100_000), 160);
});

test('a link without a contract’s rate gets one from what it did, and is free again in the end', (t) => {
  const throttle = new Throttle(null, TIMES);
  t.is(throttle.rate(0), null);
  throttle.tooFast(0, 0, 40);
  t.is(throttle.rate(0), 20);
  t.is(throttle.rate(11_000), 24);
  t.is(throttle.rate(61_000), null);
});

test('a full gateway pauses a link without slowing it down', (t) => {
  const throttle = new Throttle(50, TIMES);
  t.true(throttle.pause(0, 0));
  t.is(throttle.leftMs(0), 1000);
  t.is(throttle.rate(0), 50);
});

const WAITS = { minMs: 1000, maxMs: 60_000 };

test('waits before a new connection double up to a minute, and vary by a quarter', (t) => {
  const longest = new Backoff(WAITS, () => 1);
  t.deepEqual(
    Array.from({ length: 8 }, () => longest.nextMs(null, 0)),
    [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000],
  );
  const shortest = new Backoff(WAITS, () => 0);
  t.deepEqual([shortest.nextMs(null, 0), shortest.nextMs(null, 0)], [750, 1500]);
});

test('a session that lasted begins the waits anew, and one that is dropped again and again does not', (t) => {
  const backoff = new Backoff(WAITS, () => 1);
  for (let count = 0; count < 3; count += 1) backoff.nextMs(null, 0);
  t.is(backoff.nextMs(null, 5000), 8000);
  t.is(backoff.nextMs(null, 61_000), 1000);
});

test('refused credentials wait the longest at once, and an old session some seconds', (t) => {
  const backoff = new Backoff(WAITS, () => 1);
  for (const status of [0x0d, 0x0e, 0x0f]) t.is(backoff.nextMs(status, 0), 60_000);
  t.is(backoff.nextMs(0x05, 0), 5000);
  t.is(backoff.nextMs(0x08, 0), 2000);
});
