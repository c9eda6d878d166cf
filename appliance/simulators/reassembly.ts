import type { Pdu } from 'smpp';
import { decodeBody } from './gsm-decoder.ts';

/** A text as the phone shows it, with what the gateway was told about it. */
export interface SimulatedSms {
  /** E.164 with `+`. */
  to: string;
  from: string;
  text: string;
  segments: number;
  receivedAt: Date;
  validityPeriod: Date | null;
  priority: number;
  reference: number | null;
  dataCoding: number;
  /** The id that was answered for each part, in order. */
  messageIds: string[];
}

interface Part {
  body: Buffer;
  messageId: string;
}

const HAS_HEADER = 0x40;
const CONCATENATION = 0x00;

/** Joins the parts of long messages (3GPP TS 23.040 9.2.3.24.1) as a handset does. */
export class Reassembly {
  readonly #incomplete = new Map<string, Map<number, Part>>();

  /** Takes one part; the whole message once its last part is there, otherwise null. */
  take(pdu: Pdu, messageId: string, receivedAt: Date): SimulatedSms | null {
    const bytes = pdu.short_message ?? Buffer.alloc(0);
    if (!((pdu.esm_class ?? 0) & HAS_HEADER)) return whole(pdu, [{ body: bytes, messageId }], receivedAt);
    const { reference, total, number, body } = readHeader(bytes);
    const key = `${pdu.source_addr}>${pdu.destination_addr}#${reference}/${total}`;
    const parts = this.#incomplete.get(key) ?? new Map<number, Part>();
    parts.set(number, { body, messageId });
    this.#incomplete.set(key, parts);
    if (parts.size < total) return null;
    this.#incomplete.delete(key);
    const ordered = [...parts].sort(([a], [b]) => a - b).map(([, part]) => part);
    return whole(pdu, ordered, receivedAt);
  }
}

function readHeader(bytes: Buffer): { reference: number; total: number; number: number; body: Buffer } {
  const [length = 0, kind, , reference = 0, total = 1, number = 1] = bytes;
  const body = bytes.subarray(length + 1);
  return kind === CONCATENATION
    ? { reference, total, number, body }
    : { reference: 0, total: 1, number: 1, body };
}

function whole(pdu: Pdu, parts: Part[], receivedAt: Date): SimulatedSms {
  const dataCoding = pdu.data_coding ?? 0;
  return {
    to: pdu.dest_addr_ton === 1 ? `+${pdu.destination_addr}` : (pdu.destination_addr ?? ''),
    from: pdu.source_addr ?? '',
    // Each part is decoded alone: a character torn between two parts must show as torn.
    text: parts.map((part) => decodeBody(part.body, dataCoding)).join(''),
    segments: parts.length,
    receivedAt,
    validityPeriod: pdu.validity_period instanceof Date ? pdu.validity_period : null,
    priority: pdu.priority_flag ?? 0,
    reference: pdu.user_message_reference ?? null,
    dataCoding,
    messageIds: parts.map((part) => part.messageId),
  };
}
