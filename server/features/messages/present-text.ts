import { shortDayLabel, timeLabel } from '../../kernel/dates.ts';
import { LOCALES } from '../../kernel/locale.ts';
import type { FormState } from '../../kernel/page.ts';
import { CHANNELS, type OutboxMessage } from '../../models/OutboxMessage.ts';
import type { TextHistoryPage, TextPage, TextPreview, TextTestState } from './pages.ts';
import { remarkText, say, textName, textPath, type Reader } from './present-texts.ts';
import type { HistoryRow } from './texts-editions.ts';
import { TEXT_KINDS, type TextField } from './texts-placeholders.ts';
import { offeredPlaceholders, type Remark, type Wording } from './texts-rules.ts';
import type { TextKey } from './texts.ts';

/** An office as pages of texts know it. */
export interface TextOffice {
  id: number;
  slug: string;
  name: string;
  timeZone: string;
}

/** Everything that the page of one text is drawn from. */
export interface TextView {
  key: TextKey;
  offices: TextOffice[];
  /** Whose edition it is; null for the department's. */
  office: TextOffice | null;
  /** With whose data the preview is filled; null when there is no office yet. */
  as: TextOffice | null;
  /** The newest edition of exactly this text, also one that reset it. */
  newest: HistoryRow | null;
  /** The one before, when the newest reset the text. */
  undone: HistoryRow | null;
  /** What would count without an edition of this text, and whether that is an edition of the department. */
  inherited: Wording & { edited: boolean };
  form: FormState;
  base: number;
  draft: boolean;
  stale: boolean;
  preview: TextPreview;
  testForm: FormState;
  testState: TextTestState | null;
}

/** `dt. 24 nov. 10.30 h`. */
function momentLabel(reader: Reader, at: Date, zone: string): string {
  return `${shortDayLabel(at, zone, reader.locale)} ${timeLabel(at, zone, reader.locale)}`;
}

const zoneOf = (view: Pick<TextView, 'office' | 'offices'>) =>
  view.office?.timeZone ?? view.offices[0]?.timeZone ?? 'Europe/Madrid';

function stateOf(view: TextView): string {
  if (view.newest?.body) return view.office ? 'state.ownOffice' : 'state.changed';
  if (!view.office) return 'state.shipped';
  return view.inherited.edited ? 'state.inheritedDepartment' : 'state.inheritedShipped';
}

function staleOf(reader: Reader, view: TextView): TextPage['stale'] {
  if (!view.stale || !view.newest) return null;
  const { by, at, body, subject } = view.newest;
  const moment = momentLabel(reader, at, zoneOf(view));
  const text = say(reader, body === null ? 'stale.reset' : 'stale.changed', { by, moment });
  const theirs = body === null ? view.inherited : { subject, body };
  return { text, subject: theirs.subject, body: theirs.body };
}

function undoOf(reader: Reader, view: TextView): TextPage['undo'] {
  if (!view.newest || view.newest.body !== null || !view.undone) return null;
  const moment = momentLabel(reader, view.newest.at, zoneOf(view));
  return { text: say(reader, 'undo', { by: view.newest.by, moment }), edition: view.undone.id };
}

function placeholdersOf(reader: Reader, { kind, channel }: TextKey): TextPage['placeholders'] {
  const inSubject = channel === 'email' ? offeredPlaceholders(kind, channel, 'subject') : null;
  return offeredPlaceholders(kind, channel, 'body').map((placeholder) => {
    const label = say(reader, `placeholder.${placeholder}`);
    const bodyOnly = inSubject && !inSubject.includes(placeholder);
    return {
      word: `{{${placeholder}}}`,
      label: bodyOnly ? `${label} ${say(reader, 'bodyOnly')}` : label,
      required: channel === 'sms' && placeholder === kind,
    };
  });
}

/** Links to the same text in another channel, language or kind; the office stays. */
function neighbours(reader: Reader, { kind, channel, locale }: TextKey, office: string) {
  const label = (key: string) => reader.templates.text(`labels:${key}`, reader.locale);
  return {
    channels: CHANNELS.map((code) => ({
      label: label(`channel.${code}`),
      // A PIN has no e-mail.
      href: textPath(code, TEXT_KINDS[code].includes(kind) ? kind : 'confirmation', locale, office),
      current: code === channel,
    })),
    textLanguages: LOCALES.map((code) => ({
      code,
      label: label(`language.${code}`),
      href: textPath(channel, kind, code, office),
      current: code === locale,
    })),
    kinds: TEXT_KINDS[channel].map((code) => ({
      label: say(reader, `kind.${code}`),
      href: textPath(channel, code, locale, office),
      current: code === kind,
    })),
  };
}

function actionsOf({ kind, channel, locale }: TextKey, office: string): TextPage['actions'] {
  const path = (rest: string) => textPath(channel, kind, locale, office, rest);
  return {
    save: path(''),
    preview: path('/preview'),
    live: path('/live'),
    frame: path('/frame'),
    test: path('/test'),
    reset: path('/reset'),
    restore: path('/restore'),
  };
}

/** The page of one text. */
export function presentText(reader: Reader, view: TextView): TextPage {
  const { kind, channel, locale } = view.key;
  const slug = view.office?.slug ?? '';
  return {
    heading: textName(reader, channel, kind, locale),
    channel,
    textLocale: locale,
    ...neighbours(reader, view.key, slug),
    scopes: [
      { slug: '', label: say(reader, 'scope.department'), selected: slug === '' },
      ...view.offices.map((one) => ({ slug: one.slug, label: one.name, selected: one.slug === slug })),
    ],
    previewOffices: view.offices.map((one) => ({
      slug: one.slug,
      name: one.name,
      selected: one.id === view.as?.id,
    })),
    as: view.as?.slug ?? '',
    selfHref: textPath(channel, kind, locale, slug),
    stateLabel: say(reader, stateOf(view), { office: view.office?.name ?? '' }),
    changed: Boolean(view.newest?.body),
    undo: undoOf(reader, view),
    actions: actionsOf(view.key, slug),
    historyHref: textPath(channel, kind, locale, slug, '/history'),
    backHref: '/administration/texts',
    draft: view.draft,
    base: view.base,
    form: view.form,
    placeholders: placeholdersOf(reader, view.key),
    inherited: {
      label: say(reader, view.inherited.edited ? 'inherited.department' : 'inherited.shipped'),
      subject: view.inherited.subject,
      body: view.inherited.body,
    },
    stale: staleOf(reader, view),
    preview: view.preview,
    testForm: view.testForm,
    testState: view.testState,
    canTest: view.as !== null,
  };
}

/** A form with a text that was refused: the first problem stands beside its field, all of them on top. */
export function refusedWording(
  reader: Reader,
  values: Record<string, string>,
  problems: Remark[],
): FormState {
  const errors: Partial<Record<TextField, string>> = {};
  for (const problem of problems) errors[problem.field] ??= remarkText(reader, 'problem', problem);
  const summary = problems.map((problem) => ({
    href: `#${problem.field}`,
    text: remarkText(reader, 'problem', problem),
  }));
  return { values, errors, summary };
}

const TONES: Record<OutboxMessage['state'], TextTestState['tone']> = {
  queued: 'neutral',
  leased: 'neutral',
  accepted: 'success',
  delivered: 'success',
  failed: 'danger',
  expired: 'warning',
  cancelled: 'warning',
  in_doubt: 'warning',
};
/** An e-mail is over when the server took it; a text may still be reported as received. */
const OPEN = new Set<OutboxMessage['state']>(['queued', 'leased', 'in_doubt']);

/** How a test is getting on. Says what to do when it fails, without the address. */
export function presentTestState(reader: Reader, message: OutboxMessage, now: Date): TextTestState {
  const { state, channel, uid, settledAt, reason } = message;
  // Queued with a reason: a link is down, or the sender is held. It still leaves if that ends in time.
  const stuck = state === 'queued' && reason !== null;
  const waitsForReceipt =
    channel === 'sms' &&
    state === 'accepted' &&
    settledAt !== null &&
    now.getTime() - settledAt.getTime() < 60_000;
  return {
    tone: stuck ? 'warning' : TONES[state],
    text: say(reader, stuck ? 'test.stuck' : `test.state.${channel}.${state}`),
    stateHref: OPEN.has(state) || waitsForReceipt ? `/administration/texts/tests/${uid}` : null,
  };
}

/** Editions on one page of the history. */
export const HISTORY_PAGE = 20;

/** The history of one text. */
export function presentHistory(
  reader: Reader,
  view: Pick<TextView, 'key' | 'office' | 'offices'>,
  history: { rows: HistoryRow[]; count: number; newestId: number },
  page: number,
): TextHistoryPage {
  const { kind, channel, locale } = view.key;
  const slug = view.office?.slug ?? '';
  const path = (rest = '') => textPath(channel, kind, locale, slug, rest);
  const pageHref = (number: number) => {
    const href = path('/history');
    return `${href}${href.includes('?') ? '&' : '?'}page=${number}`;
  };
  const name = textName(reader, channel, kind, locale);
  return {
    heading: view.office ? `${name} · ${view.office.name}` : name,
    textLocale: locale,
    backHref: path(),
    restoreAction: path('/restore'),
    base: history.newestId,
    rows: history.rows.map(({ id, at, by, subject, body }) => ({
      id,
      atIso: at.toISOString(),
      atLabel: momentLabel(reader, at, zoneOf(view)),
      by,
      current: id === history.newestId,
      reset: body === null,
      subject,
      body,
      openHref: `${path()}${path().includes('?') ? '&' : '?'}edition=${id}`,
    })),
    olderHref: page * HISTORY_PAGE < history.count ? pageHref(page + 1) : null,
    newerHref: page > 1 ? pageHref(page - 1) : null,
  };
}
