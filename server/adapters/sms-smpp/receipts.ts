import type { Pdu } from 'smpp';
import type { SmppLink } from '../../config/smpp-links.ts';
import type { DeliveryReceipt } from '../../kernel/carriers.ts';
import { keyOfReceipt, storableId } from './receipt-ids.ts';

const RECEIPT_KIND_MASK = 0x3c;
const FINAL_RECEIPT = 0x04;
const INTERMEDIATE_RECEIPT = 0x20;
const HAS_HEADER = 0x40;
const UCS2 = 8;
const INTERNATIONAL = 1;
/** Nobody's reasons are longer. */
const MAX_REASON = 60;
/** As long as telephone numbers are. Administrators read reasons, and see no citizen's data. */
const LIKE_A_NUMBER = /\d{9,}/g;

type State = DeliveryReceipt['state'];

// SMPP 3.4 section 5.2.28 and 5.0 section 4.7.15. What is not listed is not final.
const STATES: Readonly<Record<number, State>> = {
  2: 'delivered',
  3: 'failed',
  4: 'failed',
  5: 'failed',
  8: 'failed',
  9: 'failed',
};

// The words of appendix B, which some write out in full.
const WORDS: readonly (readonly [RegExp, State])[] = [
  [/^DELIV/, 'delivered'],
  [/^(EXPIR|DELET|UNDEL|REJEC|FAIL|SKIP)/, 'failed'],
];

/** What is known of the link through which a receipt came. */
export interface ReceiptContext {
  link: string;
  receiptIds: SmppLink['receiptIds'];
  at: Date;
}

/** What an incoming PDU is: a receipt to be stored, or why it is none. */
export type Incoming = { receipt: DeliveryReceipt } | { dropped: 'text' | 'intermediate' | 'unreadable' };

/**
 * Reads a delivery receipt, from its parameters (`receipted_message_id`, `message_state`) where they exist and
 * otherwise from the text of SMPP 3.4 appendix B, which every vendor varies. `at` is the moment of arrival: the `done
 * date` has no zone. Pure.
 */
export function readIncoming(pdu: Pdu, { link, receiptIds, at }: ReceiptContext): Incoming {
  const kind = (pdu.esm_class ?? 0) & RECEIPT_KIND_MASK;
  if (kind === INTERMEDIATE_RECEIPT) return { dropped: 'intermediate' };
  if (kind !== FINAL_RECEIPT && pdu.receipted_message_id === undefined) return { dropped: 'text' };
  const text = receiptText(pdu);
  const providerId = storableId(pdu.receipted_message_id ?? field(text, 'id') ?? '');
  const reference = pdu.user_message_reference ?? null;
  if (providerId === '' && reference === null) return { dropped: 'unreadable' };
  const word = field(text, 'stat')?.toUpperCase() ?? '';
  const error = pdu.network_error_code?.toString('hex') ?? field(text, 'err') ?? '';
  return {
    receipt: {
      link,
      providerId,
      providerKey: keyOfReceipt(providerId, receiptIds),
      reference,
      recipient: recipientOf(pdu),
      state: stateOf(pdu.message_state, word),
      reason: reasonOf(word || `state ${pdu.message_state ?? '?'}`, error),
      at,
    },
  };
}

/** Both words are the gateway's own. */
function reasonOf(word: string, error: string): string {
  const said = error === '' ? word : `${word} ${error}`;
  return said
    .replace(/[^\x20-\x7e]/g, '?')
    .replace(LIKE_A_NUMBER, '#')
    .slice(0, MAX_REASON);
}

function stateOf(state: number | undefined, word: string): State {
  if (state !== undefined) return STATES[state] ?? 'pending';
  return WORDS.find(([pattern]) => pattern.test(word))?.[1] ?? 'pending';
}

function field(text: string, name: string): string | undefined {
  return new RegExp(`(?:^|\\s)${name}:\\s*(\\S+)`, 'i').exec(text)?.[1];
}

/** Where the text went is the source of its receipt. A number that may be national is left out: it would mislead. */
function recipientOf(pdu: Pdu): string | null {
  const address = (pdu.source_addr ?? '').trim();
  const digits = address.replace(/^(\+|00)/, '');
  if (!/^\d{7,15}$/.test(digits)) return null;
  const international = pdu.source_addr_ton === INTERNATIONAL || digits !== address;
  return international || /^34[679]\d{8}$/.test(digits) ? `+${digits}` : null;
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
