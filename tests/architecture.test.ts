import test from 'ava';
import { cycles, rankOf, violations } from './architecture/rules.ts';
import { importsOf, readSources, type Source } from './architecture/sources.ts';

const file = (path: string, text: string): Source => ({ path, text });

test('every file keeps to its layer, its feature and its size', (t) => {
  t.deepEqual(violations(readSources('server', 'views/client')), []);
});

test('the check sees the files and imports there are', (t) => {
  const sources = readSources('server', 'views/client');
  const imports = sources.flatMap(importsOf);
  t.true(sources.length > 100);
  t.true(imports.filter(({ ours }) => ours).length > 300);
  const known = new Set(sources.map(({ path }) => path));
  const lost = imports.filter(({ ours, to }) => ours && to.startsWith('server/') && !known.has(to));
  t.deepEqual(
    lost.map(({ from, to }) => `${from}: ${to}`),
    [],
  );
  t.deepEqual(
    sources.filter(({ path }) => path.startsWith('server/') && rankOf(path) === undefined),
    [],
  );
});

test('all forms of import are read, and words in comments are not', (t) => {
  const text = [
    "import a from './a.ts';",
    "import type { B } from './b.ts';",
    "import {\n  c,\n  d,\n} from './c.ts';",
    "import './d.ts';",
    "export { e } from './e.ts';",
    "export * from './f.ts';",
    "const g = await import('./g.ts');",
    "import koa from 'koa';",
    " * import nothing from './comment.ts'",
    "// import nothing from './comment.ts'",
    "export const h = { from: './text.ts' };",
  ].join('\n');
  const found = importsOf(file('server/kernel/x.ts', text));
  t.deepEqual(
    found.filter(({ ours }) => ours).map(({ to }) => to.replace('server/kernel/', '')),
    ['a.ts', 'b.ts', 'c.ts', 'd.ts', 'e.ts', 'f.ts', 'g.ts'],
  );
  t.deepEqual(
    found.filter(({ typeOnly }) => typeOnly).map(({ to }) => to),
    ['server/kernel/b.ts'],
  );
  t.deepEqual(
    found.filter(({ ours }) => !ours).map(({ to }) => to),
    ['koa'],
  );
});

const DOC = '/** Says what. */\n';

/** What each planted fault must be called; the check is worth nothing if it cannot fail. */
const PLANTED: [why: string, path: string, text: string, problem: string][] = [
  [
    'kernel on config',
    'server/kernel/x.ts',
    "import '../config/settings.ts';",
    'imports upwards: server/config/settings.ts',
  ],
  [
    'config on models',
    'server/config/x.ts',
    "import type { Y } from '../models/y.ts';",
    'imports upwards: server/models/y.ts',
  ],
  [
    'models on a feature',
    'server/models/x.ts',
    "import '../features/calls/index.ts';",
    'imports upwards: server/features/calls/index.ts',
  ],
  [
    'an adapter on models',
    'server/adapters/mail/x.ts',
    "import '../../models/deps.ts';",
    'is an adapter and imports a model: server/models/deps.ts',
  ],
  [
    'an adapter on another',
    'server/adapters/mail/x.ts',
    "import '../ics/y.ts';",
    'imports another adapter: server/adapters/ics/y.ts',
  ],
  [
    'a feature on jobs',
    'server/features/calls/x.ts',
    "import '../../jobs/registry.ts';",
    'imports upwards: server/jobs/registry.ts',
  ],
  ['the application on main', 'server/app.ts', "import './main.ts';", 'imports upwards: server/main.ts'],
  [
    'the server on browser code',
    'server/web/x.ts',
    "import '../../views/client/y.ts';",
    'imports views/client/y.ts, which is not of the server',
  ],
  ['a file beside the layers', 'server/odd/x.ts', "import '../kernel/clock.ts';", 'lies in no layer'],
  [
    'a feature on a later one',
    'server/features/appointments/x.ts',
    "import '../calls/index.ts';",
    'imports a later feature: server/features/calls/index.ts',
  ],
  [
    'a feature on another’s inside',
    'server/features/calls/x.ts',
    "import '../appointments/book.ts';",
    'imports the inside of a feature: server/features/appointments/book.ts',
  ],
  [
    'a job on a feature’s inside',
    'server/jobs/x.ts',
    "import '../features/calls/attend.ts';",
    'imports the inside of a feature: server/features/calls/attend.ts',
  ],
  [
    'an unknown feature',
    'server/features/extras/x.ts',
    "import '../../kernel/clock.ts';",
    'is of an unknown feature: extras',
  ],
  [
    'a presenter on Koa',
    'server/features/calls/present-room.ts',
    "import Koa from 'koa';",
    'must be pure and imports koa',
  ],
  [
    'a schema on web',
    'server/features/calls/schema.ts',
    "import '../../web/validate.ts';",
    'must be pure and imports server/web/validate.ts',
  ],
  [
    'a command on web',
    'server/features/calls/attend.ts',
    "import '../../web/flash.ts';",
    'is not of the routes and imports server/web/flash.ts',
  ],
  [
    'a command on the router',
    'server/features/calls/attend.ts',
    "import Router from '@koa/router';",
    'is not of the routes and imports @koa/router',
  ],
  [
    'browser code on the server',
    'views/client/room/x.ts',
    "import type { V } from '../../../server/kernel/vault.ts';",
    'is browser code and imports server/kernel/vault.ts',
  ],
  [
    'browser code on more than types',
    'views/client/room/x.ts',
    "import { P } from '../../../server/features/calls/pages.ts';",
    'is browser code and imports server/features/calls/pages.ts',
  ],
  ['the environment', 'server/models/x.ts', 'const a = process.env.HOME;', 'reads the environment'],
  ['the environment, by brackets', 'server/models/x.ts', "process['env'].A;", 'reads the environment'],
  ['the environment, taken apart', 'server/web/x.ts', 'const { env } = process;', 'reads the environment'],
  ['the environment in main', 'server/main.ts', 'if (process.env.DEBUG) go();', 'reads the environment'],
  [
    'a function without words',
    'server/web/x.ts',
    'const a = 1;\nexport function silent() {}',
    'exports silent without saying what it guarantees',
  ],
  [
    'an arrow without words',
    'server/web/x.ts',
    'export const silent = async (a: string) => a;',
    'exports silent without saying what it guarantees',
  ],
  ['a long file', 'server/web/x.ts', 'a;\n'.repeat(301), 'has 301 lines'],
  ['a recorder', 'views/client/room/x.ts', 'new MediaRecorder(stream);', 'could record: MediaRecorder'],
];

for (const [why, path, text, problem] of PLANTED) {
  test(`the check finds ${why}`, (t) => {
    t.deepEqual(violations([file(path, text)]), [`${path}: ${problem}`]);
  });
}

test('the check finds a circle, also one of types only', (t) => {
  const circle = [
    file('server/models/a.ts', "import './b.ts';"),
    file('server/models/b.ts', "import type { C } from './c.ts';"),
    file('server/models/c.ts', "export * from './a.ts';"),
  ];
  const way = 'server/models/a.ts -> server/models/b.ts -> server/models/c.ts -> server/models/a.ts';
  t.deepEqual(violations(circle), [`circle: ${way}`]);
  t.deepEqual(cycles(circle.slice(0, 2).flatMap(importsOf)), []);
});

test('what the rules allow passes', (t) => {
  const allowed = [
    file(
      'server/main.ts',
      "import { loadSettings } from './config/settings.ts';\nloadSettings(process.env);",
    ),
    file(
      'server/features/calls/routes.ts',
      "import Router from '@koa/router';\nimport '../../web/flash.ts';",
    ),
    file('server/features/calls/attend.ts', "import '../appointments/index.ts';"),
    file('server/jobs/registry.ts', "import '../features/calls/index.ts';"),
    file('server/web/x.ts', `${DOC}export function spoken() {}\n${DOC}export const also = (a: number) => a;`),
    file('server/kernel/x.ts', 'export const LIMIT = (1 + 2) * 3;'),
    file('views/client/room/x.ts', "import type { P } from '../../../server/features/calls/pages.ts';"),
  ];
  t.deepEqual(violations(allowed), []);
});
