import type { SmsAlphabet } from '../carriers.ts';

// 3GPP TS 23.038 section 6.2.1: position in the string is the code. U+001B holds the place of the escape.
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001BÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';

// Section 6.2.1.1: each of these follows an escape and so takes two septets.
const EXTENSION: Readonly<Record<string, number>> = {
  '\f': 0x0a,
  '^': 0x14,
  '{': 0x28,
  '}': 0x29,
  '\\': 0x2f,
  '[': 0x3c,
  '~': 0x3d,
  ']': 0x3e,
  '|': 0x40,
  '€': 0x65,
};

// Annex A.2.2: what the Spanish single shift table has above the extension table, whose place it takes.
const SPANISH: Readonly<Record<string, number>> = {
  ç: 0x09,
  Á: 0x41,
  Í: 0x49,
  Ó: 0x4f,
  Ú: 0x55,
  á: 0x61,
  í: 0x69,
  ó: 0x6f,
  ú: 0x75,
};

const ESCAPE = 0x1b;

const TABLES: Readonly<Record<'gsm' | 'gsm-es', ReadonlyMap<string, readonly number[]>>> = {
  gsm: tableOfCodes(EXTENSION),
  'gsm-es': tableOfCodes({ ...EXTENSION, ...SPANISH }),
};

/** The codes of one character, one octet for each septet, or null when the alphabet lacks it. */
export function gsmCodes(char: string, alphabet: 'gsm' | 'gsm-es' = 'gsm'): readonly number[] | null {
  return TABLES[alphabet].get(char) ?? null;
}

/** Each character of the text that the alphabet lacks, once, in order of appearance. UCS-2 lacks none. */
export function charactersOutside(text: string, alphabet: SmsAlphabet): string[] {
  if (alphabet === 'ucs2') return [];
  const table = TABLES[alphabet];
  return [...new Set(text)].filter((char) => !table.has(char));
}

/** How much room a text takes in its alphabet: septets, or units of 16 bits. */
export function unitsOf(text: string, alphabet: SmsAlphabet): number {
  if (alphabet === 'ucs2') return text.length;
  let units = 0;
  for (const char of text) units += codesOf(char, alphabet).length;
  return units;
}

/** The octets of a text in its alphabet: one for each septet, or two for each unit. RangeError for a foreign letter. */
export function octetsOf(text: string, alphabet: SmsAlphabet): Buffer {
  if (alphabet === 'ucs2') return Buffer.from(text, 'utf16le').swap16();
  return Buffer.from(Array.from(text).flatMap((char) => [...codesOf(char, alphabet)]));
}

function codesOf(char: string, alphabet: 'gsm' | 'gsm-es'): readonly number[] {
  const codes = TABLES[alphabet].get(char);
  // A text is only ever given the alphabet that has all its letters: this is our fault, and nothing may be guessed.
  if (!codes) throw new RangeError(`U+${char.codePointAt(0)?.toString(16)} is not in ${alphabet}`);
  return codes;
}

function tableOfCodes(extension: Readonly<Record<string, number>>): Map<string, readonly number[]> {
  const codes = new Map<string, readonly number[]>();
  for (const [code, char] of Array.from(BASIC).entries()) if (code !== ESCAPE) codes.set(char, [code]);
  for (const [char, code] of Object.entries(extension)) codes.set(char, [ESCAPE, code]);
  return codes;
}
