import { importsOf, type Import, type Source } from './sources.ts';

const RANKS: [RegExp, number][] = [
  [/^server\/kernel\//, 0],
  [/^server\/config\//, 1],
  [/^server\/models\//, 2],
  [/^server\/adapters\//, 3],
  [/^server\/web\//, 4],
  [/^server\/features\//, 5],
  [/^server\/jobs\//, 6],
  [/^server\/deps\.ts$/, 7],
  [/^server\/app\.ts$/, 8],
  [/^server\/(?:main|shutdown)\.ts$|^server\/cli\//, 9],
];
/** A feature may import those before it. */
const FEATURES = [
  'identity',
  'offices',
  'procedures',
  'availability',
  'appointments',
  'calls',
  'messages',
  'privacy',
  'reports',
  'administration',
];
const MAX_LINES = 300;
const RECORDING = /\b(?:MediaRecorder|captureStream|MediaStreamTrackProcessor|ImageCapture|startRecording)\b/;
const PURE_FILE = /\/(?:rules|policy|schema|pages|present(?:-[\w-]+)?)\.ts$/;

const isServer = (path: string) => path.startsWith('server/');
const featureOf = (path: string) => /^server\/features\/([^/]+)\//.exec(path)?.[1];
const adapterOf = (path: string) => /^server\/adapters\/([^/]+)\//.exec(path)?.[1];
const baseOf = (path: string) => path.split('/').at(-1) ?? '';

/** The layer of a file of the server, or undefined when it lies in none. */
export function rankOf(path: string): number | undefined {
  return RANKS.find(([pattern]) => pattern.test(path))?.[1];
}

function layers({ from, to }: Import): string[] {
  const [rank, target] = [rankOf(from), rankOf(to)];
  if (rank === undefined) return ['lies in no layer'];
  if (!isServer(to)) return [`imports ${to}, which is not of the server`];
  if (target === undefined) return [`imports ${to}, which lies in no layer`];
  if (target > rank) return [`imports upwards: ${to}`];
  const adapter = adapterOf(from);
  if (adapter && adapterOf(to) && adapterOf(to) !== adapter) return [`imports another adapter: ${to}`];
  if (adapter && to.startsWith('server/models/')) return [`is an adapter and imports a model: ${to}`];
  return [];
}

function features({ from, to }: Import): string[] {
  const [mine, other] = [featureOf(from), featureOf(to)];
  if (mine !== undefined && !FEATURES.includes(mine)) return [`is of an unknown feature: ${mine}`];
  if (other === undefined || other === mine) return [];
  // Processes and tests of a layer above look at the public face as well.
  if (baseOf(to) !== 'index.ts') return [`imports the inside of a feature: ${to}`];
  if (mine === undefined) return [];
  return FEATURES.indexOf(other) < FEATURES.indexOf(mine) ? [] : [`imports a later feature: ${to}`];
}

function webTools({ from, to }: Import): string[] {
  if (featureOf(from) === undefined) return [];
  const isWeb = to.startsWith('server/web/') || to === 'koa' || to.startsWith('@koa/');
  if (isWeb && PURE_FILE.test(from)) return [`must be pure and imports ${to}`];
  if (isWeb && !baseOf(from).includes('routes')) return [`is not of the routes and imports ${to}`];
  return [];
}

/** Browser code may know the shapes of pages, and nothing else of the server. */
function browser({ from, to, typeOnly }: Import): string[] {
  if (!from.startsWith('views/client/') || !isServer(to)) return [];
  const contract = to === 'server/kernel/page.ts' || /^server\/features\/[^/]+\/pages\.ts$/.test(to);
  return contract && typeOnly ? [] : [`is browser code and imports ${to}`];
}

function environment({ path, text }: Source): string[] {
  if (!isServer(path) || path.startsWith('server/config/')) return [];
  const isProcess = rankOf(path) === 9;
  const rest = isProcess ? text.replaceAll('loadSettings(process.env)', '') : text;
  return /\bprocess\s*\.\s*env\b|\bprocess\[/.test(rest) || /\{[^}]*\benv\b[^}]*\}\s*=\s*process\b/.test(rest)
    ? ['reads the environment']
    : [];
}

const EXPORTED_FUNCTION =
  /^export (?:(?:async )?function\*? ?(\w+)|const (\w+)(?:: [^=\n]+)? = (?:async )?(?:<[^>\n]+>)?(?:\(|\w+ =>))/gm;

function docstrings({ path, text }: Source): string[] {
  if (!isServer(path)) return [];
  return [...text.matchAll(EXPORTED_FUNCTION)]
    .filter(({ index, 2: constant }) => constant === undefined || /^[^;]*?=>/.test(text.slice(index)))
    .filter(({ index }) => !text.slice(0, index).trimEnd().endsWith('*/'))
    .map(([, name, constant]) => `exports ${name ?? constant} without saying what it guarantees`);
}

function size({ text }: Source): string[] {
  const lines = text.trimEnd().split('\n').length;
  return lines > MAX_LINES ? [`has ${lines} lines`] : [];
}

function recording({ path, text }: Source): string[] {
  const found = path.startsWith('views/') ? RECORDING.exec(text) : null;
  return found ? [`could record: ${found[0]}`] : [];
}

/** Each import that closes a circle, as the way round. */
export function cycles(imports: Import[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, way: string[]) => {
    if (way.includes(path)) {
      found.push([...way.slice(way.indexOf(path)), path].join(' -> '));
      return;
    }
    if (done.has(path)) return;
    for (const to of next.get(path) ?? []) visit(to, [...way, path]);
    done.add(path);
  };
  for (const path of next.keys()) visit(path, []);
  return found;
}

/** All that breaks a rule, as `file: what`. */
export function violations(sources: Source[]): string[] {
  const imports = sources.flatMap(importsOf);
  const ours = imports.filter((one) => one.ours);
  const ofServer = ours.filter(({ from }) => isServer(from));
  const say = (path: string, problems: string[]) => problems.map((problem) => `${path}: ${problem}`);
  return [
    ...ofServer.flatMap((one) => say(one.from, [...layers(one), ...features(one)])),
    ...imports.flatMap((one) => say(one.from, [...webTools(one), ...browser(one)])),
    ...sources.flatMap((source) =>
      say(source.path, [
        ...environment(source),
        ...docstrings(source),
        ...size(source),
        ...recording(source),
      ]),
    ),
    ...cycles(ours).map((way) => `circle: ${way}`),
  ];
}
