const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/\r\n?|[\u2028\u2029]/g, '\n'],
  [/[\t\u00A0\u2000-\u200A\u202F\u205F\u3000]/g, ' '],
  // Invisible: soft hyphen, zero-width space, word joiner, byte order mark, and all controls that say nothing.
  [/[\u00AD\u200B\u2060\uFEFF]|(?![\n\f])\p{Cc}/gu, ''],
  [/[’‘‛′´`]/g, "'"],
  [/[“”„‟«»″‹›]/g, '"'],
  [/[‐‑‒–—―−]/g, '-'],
  [/…/g, '...'],
  [/ﬁ/g, 'fi'],
  [/ﬂ/g, 'fl'],
  [/ŀ/g, 'l·'],
  [/Ŀ/g, 'L·'],
  // Dots that people type for the Catalan «l·l».
  [/(?<=l)[•‧∙⋅](?=l)/gi, '·'],
  [/•/g, '-'],
  [/\p{Surrogate}/gu, '\uFFFD'],
];

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}]/u;
const DIRECTION_MARKS = /[\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/**
 * Replaces typographic characters by the plain ones that GSM has (’ becomes '), drops invisible ones, and composes
 * accents (NFC). Accents are never dropped: a letter outside GSM makes the text UCS-2 instead. Doing it twice changes
 * nothing.
 */
export function normaliseText(text: string): string {
  // Without letters from right to left, the marks only come along when text is copied from a page.
  const marked = text.normalize('NFC');
  const start = RIGHT_TO_LEFT.test(marked) ? marked : marked.replace(DIRECTION_MARKS, '');
  return REPLACEMENTS.reduce((result, [pattern, plain]) => result.replace(pattern, plain), start).normalize(
    'NFC',
  );
}
