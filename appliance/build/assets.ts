import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { compile } from 'sass';
import { iconSprite } from './icons.ts';
import { filesBelow } from './stamp.ts';

const BUNDLES = ['staff', 'citizen', 'room', 'device-check', 'texts'];
const STYLES = ['citizen', 'staff', 'room'];
/** Latin alone holds every letter of Catalan, Spanish and English; names with other letters fall back to the system. */
const FONTS = ['atkinson-hyperlegible-next-latin-wght-normal.woff2'];
const FONT_PACKAGE = 'node_modules/@fontsource-variable/atkinson-hyperlegible-next';
const COMPRESSIBLE = /\.(js|css|svg)$/;

/** Writes every asset below `outDir` and returns the version: a hash of all of it. */
export async function writeAssets(root: string, outDir: string): Promise<string> {
  await bundleScripts(root, outDir);
  for (const name of STYLES) writeFileSync(join(outDir, `${name}.css`), styleSheet(root, name));
  mkdirSync(join(outDir, 'fonts'));
  for (const font of FONTS) cpSync(join(root, FONT_PACKAGE, 'files', font), join(outDir, 'fonts', font));
  cpSync(join(root, FONT_PACKAGE, 'LICENSE'), join(outDir, 'fonts/LICENSE'));
  writeFileSync(join(outDir, 'icons.svg'), iconSprite(root));
  cpSync(join(root, 'views/assets'), outDir, { recursive: true });
  const version = contentHash(outDir);
  compressBeside(outDir);
  return version;
}

async function bundleScripts(root: string, outDir: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(BUNDLES.map((name) => [name, `views/client/${name}/index.ts`])),
    outdir: outDir,
    bundle: true,
    minify: true,
    format: 'iife',
    // Two years of browsers and the oldest iPhones that still hold a video call.
    target: ['chrome109', 'firefox115', 'safari15.4'],
    legalComments: 'none',
    logLevel: 'warning',
  });
}

function styleSheet(root: string, name: string): string {
  const { css } = compile(join(root, `views/styles/${name}.scss`), {
    style: 'compressed',
    loadPaths: [join(root, 'node_modules')],
    // Bootstrap 5.3 is written in the older Sass; its warnings are not ours to mend.
    quietDeps: true,
    silenceDeprecations: ['import', 'global-builtin', 'color-functions', 'if-function'],
  });
  return css;
}

function contentHash(outDir: string): string {
  const hash = createHash('sha256');
  for (const file of filesBelow(outDir)) {
    hash.update(`${relative(outDir, file)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 12);
}

/** `.br` and `.gz` copies, so that the server sends them without compressing at each request. */
function compressBeside(outDir: string): void {
  for (const file of filesBelow(outDir).filter((path) => COMPRESSIBLE.test(basename(path)))) {
    const content = readFileSync(file);
    writeFileSync(`${file}.br`, brotliCompressSync(content));
    writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
  }
}
