import type { SmsAlphabet } from '../carriers.ts';
import { unitsOf } from './tables.ts';

/**
 * What fits into a text that goes alone, and into each part of a long one (3GPP TS 23.040 section 9.2.3.24): 140
 * octets less the header, in septets or in units of 16 bits. The header that announces the Spanish table takes room too.
 */
export const CAPACITY: Readonly<Record<SmsAlphabet, { single: number; part: number }>> = {
  gsm: { single: 160, part: 153 },
  'gsm-es': { single: 155, part: 149 },
  ucs2: { single: 70, part: 67 },
};

const LINK = /(https?:\/\/\S+)/i;
/** Anything beyond western letters and signs may combine with what stands beside it; to look for that is slow. */
const MAY_COMBINE = /[^\n\f -\u02FF\u2010-\u2027\u20A0-\u20BF]/;
const GRAPHEMES = new Intl.Segmenter('und', { granularity: 'grapheme' });

/**
 * Splits a text into parts that fit. What a reader sees as one character stays whole, and so does a web address that
 * fits one part; apart from that every part is filled up.
 */
export function splitText(text: string, alphabet: SmsAlphabet): string[] {
  const { single, part: capacity } = CAPACITY[alphabet];
  if (unitsOf(text, alphabet) <= single) return [text];
  const parts: string[] = [];
  let current = '';
  let used = 0;
  for (const piece of piecesOf(text, alphabet)) {
    const units = unitsOf(piece, alphabet);
    if (used + units > capacity) {
      parts.push(current);
      current = '';
      used = 0;
    }
    current += piece;
    used += units;
  }
  return [...parts, current];
}

/** The text in pieces that may not be torn, none longer than a part. */
function piecesOf(text: string, alphabet: SmsAlphabet): string[] {
  const { part: capacity } = CAPACITY[alphabet];
  return text
    .split(LINK)
    .flatMap((piece, index) =>
      index % 2 === 1 && unitsOf(piece, alphabet) <= capacity ? [piece] : charactersOf(piece, alphabet),
    );
}

function charactersOf(text: string, alphabet: SmsAlphabet): string[] {
  // GSM has no combining marks: each of its characters stands alone.
  if (alphabet !== 'ucs2' || !MAY_COMBINE.test(text)) return Array.from(text);
  return Array.from(GRAPHEMES.segment(text), ({ segment }) => segment).flatMap((whole) =>
    whole.length <= CAPACITY.ucs2.part ? [whole] : Array.from(whole),
  );
}
