const SECOND_MS = 1000;
const DAY_S = 24 * 3600;
/** The relative form counts months as well, of which nobody knows how long they are: days alone, and not more. */
const MAX_RELATIVE_S = 30 * DAY_S;

const two = (value: number): string => String(value).padStart(2, '0');

/** `validity_period` as an instant in UTC (SMPP 3.4 section 7.1.1). Pure. */
export function absoluteValidity(expiresAt: Date): string {
  const digits = expiresAt.toISOString().replace(/\D/g, '');
  return `${digits.slice(2, 14)}${digits.slice(14, 15)}00+`;
}

/** `validity_period` as what is left of it, at least a second. A repeated try has less left, so it lives no longer. Pure. */
export function relativeValidity(expiresAt: Date, now: Date): string {
  const left = Math.floor((expiresAt.getTime() - now.getTime()) / SECOND_MS);
  const seconds = Math.min(MAX_RELATIVE_S, Math.max(1, left));
  const time = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60]
    .map(two)
    .join('');
  return `0000${two(Math.floor(seconds / DAY_S))}${time}000R`;
}
