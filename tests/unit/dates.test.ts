import test from 'ava';
import {
  atTimeLabel,
  clockTime,
  dayBounds,
  fullDayLabel,
  instantOf,
  isoDay,
  isoTime,
  rangeLabel,
  shiftDay,
  shortDayLabel,
  shortWhenLabel,
  timeLabel,
  whenLabel,
} from '../../server/kernel/dates.ts';
import { LOCALES, type Locale } from '../../server/kernel/locale.ts';

const MADRID = 'Europe/Madrid';
const HOUR_MS = 3_600_000;
/** Tuesday 24 November 2026, half past ten in Girona. */
const TEN_THIRTY = new Date('2026-11-24T09:30:00Z');
const ELEVEN = new Date('2026-11-24T10:00:00Z');

const inEach = (label: (locale: Locale) => string) => LOCALES.map((locale) => label(locale));

test('dates are said as people of each language say them', (t) => {
  t.deepEqual(
    inEach((locale) => whenLabel(TEN_THIRTY, MADRID, locale)),
    [
      'dimarts 24 de novembre a les 10.30 h',
      'martes 24 de noviembre a las 10:30 h',
      'Tuesday 24 November at 10:30',
    ],
  );
  t.deepEqual(
    inEach((locale) => rangeLabel(TEN_THIRTY, ELEVEN, MADRID, locale)),
    [
      'dimarts 24 de novembre, de 10.30 a 11.00 h',
      'martes 24 de noviembre, de 10:30 a 11:00 h',
      'Tuesday 24 November, from 10:30 to 11:00',
    ],
  );
  t.deepEqual(
    inEach((locale) => timeLabel(TEN_THIRTY, MADRID, locale)),
    ['10.30 h', '10:30 h', '10:30'],
  );
  t.regex(fullDayLabel(TEN_THIRTY, MADRID, 'ca'), /^dimarts 24 de novembre del? 2026$/);
});

test('Catalan elides the preposition before a month that begins with a vowel', (t) => {
  t.is(whenLabel(new Date('2027-04-02T11:30:00Z'), MADRID, 'ca'), 'divendres 2 d’abril a les 13.30 h');
});

test('one o’clock is singular, and only that', (t) => {
  const at = (utc: string) => inEach((locale) => atTimeLabel(new Date(utc), MADRID, locale));
  t.deepEqual(at('2026-11-24T00:15:00Z'), ['a la 1.15 h', 'a la 1:15 h', 'at 1:15']);
  t.deepEqual(at('2026-11-24T09:00:00Z'), ['a les 10.00 h', 'a las 10:00 h', 'at 10:00']);
  t.deepEqual(at('2026-11-24T12:00:00Z'), ['a les 13.00 h', 'a las 13:00 h', 'at 13:00']);
});

test('short labels for texts spell no month, so that they stay within the alphabet of an SMS', (t) => {
  for (const locale of LOCALES) {
    const label = shortWhenLabel(new Date('2027-03-05T09:30:00Z'), MADRID, locale);
    t.notRegex(label, /ç|març/);
    t.regex(label, /10[.:]30/);
  }
  t.regex(shortDayLabel(TEN_THIRTY, MADRID, 'ca'), /^dt\. 24 nov\.$/);
});

test('an instant is shown in the office’s zone', (t) => {
  t.is(clockTime(TEN_THIRTY, 'Atlantic/Canary', 'ca'), '9.30');
  t.is(isoDay(new Date('2026-11-24T23:30:00Z'), MADRID), '2026-11-25');
  t.is(isoTime(new Date('2026-11-24T08:05:00Z'), MADRID), '09:05');
});

test('what was typed comes back from the instant it means, in summer and in winter', (t) => {
  for (const day of ['2026-01-15', '2026-07-15', '2028-02-29']) {
    const instant = instantOf(day, '09:05', MADRID);
    t.truthy(instant);
    t.is(isoDay(instant ?? new Date(0), MADRID), day);
    t.is(isoTime(instant ?? new Date(0), MADRID), '09:05');
  }
});

test('the hour that summer time skips does not exist', (t) => {
  t.is(instantOf('2027-03-28', '02:00', MADRID), null);
  t.is(instantOf('2027-03-28', '02:59', MADRID), null);
  t.deepEqual(instantOf('2027-03-28', '01:59', MADRID), new Date('2027-03-28T00:59:00Z'));
  t.deepEqual(instantOf('2027-03-28', '03:00', MADRID), new Date('2027-03-28T01:00:00Z'));
});

test('the hour that winter time repeats means its first occurrence', (t) => {
  t.deepEqual(instantOf('2026-10-25', '02:30', MADRID), new Date('2026-10-25T00:30:00Z'));
  t.deepEqual(instantOf('2026-10-25', '03:00', MADRID), new Date('2026-10-25T02:00:00Z'));
  t.deepEqual(instantOf('2026-10-25', '01:59', MADRID), new Date('2026-10-24T23:59:00Z'));
});

test('what is no date or time is no instant', (t) => {
  for (const [day, time] of [
    ['2026-02-30', '10:00'],
    ['2027-02-29', '10:00'],
    ['2026-13-01', '10:00'],
    ['demà', '10:00'],
    ['2026-11-24', '24:00'],
    ['2026-11-24', '10:60'],
    ['', ''],
  ] as const) {
    t.is(instantOf(day, time, MADRID), null, `${day} ${time}`);
  }
});

test('a day has 24 hours, and 23 or 25 when the clocks change', (t) => {
  const hours = (day: string) => {
    const bounds = dayBounds(day, MADRID);
    return bounds && (bounds.to.getTime() - bounds.from.getTime()) / HOUR_MS;
  };
  t.is(hours('2026-11-24'), 24);
  t.is(hours('2027-03-28'), 23);
  t.is(hours('2026-10-25'), 25);
  t.is(hours('2026-02-30'), null);
  t.is(dayBounds('2026-10-25', MADRID)?.from.toISOString(), '2026-10-24T22:00:00.000Z');
});

test('days are counted over the ends of months, years and the clock change', (t) => {
  t.is(shiftDay('2026-12-31', 1), '2027-01-01');
  t.is(shiftDay('2028-03-01', -1), '2028-02-29');
  t.is(shiftDay('2027-03-27', 2), '2027-03-29');
});
