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

/** By UTF-16 unit: the code, with the escape in the high octet where one is needed, or ABSENT. */
type Table = Uint16Array;
/** No code: the escape stands for no letter. */
const ABSENT = ESCAPE;

const TABLES: Readonly<Record<'gsm' | 'gsm-es', Table>> = {
  gsm: tableOfCodes(EXTENSION),
  'gsm-es': tableOfCodes({ ...EXTENSION, ...SPANISH }),
};

/** The codes of one character, one octet for each septet, or null when the alphabet lacks it. */
export function gsmCodes(char: string, alphabet: 'gsm' | 'gsm-es' = 'gsm'): readonly number[] | null {
  // All letters of both tables are one unit long; a longer character has a surrogate first, which is in neither.
  const code = TABLES[alphabet][char.charCodeAt(0)] ?? ABSENT;
  if (code === ABSENT) return null;
  return code > 0xff ? [ESCAPE, code & 0xff] : [code];
}

/** Each character of the text that the alphabet lacks, once, in order of appearance. UCS-2 lacks none. */
export function charactersOutside(text: string, alphabet: SmsAlphabet): string[] {
  if (alphabet === 'ucs2' || fits(text, TABLES[alphabet])) return [];
  return [...new Set(text)].filter((char) => gsmCodes(char, alphabet) === null);
}

/** How much room a text takes in its alphabet: septets, or units of 16 bits. */
export function unitsOf(text: string, alphabet: SmsAlphabet): number {
  if (alphabet === 'ucs2') return text.length;
  let units = 0;
  for (let at = 0; at < text.length; at += 1) units += codeAt(text, at, alphabet) > 0xff ? 2 : 1;
  return units;
}

/** The octets of a text in its alphabet: one for each septet, or two for each unit. RangeError for a foreign letter. */
export function octetsOf(text: string, alphabet: SmsAlphabet): Buffer {
  if (alphabet === 'ucs2') return Buffer.from(text, 'utf16le').swap16();
  const octets = Buffer.alloc(2 * text.length);
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = codeAt(text, at, alphabet);
    if (code > 0xff) octets[length++] = ESCAPE;
    octets[length++] = code & 0xff;
  }
  return octets.subarray(0, length);
}

function fits(text: string, table: Table): boolean {
  for (let at = 0; at < text.length; at += 1) if (table[text.charCodeAt(at)] === ABSENT) return false;
  return true;
}

function codeAt(text: string, at: number, alphabet: 'gsm' | 'gsm-es'): number {
  const code = TABLES[alphabet][text.charCodeAt(at)] ?? ABSENT;
  // A text is only ever given the alphabet that has all its letters: this is our fault, and nothing may be guessed.
  if (code === ABSENT) throw new RangeError(`U+${text.codePointAt(at)?.toString(16)} is not in ${alphabet}`);
  return code;
}

function tableOfCodes(extension: Readonly<Record<string, number>>): Table {
  const table = new Uint16Array(0x10000).fill(ABSENT);
  for (const [code, char] of Array.from(BASIC).entries())
    if (code !== ESCAPE) table[char.charCodeAt(0)] = code;
  for (const [char, code] of Object.entries(extension)) table[char.charCodeAt(0)] = (ESCAPE << 8) | code;
  return table;
}
