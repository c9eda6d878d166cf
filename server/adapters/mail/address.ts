import { domainToASCII } from 'node:url';

/** RFC 5321 `Dot-string`: what mailboxes look like in practice. Quotes, comments, lists and controls are none. */
const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}$/;
const LONGEST_LOCAL_PART = 64;
const LONGEST = 254;

/** RFC 3463: bad destination mailbox address syntax. */
const BAD_SYNTAX = 'smtp 553 5.1.3';
/** RFC 6531: the address needs an extension that we do not use, as many servers on the way lack it. */
const NOT_ASCII = 'smtp 553 5.6.7';

/**
 * Why an address gets no mail, as a reason of the wire; null when it is one mailbox. An international domain (`mañana.es`)
 * is fine, as it has an ASCII form; letters outside ASCII before the `@` are not.
 */
export function refusedAddress(address: string): string | null {
  const at = address.lastIndexOf('@');
  const [local, domain] = [address.slice(0, Math.max(0, at)), address.slice(at + 1)];
  if (/\P{ASCII}/u.test(local)) return NOT_ASCII;
  const fine =
    address.length <= LONGEST &&
    local.length <= LONGEST_LOCAL_PART &&
    LOCAL_PART.test(local) &&
    DOMAIN.test(domainToASCII(domain));
  return fine ? null : BAD_SYNTAX;
}
