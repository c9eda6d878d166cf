import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { readCatalogues } from '../../server/adapters/templates/catalogues.ts';
import { createTemplates } from '../../server/adapters/templates/index.ts';
import { LOCALES } from '../../server/kernel/locale.ts';

const VIEWS = 'views';
const catalogues = readCatalogues(join(VIEWS, 'locales'));
const texts = { hello: 'Hola, {{name}}', days_one: '{{count}} dia', days_other: '{{count}} dies' };

/** A `views` folder of its own with the given files; every language gets the same small catalogue. */
function viewsOf(t: ExecutionContext, files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'views-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  const all = { ...files };
  for (const locale of LOCALES) all[`locales/${locale}/x.json`] ??= JSON.stringify(texts);
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** Every text of a catalogue as `namespace:path.to.key`. */
function flatten(value: unknown, path: string): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || !value) return [[path, '']];
  return Object.entries(value).flatMap(([key, inner]) =>
    flatten(inner, path ? `${path}${path.includes(':') ? '.' : ':'}${key}` : key),
  );
}

const flat = (locale: string): Map<string, string> => new Map(flatten(catalogues[locale], ''));
const variables = (text: string) => [...new Set(text.match(/\{\{\s*\w+/g))].sort().join();

test('A page is its view inside its layout, both with the same data, which stay as they were', (t) => {
  const root = viewsOf(t, { 'a/page.hbs': '<h1>{{name}}</h1>', 'layouts/main.hbs': '{{name}}|{{{body}}}' });
  const data = Object.freeze({ name: 'Persona & Fictícia' });
  const html = createTemplates({ root, cache: true }).page('a/page', 'ca', data, 'main');
  t.is(html, 'Persona &amp; Fictícia|<h1>Persona &amp; Fictícia</h1>');
});

test('A text takes the language of the page, its values are escaped once, and numbers choose the plural', (t) => {
  const root = viewsOf(t, {
    'page.hbs':
      '{{t "x:hello" name=name}} {{t "x:days" count=1}} {{#each list}}{{t "x:days" count=this}}{{/each}}',
    'locales/en/x.json': JSON.stringify({ ...texts, hello: 'Hello, {{name}}' }),
  });
  const templates = createTemplates({ root, cache: true });
  const data = { name: '<b>&', list: [2] };
  t.is(templates.fragment('page', 'ca', data), 'Hola, &lt;b&gt;&amp; 1 dia 2 dies');
  t.is(templates.fragment('page', 'en', data), 'Hello, &lt;b&gt;&amp; 1 dia 2 dies');
  t.is(templates.text('x:hello', 'en', { name: '<b>' }), 'Hello, <b>');
});

test('Texts of SMS and plain mails are not escaped, and a partial that they share still escapes in pages', (t) => {
  const root = viewsOf(t, {
    'sms/link.hbs': '{{name}}{{> who}}',
    'email/link.text.hbs': '{{name}}',
    'email/link.hbs': '{{name}}{{> who}}',
    'partials/who.hbs': '[{{name}}]',
  });
  const templates = createTemplates({ root, cache: true });
  t.is(templates.fragment('sms/link', 'ca', { name: 'A&B' }), 'A&B[A&amp;B]');
  t.is(templates.fragment('email/link.text', 'ca', { name: 'A&B' }), 'A&B');
  t.is(templates.fragment('email/link', 'ca', { name: 'A&B' }), 'A&amp;B[A&amp;B]');
});

test('What is missing is refused by name: view, partial, layout, field of the data, text', (t) => {
  const root = viewsOf(t, {
    'partial.hbs': '{{> nowhere}}',
    'field.hbs': '{{nme}}',
    'text.hbs': '{{t "x:nothing"}}',
    'ok.hbs': '{{#if maybe}}{{maybe}}{{/if}}fine',
  });
  const templates = createTemplates({ root, cache: true });
  t.throws(() => templates.fragment('absent', 'ca', {}), { message: /absent/ });
  t.throws(() => templates.page('ok', 'ca', {}, 'absent'), { message: /layouts\/absent/ });
  t.throws(() => templates.fragment('partial', 'ca', {}), { message: /nowhere/ });
  t.throws(() => templates.fragment('field', 'ca', { name: 'x' }), { message: /nme/ });
  t.throws(() => templates.fragment('text', 'es', {}), { message: /x:nothing.*es/ });
  t.is(templates.fragment('ok', 'ca', {}), 'fine');
});

test('A server that goes on reports the missing text and shows the Catalan one', (t) => {
  const missing: string[] = [];
  const root = viewsOf(t, {
    'locales/en/x.json': '{}',
    'page.hbs': '{{t "x:hello" name="A"}}',
  });
  const onMissingKey = (key: string, locale: string) => missing.push(`${key} ${locale}`);
  const templates = createTemplates({ root, cache: true, onMissingKey });
  t.is(templates.fragment('page', 'en', {}), 'Hola, A');
  t.deepEqual(missing, ['x:hello en']);
});

test('Prototypes are out of reach of a template', (t) => {
  const root = viewsOf(t, {
    'page.hbs': '[{{#if constructor}}reached{{/if}}{{lookup this "toString"}}]',
  });
  t.is(createTemplates({ root, cache: true }).fragment('page', 'ca', {}), '[]');
});

test('Data printed for a script can neither end its element nor start a comment', (t) => {
  const root = viewsOf(t, { 'page.hbs': '{{json value}}{{jsonStrings "x"}}' });
  const value = { text: '</script><!--&\u2028' };
  const [printed = '', strings = ''] = createTemplates({ root, cache: true })
    .fragment('page', 'ca', { value })
    .split(/(?<=\})(?=\{"hello)/);
  t.notRegex(printed, /[<>&\u2028]/);
  t.deepEqual(JSON.parse(printed), value);
  t.deepEqual(JSON.parse(strings), texts);
});

test('Without cache an edited view shows at once; with cache it waits for the next start', (t) => {
  const root = viewsOf(t, { 'page.hbs': 'before' });
  const fresh = createTemplates({ root, cache: false });
  const cached = createTemplates({ root, cache: true });
  writeFileSync(join(root, 'page.hbs'), 'after');
  t.is(fresh.fragment('page', 'ca', {}), 'after');
  t.is(cached.fragment('page', 'ca', {}), 'before');
});

test('The three languages have the same texts, none empty, each with the same values to fill in', (t) => {
  const catalan = flat('ca');
  t.true(catalan.size > 50);
  for (const locale of LOCALES) {
    const other = flat(locale);
    t.deepEqual([...other.keys()].sort(), [...catalan.keys()].sort(), `keys of ${locale}`);
    for (const [key, text] of other) {
      t.not(text.trim(), '', `${key} is empty in ${locale}`);
      // "One person" needs no number in one language and may have it in another.
      if (!key.endsWith('_one'))
        t.is(variables(text), variables(catalan.get(key) ?? ''), `${key} in ${locale}`);
    }
  }
});

test('Every text that a view names exists', (t) => {
  const known = new Set(
    [...flat('ca').keys()].map((key) => key.replace(/_(zero|one|two|few|many|other)$/, '')),
  );
  const files = readdirSync(VIEWS, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.hbs'),
  );
  for (const file of files) {
    const source = readFileSync(join(VIEWS, file), 'utf8');
    for (const [, key = ''] of source.matchAll(/[{(]t "([^"]+)"/g)) {
      t.true(known.has(key), `${key}, named in ${file}`);
    }
  }
  t.true(files.length > 20);
});
