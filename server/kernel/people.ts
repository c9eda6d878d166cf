import { parsePhoneNumberFromString as parseWithType } from 'libphonenumber-js/max';
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** Numbers at which somebody earns when they are written to, or where nobody reads a text. */
const NOBODYS_MOBILE: ReadonlySet<string | undefined> = new Set([
  'PREMIUM_RATE',
  'SHARED_COST',
  'TOLL_FREE',
  'PERSONAL_NUMBER',
  'PAGER',
  'UAN',
  'VOICEMAIL',
]);
/** Satellites and numbers of no country (ITU E.164): texts there cost many times as much. */
const OF_NO_COUNTRY = /^\+(?:8[0178]|979)/;

/** E.164 of a number as people write it (Spanish unless it says otherwise), or null when it can't be one. */
export function normalisePhone(text: string): string | null {
  const parsed = parsePhoneNumberFromString(text, 'ES');
  return parsed?.isValid() ? parsed.number : null;
}

/**
 * True when a text message can reach the number: for Spain a mobile (6… or 7…), elsewhere any valid number that is not
 * premium or otherwise special.
 */
export function canReceiveSms(e164: string): boolean {
  if (OF_NO_COUNTRY.test(e164) || NOBODYS_MOBILE.has(parseWithType(e164)?.getType())) return false;
  return e164.startsWith('+34') ? /^\+34[67]/.test(e164) : true;
}

/** `612 34 56 78` for Spain, international form elsewhere. */
export function displayPhone(e164: string): string {
  const parsed = parsePhoneNumberFromString(e164);
  if (!parsed) return e164;
  return parsed.country === 'ES' ? parsed.formatNational() : parsed.formatInternational();
}

/** Enough to recognise the own number, not enough to learn it: `6•• ••• •78`. */
export function maskPhone(e164: string): string {
  const digits = e164.replace(/^\+34/, '');
  return `${digits.slice(0, digits.startsWith('+') ? 3 : 1)}•• ••• •${digits.slice(-2)}`;
}

/** `n•••@exemple.cat`. */
export function maskEmail(email: string): string {
  const [user = '', host = ''] = email.split('@');
  return `${user.slice(0, 1)}•••@${host}`;
}
