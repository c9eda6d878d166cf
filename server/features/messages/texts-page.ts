import { LOCALES, type Locale } from '../../kernel/locale.ts';
import { addMinutes } from '../../kernel/clock.ts';
import { describeText } from '../../kernel/sms-text/encode.ts';
import type { Deps } from '../../models/deps.ts';
import type { Office } from '../../models/Office.ts';
import { CHANNELS } from '../../models/OutboxMessage.ts';
import type { FormState } from '../../kernel/page.ts';
import type { TextPage, TextPreview, TextsPage, TextTestState } from './pages.ts';
import { presentText, type TextView } from './present-text.ts';
import { presentPreview, presentTexts, type OverviewText, type Reader } from './present-texts.ts';
import { senderOf, settingsSender } from './senders.ts';
import { draftOf, type Draft } from './texts-draft.ts';
import { historyOf, officesForTexts, officesWithEditions, type HistoryRow } from './texts-editions.ts';
import { TEXT_KINDS } from './texts-placeholders.ts';
import type { Wording } from './texts-rules.ts';
import { loadTexts, shippedText, type TextKey } from './texts.ts';

/** One text as an address names it, with the offices there are. */
export interface Target {
  key: TextKey;
  offices: Office[];
  office: Office | null;
  /** With whose data the preview is filled. */
  as: Office | null;
}

/** What a page of one text shows besides what the database says. */
export interface Shown {
  /** A text that is not saved; without it what counts is shown. */
  typed?: FormState;
  /** The edition one started from, where that is not the newest. */
  base?: number;
  stale?: boolean;
  testForm?: FormState;
  testState?: TextTestState | null;
}

const fresh = (values: Record<string, string> = {}): FormState => ({ values, errors: {}, summary: [] });

/** What counts when this very text has no edition: the department's, or what is shipped. */
export async function inheritedText(deps: Deps, key: TextKey): Promise<Wording & { edited: boolean }> {
  const above = { ...key, officeId: null };
  const texts = key.officeId === null ? null : await loadTexts(deps, [above]);
  const edition = texts?.resolve(above);
  if (edition) return { subject: edition.subject, body: edition.body, edited: true };
  return { ...shippedText(deps, key), edited: false };
}

/** Who a text message of this office comes from. */
async function senderAddress(deps: Deps, office: Office | null): Promise<string> {
  const own = office && (await senderOf(deps, [office.id])).get(office.id);
  return (own ?? settingsSender(deps)).address;
}

/** A draft of this text, filled and presented. */
export async function previewOf(
  deps: Deps,
  reader: Reader,
  { key, as }: Target,
  wording: Wording,
): Promise<{ draft: Draft; preview: TextPreview }> {
  const draft = draftOf(deps, key, wording, as);
  const sender = await senderAddress(deps, as);
  return { draft, preview: presentPreview(reader, key.channel, key.locale, draft, sender) };
}

const wordingOf = (rows: HistoryRow[], inherited: Wording): Wording => {
  const newest = rows[0];
  return newest?.body ? { subject: newest.subject, body: newest.body } : inherited;
};

/** A reset is offered to be undone for a day; after that it is history. */
const UNDO_MINUTES = 24 * 60;

function undoneBy([newest, before]: HistoryRow[], now: Date): HistoryRow | null {
  if (!newest || newest.body !== null || !before?.body) return null;
  return newest.at > addMinutes(now, -UNDO_MINUTES) ? before : null;
}

/** Everything that the page of one text shows. */
export async function textPage(deps: Deps, reader: Reader, target: Target, shown: Shown): Promise<TextPage> {
  const { key, offices, office, as } = target;
  const [{ rows }, inherited] = await Promise.all([
    historyOf(key, { offset: 0, limit: 2 }),
    inheritedText(deps, key),
  ]);
  const current = wordingOf(rows, inherited);
  const form = shown.typed ?? fresh({ subject: current.subject ?? '', body: current.body });
  const wording = {
    subject: key.channel === 'email' ? (form.values.subject ?? '') : null,
    body: form.values.body ?? '',
  };
  const view: TextView = {
    key,
    offices,
    office,
    as,
    newest: rows[0] ?? null,
    undone: undoneBy(rows, deps.clock.now()),
    inherited,
    form,
    base: shown.base ?? rows[0]?.id ?? 0,
    draft: shown.typed !== undefined,
    stale: shown.stale ?? false,
    preview: (await previewOf(deps, reader, target, wording)).preview,
    testForm: shown.testForm ?? fresh(),
    testState: shown.testState ?? null,
  };
  return presentText(reader, view);
}

/** Plain values: what a text costs where the name of the office adds nothing to the price. */
const PLAIN_OFFICE = {
  name: 'OAC Vilaprova',
  address: 'C. Major, 1',
  phone: '+34900000000',
  timeZone: 'UTC',
};

const allKeys = () =>
  CHANNELS.flatMap((channel) =>
    TEXT_KINDS[channel].flatMap((kind) =>
      LOCALES.map((locale: Locale): TextKey => ({ channel, kind, locale, officeId: null })),
    ),
  );

/** Everything that the table of all texts shows. */
export async function textsPage(deps: Deps, reader: Reader): Promise<TextsPage> {
  const keys = allKeys();
  const [texts, own, offices] = await Promise.all([
    loadTexts(deps, keys),
    officesWithEditions(deps),
    officesForTexts(),
  ]);
  const rows = keys.map((key): OverviewText => {
    const edition = texts.resolve(key);
    const { sms } = draftOf(deps, key, edition ?? shippedText(deps, key), PLAIN_OFFICE);
    const owners = own.filter(
      ({ kind, channel, locale }) => kind === key.kind && channel === key.channel && locale === key.locale,
    );
    return {
      ...key,
      changed: edition !== null,
      offices: offices
        .filter(({ id }) => owners.some(({ officeId }) => officeId === id))
        .map(({ name }) => name),
      segments: sms?.segments ?? null,
    };
  });
  const dear = offices
    .map(({ name }) => ({
      name,
      letters: describeText(name, { spanishShift: deps.sms.spanishShift }).forcing,
    }))
    .filter(({ letters }) => letters.length > 0);
  return presentTexts(reader, rows, dear);
}
