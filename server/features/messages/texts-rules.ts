import { MAX_PARTS } from '../../kernel/carriers.ts';
import { describeText } from '../../kernel/sms-text/encode.ts';
import type { EditableKind } from '../../models/MessageTemplate.ts';
import type { Channel } from '../../models/OutboxMessage.ts';
import { fillText, piecesOf, type Piece, type TextData } from './texts-fill.ts';
import {
  placeholdersFor,
  requiredPlaceholder,
  type Placeholder,
  type TextField,
} from './texts-placeholders.ts';

/** A text as people write it. `subject` is null for a text message. */
export interface Wording {
  subject: string | null;
  body: string;
}

/** Something about a text; `code` is the key of its sentence in the catalogue `texts`, filled with `params`. */
export interface Remark {
  field: TextField;
  code: string;
  params: Record<string, string | number>;
}

export const MAX_LETTERS: Record<Channel, Record<TextField, number>> = {
  sms: { subject: 0, body: 1000 },
  email: { subject: 150, body: 4000 },
};
/** What fits the column of an outgoing subject, and what mail programs still show. */
const MAX_SUBJECT = 200;
/** A text with more parts than this is worth a second look; the urgent ones should be read at a glance. */
const USUAL_PARTS = 3;
const MOST_PROBLEMS = 20;
const URGENT = new Set<EditableKind>(['link', 'pin']);

/** As long as the values can get: the widest columns, the longest dates, and letters that make texts dear. */
const LONG_VALUES: TextData = {
  office: { name: 'í'.repeat(120), phone: '+34 900 000 000 000', address: 'í'.repeat(200) },
  department: 'í'.repeat(80),
  procedure: 'í'.repeat(120),
  when: 'divendres 24 de setembre a les 10.30 h',
  shortWhen: 'dimecres 24/12, 10.30 h',
  time: '10.30 h',
  linkNotice: 'í'.repeat(80),
  link: `https://${'a'.repeat(60)}/v/${'a'.repeat(22)}`,
  pin: '000000',
  pinMinutes: '10',
};

// Line breaks are allowed, other controls and marks that turn the direction of writing are not.
const CONTROL = /(?!\n)\p{Cc}|[\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFFD]|\p{Cs}/u;
const ADDRESS =
  /\b(?:https?:\/\/|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:cat|com|es|org|net|eu|info|io|ly|me|gob|gov|app|link|top|xyz)\b(?:\/\S*)?/i;

/** Line and letter, both from 1, of a position in a text. */
export function placeOf(text: string, at: number): { line: number; column: number } {
  const lines = text.slice(0, at).split('\n');
  return { line: lines.length, column: Array.from(lines.at(-1) ?? '').length + 1 };
}

function bracesProblem(text: string, piece: Piece, kind: EditableKind, channel: Channel, field: TextField) {
  const place = placeOf(text, piece.at);
  if (piece.broken) {
    const word = piece.text.slice(0, 40);
    const wellFormed = /^\{\{ *[A-Za-z][\w.]* *\}\}$/.test(piece.text);
    return { field, code: wellFormed ? 'unknown' : 'malformed', params: { word, ...place } };
  }
  if (piece.placeholder === null || placeholdersFor(kind, channel, field).includes(piece.placeholder))
    return null;
  const secret = piece.placeholder === 'link' || piece.placeholder === 'pin';
  const code = secret ? `${piece.placeholder}Elsewhere` : 'notHere';
  return { field, code, params: { word: `{{${piece.placeholder}}}`, ...place } };
}

/** The first few, each with its place, which costs a walk through the text: nobody reads thousands of them. */
function bracesProblems(text: string, kind: EditableKind, channel: Channel, field: TextField): Remark[] {
  const problems: Remark[] = [];
  for (const piece of piecesOf(text)) {
    if (problems.length >= MOST_PROBLEMS) break;
    const problem = bracesProblem(text, piece, kind, channel, field);
    if (problem) problems.push(problem);
  }
  return problems;
}

function letterProblems(text: string, channel: Channel, field: TextField): Remark[] {
  const problems: Remark[] = [];
  const control = CONTROL.exec(text);
  if (control) {
    const code = (control[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    problems.push({ field, code: 'control', params: { word: `U+${code}`, ...placeOf(text, control.index) } });
  }
  if (field === 'subject' && text.includes('\n')) problems.push({ field, code: 'lines', params: {} });
  const max = MAX_LETTERS[channel][field];
  if (text.length > max) problems.push({ field, code: 'letters', params: { letters: text.length, max } });
  return problems;
}

/** Only of a text whose placeholders are all right. */
function sizeProblems(text: string, channel: Channel, field: TextField): Remark[] {
  const longest = fillText(text, LONG_VALUES);
  if (channel === 'sms') {
    const { segments } = describeText(longest, { spanishShift: false });
    return segments > MAX_PARTS
      ? [{ field, code: 'parts', params: { parts: segments, max: MAX_PARTS } }]
      : [];
  }
  if (field !== 'subject') return [];
  const usual = fillText(text, { ...LONG_VALUES, office: { name: 'n'.repeat(60), phone: '900 000 000' } });
  return usual.length > MAX_SUBJECT ? [{ field, code: 'subjectLong', params: { max: MAX_SUBJECT } }] : [];
}

function fieldProblems(text: string, kind: EditableKind, channel: Channel, field: TextField): Remark[] {
  if (text.trim() === '') return [{ field, code: 'empty', params: {} }];
  const braces = bracesProblems(text, kind, channel, field);
  const problems = [...braces, ...letterProblems(text, channel, field)];
  const required = field === 'body' ? requiredPlaceholder(kind, channel) : null;
  if (required && !piecesOf(text).some(({ placeholder }) => placeholder === required))
    problems.push({ field, code: `${required}Missing`, params: { word: `{{${required}}}` } });
  return problems.length === 0 ? sizeProblems(text, channel, field) : problems;
}

/**
 * Everything for which a text is refused, in the order of the form: each problem with the word and its place. A text
 * without problems can be filled and sent, whatever the values are.
 */
export function problemsOf(wording: Wording, kind: EditableKind, channel: Channel): Remark[] {
  const subject = channel === 'email' ? fieldProblems(wording.subject ?? '', kind, channel, 'subject') : [];
  return [...subject, ...fieldProblems(wording.body, kind, channel, 'body')];
}

function addressWarning(text: string, field: TextField): Remark[] {
  // The link of the placeholder is ours; any other looks like the messages that people are warned about.
  const own = piecesOf(text)
    .filter(({ placeholder }) => placeholder === null)
    .map((piece) => ADDRESS.exec(piece.text)?.[0])
    .find((address) => address !== undefined);
  return own ? [{ field, code: 'address', params: { word: own.slice(0, 60) } }] : [];
}

/**
 * What people should know before they save a text that may be saved: an address that looks like a fraud, more parts than
 * usual. `segments` is what the text takes when filled with the values of the preview.
 */
export function warningsOf(
  wording: Wording,
  kind: EditableKind,
  channel: Channel,
  segments: number,
): Remark[] {
  const warnings = [
    ...addressWarning(wording.subject ?? '', 'subject'),
    ...addressWarning(wording.body, 'body'),
  ];
  if (channel === 'email') return warnings;
  const usual = URGENT.has(kind) ? 1 : USUAL_PARTS;
  if (segments > usual)
    warnings.push({ field: 'body', code: usual === 1 ? 'urgentLong' : 'long', params: { parts: segments } });
  return warnings;
}

/** What people typed, as it is kept: composed letters, one kind of line break, no blanks at the ends. */
export function tidy(text: string): string {
  return (
    text
      .replaceAll(/\r\n?/g, '\n')
      // Looked for where blanks begin only: else a line of many blanks is walked through from each of them.
      .replaceAll(/(?<![ \t])[ \t]+$/gm, '')
      .normalize('NFC')
      .trim()
  );
}

/** The placeholders that people may use in a field, those that it needs first. */
export function offeredPlaceholders(kind: EditableKind, channel: Channel, field: TextField): Placeholder[] {
  const required = requiredPlaceholder(kind, channel);
  const allowed = placeholdersFor(kind, channel, field);
  return [...allowed].sort((a, b) => Number(b === required) - Number(a === required));
}
