import type { Locale } from './locale.ts';

/** What staff must know of at once, on whichever page they are. */
export interface StaffNotice {
  kind: 'warning' | 'danger';
  text: string;
}

/** What every page is given besides its own fields; filled in by `web/render`. */
export interface PageChrome {
  /** Language of the page, also the `lang` attribute. */
  locale: Locale;
  languages: { code: Locale; label: string; current: boolean }[];
  /** Name of the department that runs this installation. */
  department: string;
  /** Path and query of this page, so that the language form can come back to it. */
  path: string;
  /** Hidden field `_csrf` of every form. */
  csrf: string;
  /** For `<script nonce>`; inline scripts carry data (`type="application/json"`) only. */
  nonce: string;
  /** URL prefix of built assets, for example `/assets/1a2b3c` (content-addressed, cached for ever). */
  assets: string;
  /** One message after a redirect. */
  flash?: { kind: 'success' | 'warning' | 'danger'; text: string };
  /** Messages that do not leave; none for citizens. `seen` tells whether what stands on the page is what is so now. */
  notices: { list: StaffNotice[]; seen: string };
  /** Present when a member of staff is signed in. */
  staff?: {
    name: string;
    roleLabel: string;
    staffNumber: string;
    isAdministrator: boolean;
    office?: { slug: string; name: string };
    offices: { slug: string; name: string; current: boolean }[];
  };
}

/** A form as it is shown: what was typed, and one message for each field that was refused. */
export interface FormState {
  values: Record<string, string>;
  /** Field name -> text in the reader's language. Empty when nothing was refused. */
  errors: Record<string, string>;
  /** The same problems in form order, for the summary that gets the focus: `href` is `#<field>`. */
  summary: { href: string; text: string }[];
}
