import type { SmppLink } from '../../config/smpp-links.ts';

type Rule = SmppLink['receiptIds'];

const HEX = /^[0-9a-f]+$/;
const DECIMAL = /^\d+$/;
/** What the tables hold; no honest id is longer. */
const MAX_ID = 80;

/**
 * An id as the tables hold it: short, and plain ASCII. Ids are whatever the gateway says, and receipts are stored many
 * at once: one that cannot be stored would be refused with all that came beside it, again and again. Pure.
 */
export function storableId(id: string): string {
  return id
    .trim()
    .replace(/[^\x20-\x7e]/g, (letter) => `~${(letter.codePointAt(0) ?? 0).toString(16)}`)
    .slice(0, MAX_ID);
}

/** The key under which an id that the gateway answered is stored, so that its receipts are found. Pure. */
export function keyOfAnswer(id: string, rule: Rule): string {
  const plain = normaliseId(id);
  if (rule === 'hexToDec' && HEX.test(plain)) return fromHex(plain);
  return plain;
}

/** The key that a receipt is looked up by; equal to that of the answer whatever padding, case and base. Pure. */
export function keyOfReceipt(id: string, rule: Rule): string {
  const plain = normaliseId(id);
  // What cannot be decimal is in the base of the answers, as `receipted_message_id` often is.
  if (rule === 'hexToDec') return DECIMAL.test(plain) ? plain : keyOfAnswer(id, rule);
  return rule === 'decToHex' && HEX.test(plain) ? fromHex(plain) : plain;
}

/** An id without padding and leading zeros, in lower case: many gateways pad it to ten digits, and not everywhere. */
export function normaliseId(id: string): string {
  return storableId(id)
    .toLowerCase()
    .replace(/^0+(?=.)/, '');
}

/** Ids are longer than the numbers that JavaScript counts exactly. */
function fromHex(digits: string): string {
  return BigInt(`0x${digits}`).toString().slice(0, MAX_ID);
}
