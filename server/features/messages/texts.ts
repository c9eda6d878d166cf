import { QueryTypes } from 'sequelize';
import type { Locale } from '../../kernel/locale.ts';
import type { Deps } from '../../models/deps.ts';
import type { EditableKind } from '../../models/MessageTemplate.ts';
import type { Channel } from '../../models/OutboxMessage.ts';
import { fillText, paragraphsOf, type TextData } from './texts-fill.ts';
import { problemsOf, type Wording } from './texts-rules.ts';

/** Which text: `officeId` null for the department's. */
export interface TextKey {
  kind: EditableKind;
  channel: Channel;
  locale: Locale;
  officeId: number | null;
}

/** An edition that counts, with its row. */
export interface Edition extends Wording {
  id: number;
  officeId: number | null;
}

/** The editions that count for a batch of messages, as of when they were loaded. */
export interface Texts {
  /** The office's own edition, else the department's, else null: the shipped text counts. */
  resolve(key: TextKey): Edition | null;
}

type NewestRow = Edition & { kind: EditableKind; channel: Channel; locale: Locale };

/** MAX(id) by key is one hop per group through `message_templates_newest`. */
const NEWEST = `SELECT t.id, t.kind, t.channel, t.locale, t.office_id AS officeId, t.subject, t.body
  FROM message_templates t JOIN (
    SELECT MAX(id) AS id FROM message_templates
    WHERE kind IN (:kinds) AND channel IN (:channels) AND locale IN (:locales)
      AND (office_id IS NULL OR office_id IN (:offices))
    GROUP BY kind, channel, locale, office_id
  ) newest ON newest.id = t.id
  WHERE t.body IS NOT NULL`;

const nameOf = ({ kind, channel, locale, officeId }: TextKey) =>
  `${kind}.${channel}.${locale}.${officeId ?? 'all'}`;

/** What is in force for these keys: the editions in a map that answers by office and then by department. */
function textsFrom(rows: NewestRow[]): Texts {
  const editions = new Map(rows.map((row) => [nameOf(row), row]));
  return {
    resolve: (key) => editions.get(nameOf(key)) ?? editions.get(nameOf({ ...key, officeId: null })) ?? null,
  };
}

/**
 * Loads the editions that a batch of messages needs, in one query and always from the database: an edition saved on
 * another replica counts for the next batch here. With nothing wanted there is no query.
 */
export async function loadTexts(deps: Pick<Deps, 'sequelize'>, wanted: readonly TextKey[]): Promise<Texts> {
  const every = <Value>(pick: (key: TextKey) => Value) => [...new Set(wanted.map(pick))];
  const [kinds, channels, locales] = [
    every((key) => key.kind),
    every((key) => key.channel),
    every((key) => key.locale),
  ];
  if (wanted.length === 0) return textsFrom([]);
  // No office has the number 0; an empty list would be no SQL.
  const offices = [0, ...every((key) => key.officeId).filter((id) => id !== null)];
  const rows = await deps.sequelize.query<NewestRow>(NEWEST, {
    replacements: { kinds, channels, locales, offices },
    type: QueryTypes.SELECT,
  });
  return textsFrom(rows);
}

/** The text that the product ships, with its placeholders. */
export function shippedText(deps: Pick<Deps, 'templates'>, key: Omit<TextKey, 'officeId'>): Wording {
  const { kind, channel, locale } = key;
  if (channel === 'sms')
    return { subject: null, body: deps.templates.source(`sms/${kind}.${locale}`).trim() };
  const text = (name: string) => deps.templates.rawText(`messages:email.${kind}.${name}`, locale);
  return { subject: text('subject'), body: text('intro') };
}

/** A text with its values, as it is sent: what a text message says, or subject and introduction of an e-mail. */
export interface FilledText {
  subject: string;
  body: string;
  paragraphs: string[];
}

/** A text with values in the place of its placeholders. Throws for one that breaks the rules. */
export function fillWording({ subject, body }: Wording, data: TextData): FilledText {
  return {
    subject: fillText(subject ?? '', data),
    body: fillText(body, data).trim(),
    // Each is filled by itself, so that a value with blank lines makes no paragraphs of its own; texts need none.
    get paragraphs() {
      return paragraphsOf(body).map((paragraph) => fillText(paragraph, data));
    },
  };
}

/**
 * The text that counts, filled in. An edition that no longer holds to the rules (a newer version may know other
 * placeholders) is reported and the shipped text sent in its place: a message that says less than it could is better than
 * none.
 */
export function filledText(
  deps: Pick<Deps, 'templates' | 'log'>,
  texts: Texts,
  key: TextKey,
  data: TextData,
): FilledText {
  const edition = texts.resolve(key);
  if (edition && problemsOf(edition, key.kind, key.channel).length === 0) return fillWording(edition, data);
  if (edition)
    deps.log.error({ edition: edition.id }, 'an edited text is not usable; the shipped one is sent');
  return fillWording(shippedText(deps, key), data);
}
