import test from 'ava';
import { Health, type Alarm } from '../../server/adapters/mail/health.ts';
import { testClock } from '../helpers/clock.ts';

function makeHealth() {
  const clock = testClock();
  const rests: number[] = [];
  let ring: (() => void) | null = null;
  let recoveries = 0;
  const alarm: Alarm = (ms, done) => {
    rests.push(ms);
    ring = done;
    return () => (ring = null);
  };
  const health = new Health(clock, { firstMs: 5000, mostMs: 300_000 }, () => (recoveries += 1), alarm);
  return { clock, health, rests, recoveries: () => recoveries, endRest: () => ring?.() };
}

test('the rest doubles with each trouble, to its most, and begins anew after a success', (t) => {
  const { health, rests, endRest } = makeHealth();
  for (let trouble = 0; trouble < 8; trouble += 1) {
    health.troubled(health.era, 'unreachable', 'smtp ESOCKET');
    endRest();
  }
  health.answered(health.era);
  health.troubled(health.era, 'unreachable', 'smtp ESOCKET');
  t.deepEqual(rests, [5000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 5000]);
});

test('several deliveries that fail together are one trouble', (t) => {
  const { health, rests } = makeHealth();
  const { era } = health;
  for (let place = 0; place < 3; place += 1) health.troubled(era, 'unreachable', 'smtp ESOCKET');
  t.deepEqual(rests, [5000]);
});

test('the answer to a delivery from before the trouble ends no rest', (t) => {
  const { health } = makeHealth();
  const { era } = health;
  health.troubled(era, 'unreachable', 'smtp 421');
  health.answered(era);
  t.true(health.resting);
  t.true(health.probing);
});

test('a delivery from before the trouble that fails after it begins no second rest', (t) => {
  const { health, endRest } = makeHealth();
  const { era } = health;
  health.troubled(era, 'unreachable', 'smtp 421');
  endRest();
  health.answered(health.era);
  health.troubled(era, 'unreachable', 'smtp 421');
  t.false(health.resting);
  t.is(health.status.state, 'up');
});

test('more can be sent at the end of the rest, and more again after the first success', (t) => {
  const { health, recoveries, endRest } = makeHealth();
  health.troubled(health.era, 'unreachable', 'smtp ESOCKET');
  t.is(recoveries(), 0);
  endRest();
  t.is(recoveries(), 1);
  t.true(health.probing);
  health.answered(health.era);
  t.is(recoveries(), 2);
  t.false(health.probing);
  health.answered(health.era);
  t.is(recoveries(), 2);
});

test('the status says why and since when, and what needs somebody to mend it', (t) => {
  const { clock, health } = makeHealth();
  const start = clock.now();
  t.deepEqual(health.status, { state: 'up', since: start, reason: null });
  clock.advance(60);
  const trouble = clock.now();
  health.troubled(health.era, 'unreachable', 'smtp ESOCKET ECONNREFUSED');
  t.deepEqual(health.status, { state: 'connecting', since: trouble, reason: 'smtp ESOCKET ECONNREFUSED' });
  clock.advance(60);
  health.troubled(health.era, 'refused', 'smtp 535 5.7.8 EAUTH');
  t.deepEqual(health.status, { state: 'refused', since: clock.now(), reason: 'smtp 535 5.7.8 EAUTH' });
});

test('a carrier that was stopped stays so', (t) => {
  const { health, recoveries, endRest } = makeHealth();
  health.troubled(health.era, 'unreachable', 'smtp ESOCKET');
  health.stop();
  endRest();
  health.answered(health.era);
  health.troubled(health.era, 'refused', 'smtp ESOCKET');
  t.is(health.status.state, 'stopped');
  t.is(recoveries(), 0);
});
