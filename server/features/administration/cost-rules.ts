import { DateTime } from 'luxon';

/** Months that the page shows unless others are chosen. */
export const USUAL_MONTHS = 12;
/** How far back a range may begin. */
export const MOST_MONTHS = 36;

const MONTH = 'yyyy-MM';

/** The month of an instant in a zone, `yyyy-mm`. */
export function monthOf(instant: Date, zone: string): string {
  return DateTime.fromJSDate(instant, { zone }).toFormat(MONTH);
}

/** The month so many later, or earlier when negative. */
export function shiftMonth(month: string, months: number): string {
  return DateTime.fromFormat(month, MONTH, { zone: 'utc' }).plus({ months }).toFormat(MONTH);
}

/** First instant of a month in a zone. */
export function monthStart(month: string, zone: string): Date {
  return DateTime.fromFormat(month, MONTH, { zone }).toJSDate();
}

/** All months from the first to the last, both included. */
export function monthsBetween(first: string, last: string): string[] {
  const months: string[] = [];
  for (let month = first; month <= last; month = shiftMonth(month, 1)) months.push(month);
  return months;
}

/**
 * The months that were asked for: what is missing, no month, in the future or too far back is replaced by the usual
 * last twelve, and a range that was typed backwards is turned round.
 */
export function monthRange(from: unknown, to: unknown, current: string): string[] {
  const known = monthsBetween(shiftMonth(current, 1 - MOST_MONTHS), current);
  const last = known.find((month) => month === to) ?? current;
  const first = known.find((month) => month === from) ?? shiftMonth(last, 1 - USUAL_MONTHS);
  return first <= last ? monthsBetween(first, last) : monthsBetween(last, first);
}

/** What texts of one office and month cost; both are counts of what the gateway took. */
export interface Usage {
  texts: number;
  segments: number;
}

/** The sum of usages. */
export function sumOf(usages: Usage[]): Usage {
  return usages.reduce(
    (sum, { texts, segments }) => ({ texts: sum.texts + texts, segments: sum.segments + segments }),
    { texts: 0, segments: 0 },
  );
}

/** Euros of so many segments at a price in cents, with two decimals and a comma, as Spanish spreadsheets read it. */
export function eurosOf(segments: number, priceCents: number): string {
  return ((segments * priceCents) / 100).toFixed(2).replace('.', ',');
}
