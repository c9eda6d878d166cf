import { DateTime } from 'luxon';
import type { Locale } from './locale.ts';

const INTL: Record<Locale, string> = { ca: 'ca-ES', es: 'es-ES', en: 'en-GB' };

const FORMS = {
  day: { weekday: 'long', day: 'numeric', month: 'long' },
  fullDay: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  shortDay: { weekday: 'short', day: 'numeric', month: 'short' },
  weekday: { weekday: 'short' },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

/** To make one takes a hundred times as long as to use it. There are as many as zones of offices, languages and forms. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function format(instant: Date, zone: string, locale: Locale, form: keyof typeof FORMS): string {
  const key = `${form} ${locale} ${zone}`;
  const known = formatters.get(key);
  if (known) return known.format(instant);
  const made = new Intl.DateTimeFormat(INTL[locale], { timeZone: zone, ...FORMS[form] });
  formatters.set(key, made);
  return made.format(instant);
}

/** `10.30` in Catalan, `10:30` elsewhere. */
export function clockTime(instant: Date, zone: string, locale: Locale): string {
  const text = DateTime.fromJSDate(instant, { zone }).toFormat('H:mm');
  return locale === 'ca' ? text.replace(':', '.') : text;
}

/** `10.30 h`; plain `10:30` in English. */
export function timeLabel(instant: Date, zone: string, locale: Locale): string {
  const time = clockTime(instant, zone, locale);
  return locale === 'en' ? time : `${time} h`;
}

/** `dimarts 24 de novembre`. */
export function dayLabel(instant: Date, zone: string, locale: Locale): string {
  return format(instant, zone, locale, 'day').replace(', ', ' ');
}

/** `dimarts 24 de novembre de 2026`. */
export function fullDayLabel(instant: Date, zone: string, locale: Locale): string {
  return format(instant, zone, locale, 'fullDay').replace(', ', ' ');
}

const AT: Record<Locale, (time: string) => string> = {
  ca: (time) => (time.startsWith('1.') ? `a la ${time}` : `a les ${time}`),
  es: (time) => (time.startsWith('1:') ? `a la ${time}` : `a las ${time}`),
  en: (time) => `at ${time}`,
};

/** `a les 10.30 h`. */
export function atTimeLabel(instant: Date, zone: string, locale: Locale): string {
  return AT[locale](timeLabel(instant, zone, locale));
}

/** As people say it: `dimarts 24 de novembre a les 10.30 h`. */
export function whenLabel(instant: Date, zone: string, locale: Locale): string {
  return `${dayLabel(instant, zone, locale)} ${atTimeLabel(instant, zone, locale)}`;
}

/** `dt. 24/11, 10.30 h`: for texts. No month names, as `març` alone would double the price of an SMS. */
export function shortWhenLabel(instant: Date, zone: string, locale: Locale): string {
  const weekday = format(instant, zone, locale, 'weekday');
  const date = DateTime.fromJSDate(instant, { zone }).toFormat('d/M');
  return `${weekday} ${date}, ${timeLabel(instant, zone, locale)}`;
}

/** `dt. 24 nov.`. */
export function shortDayLabel(instant: Date, zone: string, locale: Locale): string {
  return format(instant, zone, locale, 'shortDay').replace(', ', ' ').replace(' de ', ' ');
}

/** `dt. 24 nov., 10.30 h`: for lists of what happened. */
export function momentLabel(instant: Date, zone: string, locale: Locale): string {
  return `${shortDayLabel(instant, zone, locale)}, ${timeLabel(instant, zone, locale)}`;
}

const RANGE: Record<Locale, (from: string, to: string) => string> = {
  ca: (from, to) => `de ${from} a ${to} h`,
  es: (from, to) => `de ${from} a ${to} h`,
  en: (from, to) => `from ${from} to ${to}`,
};

/** `dimarts 24 de novembre, de 10.30 a 11.00 h`. */
export function rangeLabel(start: Date, end: Date, zone: string, locale: Locale): string {
  const range = RANGE[locale](clockTime(start, zone, locale), clockTime(end, zone, locale));
  return `${dayLabel(start, zone, locale)}, ${range}`;
}

/** The calendar day of an instant, `yyyy-mm-dd`. */
export function isoDay(instant: Date, zone: string): string {
  return DateTime.fromJSDate(instant, { zone }).toFormat('yyyy-MM-dd');
}

/** The wall-clock time of an instant, `hh:mm`, as form fields want it. */
export function isoTime(instant: Date, zone: string): string {
  return DateTime.fromJSDate(instant, { zone }).toFormat('HH:mm');
}

/** First and last instant (exclusive) of a calendar day; a day of the clock change has 23 or 25 hours. Null when it is no date. */
export function dayBounds(day: string, zone: string): { from: Date; to: Date } | null {
  const start = DateTime.fromFormat(day, 'yyyy-MM-dd', { zone });
  if (!start.isValid) return null;
  return { from: start.toJSDate(), to: start.plus({ days: 1 }).toJSDate() };
}

/** The calendar day `days` later. */
export function shiftDay(day: string, days: number): string {
  return DateTime.fromFormat(day, 'yyyy-MM-dd', { zone: 'utc' }).plus({ days }).toFormat('yyyy-MM-dd');
}

/**
 * The instant of a wall-clock time in a zone. Null when it is no date or time, or when that day skips the time
 * (start of summer time). A time that occurs twice (end of summer time) means the first one.
 */
export function instantOf(day: string, time: string, zone: string): Date | null {
  const local = DateTime.fromFormat(`${day} ${time}`, 'yyyy-MM-dd HH:mm', { zone });
  if (!local.isValid || local.toFormat('HH:mm') !== time) return null;
  const earlier = local.minus({ hours: 1 });
  return (earlier.toFormat('HH:mm') === time ? earlier : local).toJSDate();
}
