import { MAX_PARTS, type EncodedText, type SmsAlphabet } from '../carriers.ts';
import { normaliseText } from './normalise.ts';
import { CAPACITY, splitText } from './split.ts';
import { charactersOutside, unitsOf } from './tables.ts';

/*
 * What a text costs on air is a matter of the text alone, so this folder is of the kernel: the editor of texts tells
 * it while one writes, the engine fixes it when it first sends, and the adapter only makes octets of it.
 */

export interface EncodingOptions {
  /** May the Spanish single shift table be used? Only where the operator confirmed it for every link. */
  spanishShift: boolean;
}

/** What a text will cost, for the one who writes it. */
export interface TextDescription {
  alphabet: SmsAlphabet;
  /** How many parts it takes. May be more than can be sent, see `MAX_PARTS`. */
  segments: number;
  /** Room taken in all its parts: septets, or units of 16 bits. */
  used: number;
  /** What still fits into the last part. */
  left: number;
  /** Characters for which UCS-2 is needed, each once; empty otherwise. */
  forcing: string[];
}

/**
 * Normalises a text and splits it for the air in the cheapest alphabet that has all its letters. The same text always
 * gives the same parts. Throws RangeError when it takes more than `MAX_PARTS`.
 */
export function encodeText(text: string, options: EncodingOptions): EncodedText {
  const clean = normaliseText(text);
  return encodeAs(clean, alphabetFor(clean, options));
}

/** The same characters as UCS-2, for a gateway that refused the alphabet. RangeError beyond `MAX_PARTS`. */
export function recodeAsUcs2(parts: readonly string[]): EncodedText {
  return encodeAs(parts.join(''), 'ucs2');
}

/** Characters that GSM without shift table lacks, each once, in order of appearance; empty when the text fits it. */
export function charactersOutsideGsm(text: string): string[] {
  return charactersOutside(normaliseText(text), 'gsm');
}

/** Says what a text costs, however long it is. */
export function describeText(text: string, options: EncodingOptions): TextDescription {
  const clean = normaliseText(text);
  const alphabet = alphabetFor(clean, options);
  const parts = splitText(clean, alphabet);
  const { single, part } = CAPACITY[alphabet];
  const widest = options.spanishShift ? 'gsm-es' : 'gsm';
  return {
    alphabet,
    segments: parts.length,
    used: unitsOf(clean, alphabet),
    left: (parts.length === 1 ? single : part) - unitsOf(parts.at(-1) ?? '', alphabet),
    forcing: charactersOutside(clean, widest),
  };
}

function alphabetFor(clean: string, { spanishShift }: EncodingOptions): SmsAlphabet {
  if (charactersOutside(clean, 'gsm').length === 0) return 'gsm';
  return spanishShift && charactersOutside(clean, 'gsm-es').length === 0 ? 'gsm-es' : 'ucs2';
}

function encodeAs(clean: string, alphabet: SmsAlphabet): EncodedText {
  const parts = splitText(clean, alphabet);
  if (parts.length > MAX_PARTS) throw new RangeError(`text needs ${parts.length} parts`);
  return { alphabet, parts };
}
