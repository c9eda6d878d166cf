import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import Handlebars from 'handlebars';
import type { Templates } from '../../kernel/ports.ts';
import { loadCatalogues } from './catalogues.ts';
import type { Catalogues, OnMissingKey } from './catalogues.ts';
import { registerHelpers } from './helpers.ts';

/** Settings of the template engine. */
export interface TemplateOptions {
  /** The `views` folder: templates, partials, layouts and `locales`. */
  root: string;
  /** Read everything once. Off, each rendering reads the files again, for work on the views. */
  cache: boolean;
  /** Default: throw. A server that must go on logs instead, and shows the Catalan text. */
  onMissingKey?: OnMissingKey;
}

interface Loaded {
  views: Map<string, Handlebars.TemplateDelegate>;
  sources: Map<string, string>;
  catalogues: Catalogues;
}

const EXTENSION = '.hbs';

/**
 * The template engine over one `views` folder. Reads it at once, so that a broken catalogue fails at start.
 * A missing view, partial or field of the data throws instead of printing nothing. Data are never changed.
 */
export function createTemplates(options: TemplateOptions): Templates {
  const onMissingKey = options.onMissingKey ?? refuseMissingKey;
  const first = load(options.root, onMissingKey);
  const loaded = () => (options.cache ? first : load(options.root, onMissingKey));

  const render = ({ views }: Loaded, view: string, locale: string, data: object): string => {
    const template = views.get(view);
    if (!template) throw new Error(`There is no view "${view}"`);
    try {
      return template(data, { data: { locale, root: data } });
    } catch (cause) {
      // Handlebars throws objects that are not quite errors and don't say which page was asked for.
      const message = cause instanceof Object && 'message' in cause ? String(cause.message) : String(cause);
      throw new Error(`View "${view}" in "${locale}": ${message}`, { cause });
    }
  };
  return {
    page(view, locale, data, layout) {
      const current = loaded();
      const body = render(current, view, locale, data);
      return render(current, `layouts/${layout}`, locale, { ...data, body });
    },
    fragment: (view, locale, data) => render(loaded(), view, locale, data),
    text: (key, locale, params) => loaded().catalogues.text(key, locale, params),
    source(view) {
      const source = loaded().sources.get(view);
      if (source === undefined) throw new Error(`There is no view "${view}"`);
      return source;
    },
    rawText: (key, locale) => loaded().catalogues.rawText(key, locale),
  };
}

function refuseMissingKey(key: string, locale: string): never {
  throw new Error(`The text "${key}" is missing in "${locale}"`);
}

function load(root: string, onMissingKey: OnMissingKey): Loaded {
  const engine = Handlebars.create();
  const catalogues = loadCatalogues(join(root, 'locales'), onMissingKey);
  registerHelpers(engine, catalogues);
  const views = new Map<string, Handlebars.TemplateDelegate>();
  const sources = new Map<string, string>();
  for (const name of templateNames(root)) {
    const source = readFileSync(join(root, name + EXTENSION), 'utf8');
    const template = compile(engine, name, source);
    sources.set(name, source);
    views.set(name, template);
    engine.registerPartial(name, template);
    if (name.startsWith('partials/')) engine.registerPartial(name.slice('partials/'.length), template);
  }
  return { views, sources, catalogues };
}

/**
 * Each template is compiled with its own escaping. Handlebars would compile a partial given as text with the
 * options of whichever page used it first, so one used by an SMS would stop escaping in pages too.
 */
function compile(engine: typeof Handlebars, name: string, source: string): Handlebars.TemplateDelegate {
  const template = engine.compile(source, { noEscape: isPlainText(name), strict: true });
  // Prototype properties stay out of reach: that is Handlebars' default, stated here so that it stays so.
  const access = { allowProtoMethodsByDefault: false, allowProtoPropertiesByDefault: false };
  return (context, runtime) => template(context, { ...access, ...runtime });
}

/** Texts of SMS and the plain part of mails are not HTML. */
function isPlainText(name: string): boolean {
  return name.startsWith('sms/') || name.endsWith('.text');
}

function templateNames(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => file.slice(0, -EXTENSION.length).split(sep).join('/'));
}
