import test from 'ava';
import { instantOf, isoDay, isoTime } from '../../server/kernel/dates.ts';
import { reminderAt } from '../../server/features/appointments/reminder.ts';

const MADRID = 'Europe/Madrid';

/** A wall-clock time, as `2026-11-24 10:30`. Throws when there is none. */
function at(local: string, zone = MADRID): Date {
  const [day = '', time = ''] = local.split(' ');
  const instant = instantOf(day, time, zone);
  if (!instant) throw new Error(`${local} does not exist in ${zone}`);
  return instant;
}

function leaves(start: string, hours: number, zone = MADRID, now = '2026-01-01 10:00'): string | null {
  const instant = reminderAt(at(start, zone), hours, zone, at(now, zone));
  return instant && `${isoDay(instant, zone)} ${isoTime(instant, zone)}`;
}

test('a reminder leaves so many hours before the start', (t) => {
  t.is(leaves('2026-11-24 10:30', 24), '2026-11-23 10:30');
  t.is(leaves('2026-11-24 16:00', 3), '2026-11-24 13:00');
  t.is(leaves('2026-11-24 12:00', 48), '2026-11-22 12:00');
});

test('an office that wants none has none', (t) => {
  t.is(leaves('2026-11-24 10:30', 0), null);
});

test('the day has its edges at nine and at nine', (t) => {
  t.is(leaves('2026-11-24 09:00', 24), '2026-11-23 09:00');
  t.is(leaves('2026-11-24 08:55', 24), '2026-11-23 09:00');
  t.is(leaves('2026-11-24 20:55', 24), '2026-11-23 20:55');
  t.is(leaves('2026-11-24 21:00', 24), '2026-11-24 09:00');
});

test('one that falls into the night leaves at nine, if that is early enough', (t) => {
  t.is(leaves('2026-11-24 11:00', 3), '2026-11-24 09:00');
  t.is(leaves('2026-11-24 10:00', 12), '2026-11-23 20:30');
  t.is(leaves('2026-11-24 12:00', 12), '2026-11-24 09:00');
});

test('one for which nine is too late leaves on the evening before', (t) => {
  t.is(leaves('2026-11-24 10:55', 3), '2026-11-23 20:30');
  t.is(leaves('2026-11-24 09:30', 1), '2026-11-23 20:30');
  t.is(leaves('2026-11-24 08:00', 7), '2026-11-23 20:30');
});

test('four hours after the news a reminder makes sense, and sooner it does not', (t) => {
  t.is(leaves('2026-11-24 10:30', 24, MADRID, '2026-11-23 06:30'), '2026-11-23 10:30');
  t.is(leaves('2026-11-24 10:30', 24, MADRID, '2026-11-23 06:35'), null);
  t.is(leaves('2026-11-24 10:30', 24, MADRID, '2026-11-24 10:00'), null);
  // What counts is when it really leaves: from the night before it is moved to nine.
  t.is(leaves('2026-11-24 22:00', 24, MADRID, '2026-11-23 23:00'), '2026-11-24 09:00');
});

test('hours are hours when the clocks go forward, and nine stays nine', (t) => {
  // Sunday 28 March 2027: from 2.00 straight to 3.00.
  t.is(leaves('2027-03-28 12:00', 24), '2027-03-27 11:00');
  t.is(leaves('2027-03-28 12:00', 6), '2027-03-28 09:00');
  t.is(leaves('2027-03-28 10:00', 6), '2027-03-27 20:30');
  t.is(leaves('2027-03-28 09:30', 24), '2027-03-27 09:00');
  t.is(leaves('2027-03-29 02:30', 24), '2027-03-28 09:00');
});

test('hours are hours when the clocks go back, and nine stays nine', (t) => {
  // Sunday 25 October 2026: 2.30 comes twice.
  t.is(leaves('2026-10-25 12:00', 24), '2026-10-24 13:00');
  t.is(leaves('2026-10-25 20:30', 24), '2026-10-25 09:00');
  t.is(leaves('2026-10-25 10:00', 8), '2026-10-24 20:30');
  t.is(leaves('2026-10-25 12:00', 10), '2026-10-25 09:00');
});

test('the office’s own clocks count', (t) => {
  t.is(leaves('2026-11-24 21:30', 24, 'Atlantic/Canary'), '2026-11-24 09:00');
  const start = at('2026-11-24 21:30');
  const now = at('2026-11-01 10:00');
  t.is(reminderAt(start, 24, 'Atlantic/Canary', now)?.getTime(), start.getTime() - 24 * 3_600_000);
});

test('whatever the start and the hours, no reminder leaves at night or after the link', (t) => {
  const now = at('2026-01-01 10:00');
  for (const day of ['2026-10-24', '2026-10-25', '2026-10-26', '2027-03-27', '2027-03-28', '2027-03-29'])
    for (let minute = 0; minute < 24 * 60; minute += 25) {
      const time = [Math.floor(minute / 60), minute % 60].map((n) => String(n).padStart(2, '0')).join(':');
      const start = instantOf(day, time, MADRID);
      if (!start) continue;
      for (const hours of [1, 2, 3, 6, 12, 24, 25, 48, 72]) {
        const leaving = reminderAt(start, hours, MADRID, now);
        if (!leaving) return t.fail(`none for ${day} ${time}`);
        const local = isoTime(leaving, MADRID);
        t.true(local >= '09:00' && local < '21:00', `${day} ${time} - ${hours} h: ${local}`);
        t.true(leaving.getTime() <= start.getTime() - 3_600_000, `${day} ${time} - ${hours} h`);
      }
    }
});
