/** Languages of the interface and of messages. Catalan is the default everywhere. */
export const LOCALES = ['ca', 'es', 'en'] as const;
export type Locale = (typeof LOCALES)[number];
export const DEFAULT_LOCALE: Locale = 'ca';

/** A text that exists in each language, for example the name of a procedure. */
export type LocalisedText = Record<Locale, string>;

/** True when the value names one of our languages. */
export function isLocale(value: unknown): value is Locale {
  return typeof value === 'string' && (LOCALES as readonly string[]).includes(value);
}

/** The text in the reader's language, or in Catalan where a translation is missing. */
export function localise(text: LocalisedText, locale: Locale): string {
  return text[locale] || text[DEFAULT_LOCALE];
}
