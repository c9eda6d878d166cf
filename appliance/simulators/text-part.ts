import type { Pdu } from 'smpp';
import { decodeBody, readUserData, type UserData } from './gsm-decoder.ts';

/** Which part of a long text something is. */
export interface PartOfText {
  reference: number;
  total: number;
  /** From 1. */
  number: number;
}

/** What one submit says, without its headers. */
export interface TextPart {
  /** Null when the text is whole. */
  part: PartOfText | null;
  text: string;
}

const CONCATENATION_8 = 0x00;
const CONCATENATION_16 = 0x08;
const UCS2 = 8;

/** Reads text and concatenation of a submit: from its header, from `sar_*` parameters, or from `message_payload`. */
export function readPart(pdu: Pdu): TextPart {
  const short = pdu.short_message ?? Buffer.alloc(0);
  const bytes = short.length > 0 ? short : (pdu.message_payload ?? short);
  const data = readUserData(bytes, pdu.esm_class ?? 0);
  // Each part is decoded alone: a character torn between two parts must show as torn.
  return { part: partByHeader(data) ?? partByParameters(pdu), text: textOf(data, pdu.data_coding ?? 0) };
}

function textOf({ body, spanish }: UserData, dataCoding: number): string {
  const torn = dataCoding === UCS2 && body.length % 2 === 1;
  const text = decodeBody(torn ? body.subarray(0, -1) : body, dataCoding, spanish);
  return torn ? `${text}\uFFFD` : text;
}

function partByHeader({ elements }: UserData): PartOfText | null {
  const [short, long] = [elements.get(CONCATENATION_8), elements.get(CONCATENATION_16)];
  if (short?.length === 3) return partOf(short[0], short[1], short[2]);
  return long?.length === 4 ? partOf(long.readUInt16BE(0), long[2], long[3]) : null;
}

function partByParameters(pdu: Pdu): PartOfText | null {
  const { sar_msg_ref_num: reference, sar_total_segments: total, sar_segment_seqnum: number } = pdu;
  return reference === undefined ? null : partOf(reference, total, number);
}

function partOf(reference = 0, total = 1, number = 1): PartOfText | null {
  return total > 1 ? { reference, total, number } : null;
}
