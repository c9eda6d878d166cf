import { clockTime, dayLabel, isoDay, timeLabel } from '../../kernel/dates.ts';
import type { Locale } from '../../kernel/locale.ts';
import type { Templates } from '../../kernel/ports.ts';
import type { Reason } from './pages.ts';
import { operatorWord } from './reasons-rules.ts';

/** Who reads a page of the administration, and by which clock. */
export interface Reader {
  templates: Templates;
  locale: Locale;
  /** IANA zone of the department. */
  zone: string;
  now: Date;
}

/** A text of the catalogue `operations` in the reader's language. */
export function say(reader: Reader, key: string, params: Record<string, unknown> = {}): string {
  return reader.templates.text(`operations:${key}`, reader.locale, params);
}

/** A count as the reader's language groups its digits. */
export function countLabel(reader: Reader, count: number): string {
  return new Intl.NumberFormat(reader.locale).format(count);
}

/** `10.30 h` today, `dilluns 23 de novembre, 10.30 h` on another day. */
export function momentLabel(reader: Reader, instant: Date): string {
  const time = timeLabel(instant, reader.zone, reader.locale);
  const sameDay = isoDay(instant, reader.zone) === isoDay(reader.now, reader.zone);
  return sameDay ? time : `${dayLabel(instant, reader.zone, reader.locale)}, ${time}`;
}

/** `10.30.15 h` as the language writes it, so that a page that refreshes itself is seen to live. */
export function secondLabel(reader: Reader): string {
  const time = timeLabel(reader.now, reader.zone, reader.locale);
  const minute = clockTime(reader.now, reader.zone, reader.locale);
  const seconds = String(reader.now.getUTCSeconds()).padStart(2, '0');
  return time.replace(minute, `${minute}${reader.locale === 'ca' ? '.' : ':'}${seconds}`);
}

/** A technical reason with what it means and what to do about it. */
export function presentReason(reader: Reader, code: string): Reason {
  const key = operatorWord(code);
  return { code, what: say(reader, `reason.${key}.what`), todo: say(reader, `reason.${key}.todo`) };
}
