import { randomBytes, randomInt, createHash, timingSafeEqual } from 'node:crypto';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** A random lower-case identifier of `length` base32 characters (5 bits each), safe in URLs, XMPP and SQL. */
export function randomBase32(length: number): string {
  return Array.from(randomBytes(length), (byte) => BASE32[byte & 31]).join('');
}

/** Public identifier of a row: 100 random bits; it names a thing but grants nothing. */
export function newUid(): string {
  return randomBase32(20);
}

/** Bearer secret of 128 random bits in base64url (22 characters), short enough for a text message. */
export function newToken(): string {
  return randomBytes(16).toString('base64url');
}

/** Six decimal digits, uniformly distributed, leading zeros kept. */
export function newPin(): string {
  return String(randomInt(1_000_000)).padStart(6, '0');
}

/** SHA-256 in hex; for look-up of random secrets only (never of guessable values such as PINs). */
export function sha256(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}

/** Compares two strings in time that depends on their length alone. */
export function sameSecret(a: string, b: string): boolean {
  const left = createHash('sha256').update(a).digest();
  const right = createHash('sha256').update(b).digest();
  return timingSafeEqual(left, right);
}
