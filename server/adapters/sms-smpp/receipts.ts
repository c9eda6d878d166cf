import type { Pdu } from 'smpp';
import type { DeliveryReceipt } from '../../kernel/ports.ts';

const RECEIPT_KIND_MASK = 0x3c;
const FINAL_RECEIPT = 0x04;
const INTERMEDIATE_RECEIPT = 0x20;
const HAS_HEADER = 0x40;
const UCS2 = 8;

// SMPP 3.4 section 5.2.28, and the words of appendix B. What is in neither list is not final.
const STATES: Readonly<Record<number, DeliveryReceipt['state']>> = {
  2: 'delivered',
  3: 'failed',
  4: 'failed',
  5: 'failed',
  8: 'failed',
  9: 'failed',
};
const WORDS: Readonly<Record<string, DeliveryReceipt['state']>> = {
  DELIVRD: 'delivered',
  EXPIRED: 'failed',
  DELETED: 'failed',
  UNDELIV: 'failed',
  REJECTD: 'failed',
  FAILED: 'failed',
};

/**
 * Reads a delivery receipt, from its parameters (`receipted_message_id`, `message_state`) where they exist and
 * otherwise from the text of SMPP 3.4 appendix B, which every vendor varies. Null when the PDU is no receipt.
 * `at` is the moment of arrival: the `done date` has no zone.
 */
export function parseReceipt(pdu: Pdu, at: Date): DeliveryReceipt | null {
  const kind = (pdu.esm_class ?? 0) & RECEIPT_KIND_MASK;
  const tagged = pdu.receipted_message_id !== undefined;
  if (kind !== FINAL_RECEIPT && kind !== INTERMEDIATE_RECEIPT && !tagged) return null;
  const text = receiptText(pdu);
  const id = pdu.receipted_message_id ?? field(text, 'id');
  if (!id) return null;
  const word = field(text, 'stat')?.toUpperCase() ?? '';
  const state = kind === INTERMEDIATE_RECEIPT ? 'pending' : finalState(pdu.message_state, word);
  const error = pdu.network_error_code?.toString('hex') ?? field(text, 'err') ?? '';
  const reason = [word || `state ${pdu.message_state ?? '?'}`, error].filter(Boolean).join(' ');
  return { providerId: normaliseId(id), state, reason, at };
}

/** Message id in the form that is stored and compared: no padding, no leading zeros, lower case. */
export function normaliseId(id: string): string {
  return id
    .trim()
    .toLowerCase()
    .replace(/^0+(?=.)/, '');
}

function finalState(state: number | undefined, word: string): DeliveryReceipt['state'] {
  if (state !== undefined) return STATES[state] ?? 'pending';
  return WORDS[word.slice(0, 7)] ?? 'pending';
}

function field(text: string, name: string): string | undefined {
  return new RegExp(`(?:^|\\s)${name}:\\s*(\\S+)`, 'i').exec(text)?.[1];
}

// Some gateways label plain ASCII as UCS2: then the first octet of each pair is not zero.
function receiptText(pdu: Pdu): string {
  const body = pdu.short_message?.length ? pdu.short_message : (pdu.message_payload ?? Buffer.alloc(0));
  const hasHeader = ((pdu.esm_class ?? 0) & HAS_HEADER) !== 0;
  const bytes = hasHeader ? body.subarray((body[0] ?? 0) + 1) : body;
  if (pdu.data_coding === UCS2 && bytes[0] === 0 && bytes.length % 2 === 0) {
    return Buffer.from(bytes).swap16().toString('utf16le');
  }
  return bytes.toString('latin1');
}
