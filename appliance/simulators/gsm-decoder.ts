// A table of its own, written row by row from 3GPP TS 23.038, so that an error in the server's table shows.
const ROWS = [
  '@£$¥èéùìòÇ\nØø\rÅå',
  'Δ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ',
  ' !"#¤%&\'()*+,-./',
  '0123456789:;<=>?',
  '¡ABCDEFGHIJKLMNO',
  'PQRSTUVWXYZÄÖÑÜ§',
  '¿abcdefghijklmno',
  'pqrstuvwxyzäöñüà',
];

// What follows an escape, in the same rows of sixteen; a dot stands where the table has nothing.
const DEFAULT_EXTENSION = [
  '..........\f.....',
  '....^...........',
  '........{}.....\\',
  '............[~].',
  '|...............',
  '................',
  '.....€..........',
  '................',
];
// Annex A.2.2, national language identifier 2.
const SPANISH_SHIFT = [
  '.........ç\f.....',
  '....^...........',
  '........{}.....\\',
  '............[~].',
  '|Á.......Í.....Ó',
  '.....Ú..........',
  '.á...€...í.....ó',
  '.....ú..........',
];

const ESCAPE = 0x1b;
const NOTHING = '.';
const UNREADABLE = '\uFFFD';
const HAS_HEADER = 0x40;
const SINGLE_SHIFT = 0x24;
const SPANISH = 2;

/** User data as a phone takes it apart (3GPP TS 23.040 section 9.2.3.24). */
export interface UserData {
  /** Information elements of the header, by identifier. */
  elements: Map<number, Buffer>;
  body: Buffer;
  /** The header asks for the Spanish single shift table. */
  spanish: boolean;
}

/** Separates the header, if `esm_class` announces one, from the body. */
export function readUserData(bytes: Buffer, esmClass: number): UserData {
  const elements = new Map<number, Buffer>();
  if (!(esmClass & HAS_HEADER)) return { elements, body: bytes, spanish: false };
  const end = 1 + (bytes[0] ?? 0);
  for (let at = 1; at + 1 < end;) {
    const next = at + 2 + (bytes[at + 1] ?? 0);
    elements.set(bytes[at] ?? 0, bytes.subarray(at + 2, Math.min(next, end)));
    at = next;
  }
  return { elements, body: bytes.subarray(end), spanish: elements.get(SINGLE_SHIFT)?.[0] === SPANISH };
}

/** Text of unpacked GSM 03.38 septets; what no phone could show becomes U+FFFD. */
export function decodeGsm(bytes: Buffer, spanish = false): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 1) {
    const code = bytes[index] ?? 0;
    if (code === ESCAPE) {
      index += 1;
      text += afterEscape(bytes[index] ?? 0, spanish ? SPANISH_SHIFT : DEFAULT_EXTENSION);
    } else text += ROWS[code >> 4]?.[code & 15] ?? UNREADABLE;
  }
  return text;
}

function afterEscape(code: number, rows: string[]): string {
  const char = rows[code >> 4]?.[code & 15] ?? NOTHING;
  return char === NOTHING ? UNREADABLE : char;
}

/** Text of a message body by its `data_coding`: 0 is GSM, 8 is UCS2, 1 and 3 are ASCII and Latin-1. */
export function decodeBody(bytes: Buffer, dataCoding: number, spanish = false): string {
  if (dataCoding === 0) return decodeGsm(bytes, spanish);
  if (dataCoding === 8) return Buffer.from(bytes).swap16().toString('utf16le');
  return bytes.toString('latin1');
}
