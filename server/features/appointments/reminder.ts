import { DateTime } from 'luxon';
import { addMinutes } from '../../kernel/clock.ts';

/**
 * Who heard from us less than this before would only wonder what has changed. Four hours is half an office day: what
 * was agreed this morning about this evening needs no reminder, what was agreed this morning about tomorrow may.
 */
export const REMINDER_GAP_HOURS = 4;
/** Phones lie on bedside tables: nothing that can wait leaves from nine in the evening to nine in the morning. */
const QUIET_FROM = 21;
const QUIET_UNTIL = 9;
/** A reminder must leave time to get ready, or to phone and say that it is not possible. */
const USEFUL_MINUTES = 120;

/**
 * The instant itself by day. From the quiet hours it is moved to the nine o'clock that follows, when everybody is
 * awake; if that is too near to the start, to half past eight on the evening before. All by the office's clocks.
 */
function atDecentHour(planned: Date, startsAt: Date, zone: string): Date {
  const local = DateTime.fromJSDate(planned, { zone });
  if (local.hour >= QUIET_UNTIL && local.hour < QUIET_FROM) return planned;
  const night = local.hour >= QUIET_FROM ? local : local.minus({ days: 1 });
  const morning = night.plus({ days: 1 }).startOf('day').set({ hour: QUIET_UNTIL }).toJSDate();
  if (morning <= addMinutes(startsAt, -USEFUL_MINUTES)) return morning;
  return night.startOf('day').set({ hour: 20, minute: 30 }).toJSDate();
}

/**
 * When the reminder of an appointment leaves: `hours` before the start, at a decent hour. Null when there shall be
 * none (`hours` is 0), or when it would come less than four hours after `now`, at which the citizen hears the news.
 */
export function reminderAt(startsAt: Date, hours: number, zone: string, now: Date): Date | null {
  if (hours <= 0) return null;
  const leaves = atDecentHour(addMinutes(startsAt, -hours * 60), startsAt, zone);
  return leaves < addMinutes(now, REMINDER_GAP_HOURS * 60) ? null : leaves;
}
