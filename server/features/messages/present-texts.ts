import type { Locale } from '../../kernel/locale.ts';
import { LOCALES } from '../../kernel/locale.ts';
import type { Templates } from '../../kernel/ports.ts';
import type { EditableKind } from '../../models/MessageTemplate.ts';
import { CHANNELS, type Channel } from '../../models/OutboxMessage.ts';
import type { SmsPreview, TextCell, TextPreview, TextsPage } from './pages.ts';
import type { DearCharacter, SmsCost } from './texts-cost.ts';
import type { Draft } from './texts-draft.ts';
import { TEXT_KINDS } from './texts-placeholders.ts';
import type { Remark } from './texts-rules.ts';

/** Who reads the page, and in which language. */
export interface Reader {
  templates: Templates;
  locale: Locale;
}

/** Shown where a sentence explains how data are written; braces of its own a catalogue cannot hold. */
const EXAMPLE = '{{office.name}}';

/** A sentence of the catalogue `texts` in the reader's language. */
export function say(reader: Reader, key: string, params: Record<string, unknown> = {}): string {
  return reader.templates.text(`texts:${key}`, reader.locale, params);
}

/** Where a text is edited. `office` is the slug of the office whose own edition it is, `''` for the department's. */
export function textPath(
  channel: Channel,
  kind: EditableKind,
  locale: Locale,
  office = '',
  rest = '',
): string {
  const query = office ? `?office=${encodeURIComponent(office)}` : '';
  return `/administration/texts/${channel}/${kind}/${locale}${rest}${query}`;
}

/** `Confirmació · SMS · Català`. */
export function textName(reader: Reader, channel: Channel, kind: EditableKind, locale: Locale): string {
  const label = (key: string) => reader.templates.text(`labels:${key}`, reader.locale);
  return `${say(reader, `kind.${kind}`)} · ${label(`channel.${channel}`)} · ${label(`language.${locale}`)}`;
}

/** A problem or warning as a sentence. */
export function remarkText(reader: Reader, type: 'problem' | 'warning', remark: Remark): string {
  const code = remark.code === 'empty' && remark.field === 'subject' ? 'emptySubject' : remark.code;
  return say(reader, `${type}.${code}`, { ...remark.params, example: EXAMPLE });
}

function letterText(reader: Reader, { char, word, placeholder, instead }: DearCharacter): string {
  const where = word === char ? 'alone' : 'word';
  const label = placeholder && say(reader, `placeholder.${placeholder}`);
  const place = say(reader, `letter.${where}`, { char, word });
  if (label) return `${place} ${say(reader, 'letter.value', { label })}`;
  if (instead.length === 0) return place;
  return `${place} ${say(reader, 'letter.instead', { words: instead.map((one) => `«${one}»`).join(', ') })}`;
}

function presentSms(reader: Reader, cost: SmsCost, sender: string): SmsPreview {
  const { segments, characters, left, alphabet } = cost;
  return {
    sender,
    stretches: cost.stretches,
    counter: say(reader, 'counter', { count: characters, sms: say(reader, 'price', { count: segments }) }),
    alphabet: say(reader, `alphabet.${alphabet}`),
    room: say(reader, 'room', { count: left }),
    dear: alphabet === 'ucs2',
    letters: cost.dear.map((letter) => letterText(reader, letter)),
  };
}

/** How a draft arrives, or what is wrong with it. `sender` is who a text message comes from. */
export function presentPreview(
  reader: Reader,
  channel: Channel,
  locale: Locale,
  draft: Draft,
  sender: string,
): TextPreview {
  const problems = draft.problems.map((problem) => remarkText(reader, 'problem', problem));
  const sms = draft.sms && presentSms(reader, draft.sms, sender);
  const ready = sms?.counter ?? (draft.mail ? say(reader, 'mailReady') : '');
  return {
    channel,
    locale,
    problems,
    warnings: draft.warnings.map((warning) => remarkText(reader, 'warning', warning)),
    sms,
    mail: draft.mail && { subject: draft.mail.subject },
    announcement: problems.length > 0 ? say(reader, 'problems', { count: problems.length }) : ready,
  };
}

/** What the overview knows of one text. */
export interface OverviewText {
  channel: Channel;
  kind: EditableKind;
  locale: Locale;
  changed: boolean;
  /** Names of the offices with an edition of their own. */
  offices: string[];
  /** Parts it takes with plain values; null for e-mails. */
  segments: number | null;
}

function presentCell(reader: Reader, text: OverviewText): TextCell {
  const { channel, kind, locale, changed, offices, segments } = text;
  return {
    code: locale,
    languageLabel: reader.templates.text(`labels:language.${locale}`, reader.locale),
    href: textPath(channel, kind, locale),
    changed,
    stateLabel: say(reader, changed ? 'state.changed' : 'state.shipped'),
    officesLabel: offices.length > 0 ? say(reader, 'state.offices', { count: offices.length }) : null,
    officeNames: offices.join(', '),
    costLabel: segments === null ? null : say(reader, 'price', { count: segments }),
    dear: (segments ?? 1) > 1,
  };
}

/** The table of all texts. */
export function presentTexts(
  reader: Reader,
  texts: OverviewText[],
  dearOffices: { name: string; letters: string[] }[],
): TextsPage {
  const label = (key: string) => reader.templates.text(`labels:${key}`, reader.locale);
  return {
    channels: CHANNELS.map((channel) => ({
      channel,
      label: say(reader, `channel.${channel}`),
      languages: LOCALES.map((code) => ({ code, label: label(`language.${code}`) })),
      rows: TEXT_KINDS[channel].map((kind) => ({
        label: say(reader, `kind.${kind}`),
        hint: say(reader, `kindHint.${kind}`),
        cells: texts
          .filter((text) => text.channel === channel && text.kind === kind)
          .map((text) => presentCell(reader, text)),
      })),
    })),
    dearOffices: dearOffices.map(({ name, letters }) => ({ name, letters: letters.join(' ') })),
  };
}
