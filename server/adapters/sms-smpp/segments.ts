import type { EncodedText } from '../../kernel/carriers.ts';
import { octetsOf } from '../../kernel/sms-text/tables.ts';

/** SMPP `data_coding`: 0 is the network's default alphabet (GSM 03.38), 8 is UCS-2. */
export type DataCoding = 0 | 8;

/**
 * How the parts of a long text are marked as belonging together: a user data header in each (`udh`), the optional
 * parameters `sar_*` from which the gateway makes that header (`sar`), or one request from which it makes the parts
 * (`payload`).
 */
export type LongTextMode = 'udh' | 'sar' | 'payload';

/** What one `submit_sm` says about its text. */
export interface SubmitBody {
  /** Positions (from 0) of the parts that it carries: one, or all of a long text that the gateway splits. */
  positions: number[];
  /** 0x40 announces a user data header, 0 has none. */
  esmClass: 0 | 0x40;
  dataCoding: DataCoding;
  /** `short_message`; empty when the octets travel as `message_payload`. */
  shortMessage: Buffer;
  /** `message_payload`. */
  payload?: Buffer;
  /** `sar_msg_ref_num`, `sar_total_segments` and `sar_segment_seqnum`, the last from 1. */
  sar?: { reference: number; total: number; number: number };
}

export interface LongText {
  mode: LongTextMode;
  /** Same at each try; its low 8 bits (`udh`) or 16 (`sar`) tell the long texts of a sender to a phone apart. */
  reference: number;
}

const HAS_HEADER = 0x40;
/** 3GPP TS 23.040 section 9.2.3.24.1: concatenation with an 8-bit reference. */
const CONCATENATION = 0x00;
/** Section 9.2.3.24.15: national language single shift, and Spanish in the table of 3GPP TS 23.038 section 6.2.1.2.4. */
const SINGLE_SHIFT = 0x24;
const SPANISH = 0x02;

/**
 * The requests that carry a text, in order. The same text and reference give the same octets at each try. `payload`
 * gives one request; the others one for each part.
 */
export function submitBodies(text: EncodedText, long: LongText): SubmitBody[] {
  if (text.parts.length > 1 && long.mode === 'payload') return [payloadBody(text)];
  return text.parts.map((_, position) => submitBody(text, position, long));
}

/** The request that carries the part at a position; with `payload` the only one, which carries all of them. */
export function submitBody(text: EncodedText, position: number, { mode, reference }: LongText): SubmitBody {
  const total = text.parts.length;
  if (total > 1 && mode === 'payload') return payloadBody(text);
  const inHeader = total > 1 && mode === 'udh';
  const concatenation = inHeader ? [CONCATENATION, 3, reference & 0xff, total, position + 1] : [];
  const { esmClass, octets } = withHeader(
    [...concatenation, ...shift(text)],
    text.parts[position] ?? '',
    text,
  );
  return {
    positions: [position],
    esmClass,
    dataCoding: dataCodingOf(text),
    shortMessage: octets,
    ...(total > 1 && mode === 'sar'
      ? { sar: { reference: reference & 0xffff, total, number: position + 1 } }
      : {}),
  };
}

function payloadBody(text: EncodedText): SubmitBody {
  const { esmClass, octets } = withHeader(shift(text), text.parts.join(''), text);
  return {
    positions: [...text.parts.keys()],
    esmClass,
    dataCoding: dataCodingOf(text),
    shortMessage: Buffer.alloc(0),
    payload: octets,
  };
}

function withHeader(
  elements: number[],
  characters: string,
  { alphabet }: EncodedText,
): { esmClass: 0 | 0x40; octets: Buffer } {
  const octets = octetsOf(characters, alphabet);
  if (elements.length === 0) return { esmClass: 0, octets };
  return {
    esmClass: HAS_HEADER,
    octets: Buffer.concat([Buffer.from([elements.length, ...elements]), octets]),
  };
}

/** A phone reads the Spanish table only in parts whose header asks for it. */
function shift({ alphabet }: EncodedText): number[] {
  return alphabet === 'gsm-es' ? [SINGLE_SHIFT, 1, SPANISH] : [];
}

function dataCodingOf({ alphabet }: EncodedText): DataCoding {
  return alphabet === 'ucs2' ? 8 : 0;
}
