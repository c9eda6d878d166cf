import type { Pdu } from 'smpp';
import type { TextPart } from './text-part.ts';

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

interface Piece {
  text: string;
  messageId: string;
}

/** Joins the parts of long messages (3GPP TS 23.040 9.2.3.24.1, SMPP 3.4 5.3.2.22) as a handset does. */
export class Reassembly {
  readonly #incomplete = new Map<string, Map<number, Piece>>();

  /** Takes one part; the whole message once its last part is there, otherwise null. */
  take(pdu: Pdu, { part, text }: TextPart, messageId: string, receivedAt: Date): SimulatedSms | null {
    if (!part) return whole(pdu, [{ text, messageId }], receivedAt);
    const key = `${pdu.source_addr}>${pdu.destination_addr}#${part.reference}/${part.total}`;
    const pieces = this.#incomplete.get(key) ?? new Map<number, Piece>();
    pieces.set(part.number, { text, messageId });
    this.#incomplete.set(key, pieces);
    if (pieces.size < part.total) return null;
    this.#incomplete.delete(key);
    const ordered = [...pieces].toSorted(([a], [b]) => a - b).map(([, piece]) => piece);
    return whole(pdu, ordered, receivedAt);
  }
}

/** Who a submit is for, in E.164 with `+` when it says that the number is international. */
export function destinationOf(pdu: Pdu): string {
  return pdu.dest_addr_ton === 1 ? `+${pdu.destination_addr}` : (pdu.destination_addr ?? '');
}

function whole(pdu: Pdu, pieces: Piece[], receivedAt: Date): SimulatedSms {
  return {
    to: destinationOf(pdu),
    from: pdu.source_addr ?? '',
    text: pieces.map(({ text }) => text).join(''),
    segments: pieces.length,
    receivedAt,
    validityPeriod: validUntil(pdu),
    priority: pdu.priority_flag ?? 0,
    reference: pdu.user_message_reference ?? null,
    dataCoding: pdu.data_coding ?? 0,
    messageIds: pieces.map(({ messageId }) => messageId),
  };
}

/** The end of a submit's validity, where it names an instant. */
export function validUntil(pdu: Pdu): Date | null {
  return pdu.validity_period instanceof Date ? pdu.validity_period : null;
}
