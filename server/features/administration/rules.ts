import type { GatewayLink } from '../../models/GatewayLink.ts';
import type { LightState } from './pages.ts';

/** A process writes its links every 15 s: three missed turns mean that it is gone. */
export const GONE_SECONDS = 45;
/** A process that left is shown this long, so that a restart leaves no red light behind. */
const FORGET_SECONDS = 15 * 60;

type LinkRow = Pick<GatewayLink, 'state' | 'throttledUntil' | 'seenAt'>;

const secondsSince = (instant: Date, now: Date) => (now.getTime() - instant.getTime()) / 1000;

/** True while the process that wrote the row is alive. */
export function isHeardOf(row: Pick<GatewayLink, 'seenAt'>, now: Date): boolean {
  return secondsSince(row.seenAt, now) <= GONE_SECONDS;
}

/** Which light a link shows now. */
export function lightOf(row: LinkRow, now: Date): LightState {
  if (!isHeardOf(row, now)) return 'gone';
  if (row.state === 'up' && row.throttledUntil && row.throttledUntil > now) return 'slowed';
  return row.state;
}

/**
 * Whether a channel's links carry messages: `up` when one of them does, `down` when none does or their processes are
 * gone, `unknown` when no process has ever written of them.
 */
export function linksState(rows: LinkRow[], now: Date): 'up' | 'down' | 'unknown' {
  if (rows.length === 0) return 'unknown';
  return rows.some((row) => isHeardOf(row, now) && row.state === 'up') ? 'up' : 'down';
}

/** The rows worth a light: those of living processes and of such as left lately; all when no process lives. */
export function worthShowing<Row extends LinkRow>(rows: Row[], now: Date): Row[] {
  if (!rows.some((row) => isHeardOf(row, now))) return rows;
  return rows.filter((row) => secondsSince(row.seenAt, now) <= FORGET_SECONDS);
}

/** The value that `share` (0 to 1) of all do not exceed (nearest rank), from values with their counts; null of none. */
export function percentile(histogram: { value: number; count: number }[], share: number): number | null {
  const sorted = [...histogram].sort((a, b) => a.value - b.value);
  const total = sorted.reduce((sum, { count }) => sum + count, 0);
  let seen = 0;
  for (const { value, count } of sorted) {
    seen += count;
    if (seen >= share * total) return value;
  }
  return null;
}

/** The shortest duration that people would call longer than this one: `1 s` for none at all, `2 min` for 61 s. */
export function withinLabel(seconds: number): string {
  const more = Math.floor(Math.max(0, seconds)) + 1;
  return durationLabel(more < 60 ? more : Math.ceil(more / 60) * 60);
}

/** `45 s`, `3 min`, `2 h 5 min`, `3 d 4 h`: units that our three languages share. */
export function durationLabel(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0 ? `${hours / 24} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
