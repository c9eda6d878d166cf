import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fingerprint, readStamp, writeStamp } from './stamp.ts';

/** Where the build reads and writes. */
export interface BuildOptions {
  /** Top folder of the project. Default: the working folder. */
  root?: string;
  /** Where the assets go. Default: `dist/public`. */
  outDir?: string;
}

/** What the client build made. */
export interface ClientBuild {
  outDir: string;
  /** Changes exactly when the content of an asset changes; it is part of their address. */
  version: string;
  /** False when nothing had changed since the last build. */
  rebuilt: boolean;
}

const CLIENT_INPUTS = ['views', 'server/features', 'appliance/build', 'package-lock.json'];
const SERVER_INPUTS = ['server', 'appliance', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/**
 * Builds scripts, styles, fonts and icons into `dist/public` with `manifest.json`, unless nothing changed.
 * Throws with the compiler's message when a source is broken; the earlier build then stays.
 */
export async function buildClient(options: BuildOptions = {}): Promise<ClientBuild> {
  const root = options.root ?? process.cwd();
  const outDir = options.outDir ?? join(root, 'dist/public');
  const stamp = join(outDir, '.stamp');
  const inputs = fingerprint(root, CLIENT_INPUTS);
  if (readStamp(stamp) === inputs) {
    return { outDir, version: readAssetVersion(outDir), rebuilt: false };
  }
  // Loaded only now: starting the compilers takes longer than finding out that there is nothing to do.
  const { writeAssets } = await import('./assets.ts');
  mkdirSync(dirname(outDir), { recursive: true });
  const fresh = mkdtempSync(`${outDir}.`);
  try {
    const version = await writeAssets(root, fresh);
    writeFileSync(join(fresh, 'manifest.json'), `${JSON.stringify({ version })}\n`);
    writeStamp(join(fresh, '.stamp'), inputs);
    replaceFolder(outDir, fresh);
    return { outDir, version, rebuilt: true };
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** The version that the last build wrote into `manifest.json`; throws when there is none. */
export function readAssetVersion(outDir: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(outDir, 'manifest.json'), 'utf8'));
  if (
    typeof manifest === 'object' &&
    manifest &&
    'version' in manifest &&
    typeof manifest.version === 'string'
  ) {
    return manifest.version;
  }
  throw new Error(`No version in ${join(outDir, 'manifest.json')}`);
}

/**
 * Puts the finished folder in place of the old one. Two builds may end together (tests run in parallel):
 * then the first one stays, which is as good, as both were made from the same sources.
 */
function replaceFolder(target: string, fresh: string): void {
  const old = `${fresh}.old`;
  if (existsSync(target)) renameSync(target, old);
  try {
    renameSync(fresh, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  } finally {
    rmSync(old, { recursive: true, force: true });
  }
}

/** Compiles `server` and `appliance` into `dist`, unless nothing changed. Throws when the types don't hold. */
export function buildServer(root: string = process.cwd()): boolean {
  const stamp = join(root, 'dist/.server-stamp');
  const inputs = fingerprint(root, SERVER_INPUTS);
  if (readStamp(stamp) === inputs) return false;
  const compiler = join(root, 'node_modules/.bin/tsc');
  const { status } = spawnSync(compiler, ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('the compiler refused the sources of the server (its words are above)');
  writeStamp(stamp, inputs);
  return true;
}

async function main(args: string[]): Promise<void> {
  const started = performance.now();
  const server = args.includes('--client-only') ? false : buildServer();
  const client = await buildClient();
  const what =
    [server && 'server', client.rebuilt && 'client'].filter(Boolean).join(' and ') || 'nothing new';
  console.log(`Built ${what} in ${Math.round(performance.now() - started)} ms; assets ${client.version}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    console.error(`The build failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
