import type { Locale } from '../../kernel/locale.ts';
import { describeText, type TextDescription } from '../../kernel/sms-text/encode.ts';
import { normaliseText } from '../../kernel/sms-text/normalise.ts';
import type { Piece } from './texts-fill.ts';
import type { Placeholder } from './texts-placeholders.ts';
import { plainWords } from './texts-plain-words.ts';

/** A stretch of the text as it arrives; `forcing` when it makes the whole text dear. */
export interface Stretch {
  text: string;
  forcing: boolean;
}

/** A character that makes the text dear, where it stands, and what could stand there instead. */
export interface DearCharacter {
  char: string;
  /** The whole word. */
  word: string;
  /** The placeholder that brought it; null when it is in the text as written. */
  placeholder: Placeholder | null;
  /** Words, or one character, that say the same and cost nothing; often none. */
  instead: string[];
}

/** A text message as it arrives, and what it costs. */
export interface SmsCost extends TextDescription {
  text: string;
  stretches: Stretch[];
  dear: DearCharacter[];
  /** Characters as people count them. */
  characters: number;
}

const LETTER = /[\p{L}\p{M}\p{N}·'’-]/u;

/** The word around a position, or the character itself where there is no word. */
function wordAt(letters: string[], at: number): string {
  let [from, to] = [at, at];
  while (from > 0 && LETTER.test(letters[from - 1] ?? '')) from -= 1;
  while (to < letters.length && LETTER.test(letters[to] ?? '')) to += 1;
  return letters.slice(from, Math.max(to, at + 1)).join('');
}

/** For each letter of the pieces, the placeholder that brought it. */
function originsOf(pieces: Piece[]): (Placeholder | null)[] {
  return pieces.flatMap((piece) => Array.from(piece.text, () => piece.placeholder));
}

function stretchesOf(letters: string[], isForcing: (letter: string) => boolean): Stretch[] {
  const stretches: Stretch[] = [];
  for (const text of letters) {
    const [forcing, last] = [isForcing(text), stretches.at(-1)];
    if (last?.forcing === forcing) last.text += text;
    else stretches.push({ text, forcing });
  }
  return stretches;
}

/** Says what a filled text costs, and which of its characters make it dear. Characters of one word are told once each. */
export function costOf(pieces: Piece[], spanishShift: boolean, locale: Locale): SmsCost {
  const text = pieces.map((piece) => piece.text).join('');
  const description = describeText(text, { spanishShift });
  const letters = Array.from(text);
  const origins = originsOf(pieces);
  const forcing = new Set(description.forcing);
  const isForcing = (letter: string) => Array.from(normaliseText(letter)).some((char) => forcing.has(char));
  const dear = new Map<string, DearCharacter>();
  for (const [at, char] of letters.entries()) {
    if (!isForcing(char)) continue;
    const [word, placeholder] = [wordAt(letters, at), origins[at] ?? null];
    const key = `${char} ${word} ${placeholder}`;
    if (!dear.has(key)) dear.set(key, { char, word, placeholder, instead: plainWords(word, char, locale) });
  }
  const clean = normaliseText(text);
  return {
    ...description,
    text,
    stretches: stretchesOf(letters, isForcing),
    dear: [...dear.values()],
    characters: Array.from(clean).length,
  };
}
