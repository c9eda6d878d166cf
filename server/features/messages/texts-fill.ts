import { isPlaceholder, type Placeholder } from './texts-placeholders.ts';

/** Values for placeholders; `office.name` stands for the field `name` of the field `office`. */
export type TextData = Record<string, unknown>;

/** A stretch of a text. `placeholder` is set where a value stands or will stand, `broken` for braces that mean nothing. */
export interface Piece {
  text: string;
  /** Position of its first letter in the text as written. */
  at: number;
  placeholder: Placeholder | null;
  broken: boolean;
}

/** `{{word}}`, or whatever else has braces: those have no business in a message and are always a slip. */
const BRACES = /\{\{[ ]*([A-Za-z][\w.]*)[ ]*\}\}|\{+[^{}\n]*\}+|[{}]+[\w.]*/g;

/** Takes a text apart at its placeholders. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  const plain = (until: number) => {
    if (until > end) pieces.push({ text: text.slice(end, until), at: end, placeholder: null, broken: false });
  };
  for (const match of text.matchAll(BRACES)) {
    plain(match.index);
    const word = match[1] ?? '';
    const placeholder = isPlaceholder(word) ? word : null;
    pieces.push({ text: match[0], at: match.index, placeholder, broken: placeholder === null });
    end = match.index + match[0].length;
  }
  plain(text.length);
  return pieces;
}

function valueOf(data: TextData, placeholder: Placeholder): string {
  let value: unknown = data;
  for (const step of placeholder.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      throw new Error(`There is no value for {{${placeholder}}}`);
    value = Reflect.get(value, step);
  }
  if (typeof value !== 'string' && typeof value !== 'number')
    throw new Error(`The value for {{${placeholder}}} is no text`);
  return String(value).normalize('NFC');
}

/** The pieces with their values in place. Throws for a broken placeholder, and for one without a value. */
export function filledPieces(text: string, data: TextData): Piece[] {
  return piecesOf(text).map((piece) => {
    if (piece.broken) throw new Error(`Unknown placeholder at ${piece.at}`);
    return piece.placeholder ? { ...piece, text: valueOf(data, piece.placeholder) } : piece;
  });
}

/**
 * The text with its values in place. Values are put in as they are and never looked at again, so that no value can
 * bring placeholders of its own. Throws for a broken placeholder, and for one without a value.
 */
export function fillText(text: string, data: TextData): string {
  return filledPieces(text, data)
    .map((piece) => piece.text)
    .join('');
}

/** The paragraphs of a text: what stands between blank lines. */
export function paragraphsOf(text: string): string[] {
  return text
    .split(/\n[ \t]*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');
}
