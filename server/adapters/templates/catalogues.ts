import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInstance } from 'i18next';
import { DEFAULT_LOCALE, LOCALES } from '../../kernel/locale.ts';
import type { Locale } from '../../kernel/locale.ts';

/** The texts of the interface in all languages. */
export interface Catalogues {
  /** A text with its `{{values}}` filled in, not escaped; in Catalan, and reported, where a language lacks it. */
  text(key: string, locale: Locale, params?: Record<string, unknown>): string;
  /** The same with its `{{placeholders}}` as they stand. */
  rawText(key: string, locale: Locale): string;
  /** All texts of one namespace, for a browser script; an unknown namespace throws. */
  namespace(name: string, locale: Locale): Record<string, unknown>;
}

/** Told of each text that a language lacks. Throws in tests, logs in production. */
export type OnMissingKey = (key: string, locale: Locale) => void;

type Resources = Record<string, Record<string, Record<string, unknown>>>;

/** Reads `<folder>/<locale>/<namespace>.json` for every language; a broken or missing file throws with its path. */
export function readCatalogues(folder: string): Resources {
  const resources: Resources = {};
  for (const locale of LOCALES) {
    const files = readdirSync(join(folder, locale)).filter((name) => name.endsWith('.json'));
    resources[locale] = Object.fromEntries(
      files.map((file) => [file.slice(0, -'.json'.length), readCatalogue(join(folder, locale, file))]),
    );
  }
  return resources;
}

function readCatalogue(path: string): Record<string, unknown> {
  try {
    const texts: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof texts === 'object' && texts) return { ...texts };
  } catch (cause) {
    throw new Error(`Can't read the catalogue ${path}`, { cause });
  }
  throw new Error(`The catalogue ${path} is not an object`);
}

/** Loads the catalogues into an i18next instance of their own; nothing is shared through globals. */
export function loadCatalogues(folder: string, onMissingKey: OnMissingKey): Catalogues {
  const resources = readCatalogues(folder);
  const i18n = createInstance();
  void i18n.init({
    resources,
    lng: DEFAULT_LOCALE,
    fallbackLng: DEFAULT_LOCALE,
    supportedLngs: [...LOCALES],
    ns: Object.keys(resources[DEFAULT_LOCALE] ?? {}),
    // Handlebars escapes what it prints; escaping here as well would show `&amp;` to people.
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  return {
    text(key, locale, params = {}) {
      if (!i18n.exists(key, { ...params, lng: locale, fallbackLng: false })) onMissingKey(key, locale);
      return i18n.t(key, { ...params, lng: locale });
    },
    rawText(key, locale) {
      if (!i18n.exists(key, { lng: locale, fallbackLng: false })) onMissingKey(key, locale);
      return i18n.t(key, { lng: locale, skipInterpolation: true });
    },
    namespace(name, locale) {
      const found = resources[locale]?.[name] ?? resources[DEFAULT_LOCALE]?.[name];
      if (!found) throw new Error(`No catalogue is called "${name}"`);
      return found;
    },
  };
}
