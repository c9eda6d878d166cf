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

const ESCAPE = 0x1b;

const CODES: ReadonlyMap<string, readonly number[]> = tableOfCodes();

const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/[’‘‛′]/g, "'"],
  [/[“”„«»″]/g, '"'],
  [/[‐‑‒–—―]/g, '-'],
  [/…/g, '...'],
  [/[\u00A0\u2007\u2009\u202F]/g, ' '],
  [/ŀ/g, 'l·'],
  [/Ŀ/g, 'L·'],
  [/[\u200B\u2060\uFEFF]/g, ''],
  [/\r\n?/g, '\n'],
];

/**
 * Replaces typographic characters by the plain ones that GSM has (’ becomes '), and composes accents (NFC).
 * Accents are never dropped: a letter outside GSM makes the text UCS2 instead.
 */
export function normaliseText(text: string): string {
  return REPLACEMENTS.reduce(
    (result, [pattern, plain]) => result.replace(pattern, plain),
    text.normalize('NFC'),
  );
}

/** GSM 03.38 codes of one character, one octet for each septet, or null when the alphabet lacks it. */
export function gsmCodes(char: string): readonly number[] | null {
  return CODES.get(char) ?? null;
}

/** Characters that force a text into UCS2, each once, in order of appearance; empty when it fits GSM. */
export function charactersOutsideGsm(text: string): string[] {
  return [...new Set(Array.from(normaliseText(text)).filter((char) => !CODES.has(char)))];
}

function tableOfCodes(): Map<string, readonly number[]> {
  const codes = new Map<string, readonly number[]>();
  for (const [code, char] of Array.from(BASIC).entries()) if (code !== ESCAPE) codes.set(char, [code]);
  for (const [char, code] of Object.entries(EXTENSION)) codes.set(char, [ESCAPE, code]);
  return codes;
}
