import type Handlebars from 'handlebars';
import type { Locale } from '../../kernel/locale.ts';
import type { Catalogues } from './catalogues.ts';

type Engine = typeof Handlebars;

/** What Handlebars hands to a helper after its arguments. */
interface Options {
  hash: Record<string, unknown>;
  data: { locale: Locale; root: { assets?: string } };
}

/**
 * JSON that can stand inside `<script type="application/json">`: no character in it can end the element
 * or start a comment (OWASP XSS prevention, JSON in HTML). Not meant for attributes.
 */
export function safeJson(value: unknown): string {
  const json = JSON.stringify(value) ?? 'null';
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Registers our helpers: they format and compare, and never look anything up outside the data of the page. */
export function registerHelpers(engine: Engine, catalogues: Catalogues): void {
  const safe = (text: string) => new engine.SafeString(text);
  const logic: Record<string, (...args: unknown[]) => boolean> = {
    eq: (a, b) => a === b,
    ne: (a, b) => a !== b,
    not: (a) => engine.Utils.isEmpty(a),
    // The last argument is always Handlebars' options object, not a value.
    and: (...args) => args.slice(0, -1).every((value) => !engine.Utils.isEmpty(value)),
    or: (...args) => args.slice(0, -1).some((value) => !engine.Utils.isEmpty(value)),
    includes: (list, value) => Array.isArray(list) && list.includes(value),
  };
  for (const [name, helper] of Object.entries(logic)) engine.registerHelper(name, helper);

  engine.registerHelper('concat', (...args: unknown[]) => args.slice(0, -1).join(''));
  engine.registerHelper('list', (...args: unknown[]) => args.slice(0, -1));
  engine.registerHelper('t', (key: string, options: Options) =>
    catalogues.text(key, options.data.locale, options.hash),
  );
  engine.registerHelper('icon', (name: string, options: Options) =>
    safe(iconMarkup(name, options.data.root.assets ?? '', engine.escapeExpression)),
  );
  engine.registerHelper('json', (value: unknown) => safe(safeJson(value)));
  engine.registerHelper('jsonStrings', (namespace: string, options: Options) =>
    safe(safeJson(catalogues.namespace(namespace, options.data.locale))),
  );
}

/** A decorative icon of the sprite; the words beside it carry the meaning. */
function iconMarkup(name: string, assets: string, escape: (text: string) => string): string {
  const href = `${escape(assets)}/icons.svg#${escape(name)}`;
  return `<svg class="icon" aria-hidden="true" focusable="false"><use href="${href}"></use></svg>`;
}
