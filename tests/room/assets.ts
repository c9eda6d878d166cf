import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { compile } from 'sass';
import { iconSprite } from '../../appliance/build/icons.ts';

let built: Promise<string> | null = null;

/** Scripts, styles and icons, built once for each test file. */
export function assets(): Promise<string> {
  built ??= buildAssets();
  return built;
}

async function buildAssets(): Promise<string> {
  const outdir = mkdtempSync(join(tmpdir(), 'room-assets-'));
  process.once('exit', () => rmSync(outdir, { recursive: true, force: true }));
  const names = ['room', 'device-check', 'staff', 'citizen'];
  await build({
    entryPoints: Object.fromEntries(names.map((name) => [name, `views/client/${name}/index.ts`])),
    outdir,
    bundle: true,
    format: 'iife',
    target: 'es2020',
    logLevel: 'error',
  });
  for (const name of ['room', 'citizen']) {
    const { css } = compile(`views/styles/${name}.scss`, {
      loadPaths: ['node_modules'],
      quietDeps: true,
      silenceDeprecations: ['import', 'global-builtin', 'color-functions', 'if-function'],
    });
    writeFileSync(join(outdir, `${name}.css`), css);
  }
  writeFileSync(join(outdir, 'icons.svg'), iconSprite(process.cwd()));
  const font = 'atkinson-hyperlegible-next-latin-wght-normal.woff2';
  mkdirSync(join(outdir, 'fonts'));
  const source = `node_modules/@fontsource-variable/atkinson-hyperlegible-next/files/${font}`;
  writeFileSync(join(outdir, 'fonts', font), readFileSync(source));
  return outdir;
}
