import type { Locale } from '../../kernel/locale.ts';
import type { FormState } from '../../kernel/page.ts';
import type { Channel } from '../../models/OutboxMessage.ts';

/** View `administration/texts`: GET /administration/texts */
export interface TextsPage {
  channels: {
    channel: Channel;
    label: string;
    languages: { code: Locale; label: string }[];
    rows: { label: string; hint: string; cells: TextCell[] }[];
  }[];
  /** Offices whose own name makes every text dear. */
  dearOffices: { name: string; letters: string }[];
}

/** One text in one language, in the table. */
export interface TextCell {
  code: Locale;
  languageLabel: string;
  href: string;
  changed: boolean;
  stateLabel: string;
  /** `canviat en 2 oficines`, with their names; null when no office has its own. */
  officesLabel: string | null;
  officeNames: string;
  /** `1 SMS`; null for e-mails. */
  costLabel: string | null;
  /** It costs more than one SMS. */
  dear: boolean;
}

/** A text message as it arrives, and what it costs. */
export interface SmsPreview {
  sender: string;
  stretches: { text: string; forcing: boolean }[];
  /** `138 caràcters, 1 SMS`. */
  counter: string;
  /** Which alphabet, and what that means. */
  alphabet: string;
  room: string;
  dear: boolean;
  /** Sentences, one for each letter and word that makes it dear. */
  letters: string[];
}

/** View `administration/texts-preview`: what a text looks like when it arrives. */
export interface TextPreview {
  channel: Channel;
  locale: Locale;
  problems: string[];
  warnings: string[];
  sms: SmsPreview | null;
  /** Subject of the e-mail; the whole mail is shown in a frame. */
  mail: { subject: string } | null;
  /** What a screen reader is told after a change. */
  announcement: string;
}

/** View `administration/texts-test`: how a test message is getting on. */
export interface TextTestState {
  /** `danger` and `warning` for what was refused, or has failed. */
  tone: 'success' | 'warning' | 'danger' | 'neutral';
  text: string;
  /** Present while the message is not settled: where to ask again. */
  stateHref: string | null;
}

/** View `administration/texts-edit`: one text. */
export interface TextPage {
  heading: string;
  channel: Channel;
  /** Language of the text; that of the page is its reader's. */
  textLocale: Locale;
  channels: { label: string; href: string; current: boolean }[];
  textLanguages: { code: Locale; label: string; href: string; current: boolean }[];
  kinds: { label: string; href: string; current: boolean }[];
  /** Which edition: of all offices, or of one. The empty slug is the department's. */
  scopes: { slug: string; label: string; selected: boolean }[];
  /** With whose name and phone the preview is filled. */
  previewOffices: { slug: string; name: string; selected: boolean }[];
  /** Slug of the one that is selected, or empty. */
  as: string;
  selfHref: string;
  stateLabel: string;
  changed: boolean;
  /** Somebody went back to the shipped text, and this is what can be undone. */
  undo: { text: string; edition: number } | null;
  actions: {
    save: string;
    preview: string;
    live: string;
    frame: string;
    test: string;
    reset: string;
    restore: string;
  };
  historyHref: string;
  backHref: string;
  /** The page was drawn with a text that is not saved. */
  draft: boolean;
  /** Number of the edition that one starts from. */
  base: number;
  form: FormState;
  placeholders: { word: string; label: string; required: boolean }[];
  inherited: { label: string; subject: string | null; body: string };
  /** Somebody saved another edition meanwhile. */
  stale: { text: string; subject: string | null; body: string } | null;
  preview: TextPreview;
  testForm: FormState;
  testState: TextTestState | null;
  /** No office yet: nobody to send a test in the name of. */
  canTest: boolean;
}

/** View `administration/texts-history` */
export interface TextHistoryPage {
  heading: string;
  textLocale: Locale;
  backHref: string;
  restoreAction: string;
  base: number;
  rows: {
    id: number;
    atIso: string;
    atLabel: string;
    by: string;
    current: boolean;
    reset: boolean;
    subject: string | null;
    body: string | null;
    openHref: string;
  }[];
  olderHref: string | null;
  newerHref: string | null;
}
