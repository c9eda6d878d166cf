/** Who texts come from, and until when it may. */
export interface Sender {
  /** Alias, short code or long number. */
  address: string;
  /** Provider to whom the sender is assigned; null when any link may carry it. */
  provider: string | null;
  /** Last day (`yyyy-mm-dd`) of an alias's registration with the CNMC; null when nobody wrote it down. */
  registeredUntil: string | null;
}

export type SenderKind = 'alias' | 'shortCode' | 'number';

/** Why texts from this sender would be blocked in Spain, so that they are not handed over. */
export type SenderProblem = 'unregistered' | 'expired';

/** From so many days before its end on, somebody should renew the registration; that takes weeks. */
export const EXPIRING_DAYS = 60;

const DAY_MS = 24 * 3600 * 1000;
const ALIAS_MIN = 3;
const ALIAS_MAX = 11;

/** What the CNMC says that it refuses, and words that say as little about who writes. Compared without case, spaces and signs. */
const GENERIC = new Set(
  (
    'info sms cita cites citas citaprevia appointment alerta alert avis aviso notice notif notificacio notificacion ' +
    'noreply codi codigo code pin otp banc banco bank test prova prueba oac videocita video salut salud missatge mensaje ' +
    'message recordatori reminder'
  ).split(' '),
);

/** What kind of sender an address is: digits alone are never an alias. */
export function senderKind(address: string): SenderKind {
  if (!/^\+?\d+$/.test(address)) return 'alias';
  return /^\d{3,6}$/.test(address) ? 'shortCode' : 'number';
}

function aliasProblem(address: string): string | null {
  if (address.length < ALIAS_MIN) return 'senderTooShort';
  // Letters with marks come first: "too long" would send people the wrong way.
  if (/\p{L}/u.test(address.replace(/[a-z]/gi, ''))) return 'senderAccents';
  if (!/^[a-z0-9 @&\-_.+]+$/i.test(address)) return 'senderSigns';
  if (!/[a-z]/i.test(address)) return 'senderNoLetter';
  return address.length > ALIAS_MAX ? 'senderTooLong' : null;
}

/**
 * Why this cannot be a sender, as a key of the `errors` catalogue, or null. An alias follows the CNMC's rules (Circular
 * 1/2026): 3 to 11 characters, letters, digits, space and `@ & - _ . +`, not only digits. Though the register also
 * admits ñ and ç, SMPP carries addresses in ASCII, so they could not leave here.
 */
export function addressProblem(address: string): string | null {
  if (address === '') return 'senderMissing';
  if (senderKind(address) === 'alias') return aliasProblem(address);
  return /^(?:\d{3,6}|\+?\d{7,15})$/.test(address) ? null : 'senderNumber';
}

/** True for an alias that says so little that the register may refuse it, and people mistrust it. */
export function isGeneric(address: string): boolean {
  return GENERIC.has(address.toLowerCase().replace(/[^a-z]/g, ''));
}

/**
 * Why texts of this sender are not handed over on `today` (`yyyy-mm-dd`), or null. Operators in Spain block an alias
 * that is not in the CNMC's register, and one whose registration is over; the last day still counts. Numbers need none.
 */
export function senderProblem(
  sender: Pick<Sender, 'address' | 'registeredUntil'>,
  today: string,
): SenderProblem | null {
  if (senderKind(sender.address) !== 'alias') return null;
  if (sender.registeredUntil === null) return 'unregistered';
  return sender.registeredUntil < today ? 'expired' : null;
}

/** Days that are left of an alias's registration when it ends within 60 days (0 on the last day), else null. */
export function daysToExpiry(
  sender: Pick<Sender, 'address' | 'registeredUntil'>,
  today: string,
): number | null {
  if (senderKind(sender.address) !== 'alias' || sender.registeredUntil === null) return null;
  const days = Math.round((Date.parse(sender.registeredUntil) - Date.parse(today)) / DAY_MS);
  return days >= 0 && days <= EXPIRING_DAYS ? days : null;
}
