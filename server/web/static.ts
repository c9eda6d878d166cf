import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import send from 'koa-send';
import type { Step } from './context.ts';

const YEAR_MS = 365 * 24 * 3600 * 1000;
const HOUR_MS = 3600 * 1000;

/** URL prefix of the built assets: it holds a hash of their content, so that browsers may keep them for ever. */
export function assetPrefix(publicDirectory: string): string {
  const manifest = join(publicDirectory, 'manifest.json');
  if (!existsSync(manifest)) throw new Error('The browser files are missing: run "npm run build" first');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return `/assets/${version}`;
}

/** Serves files of a folder below a URL prefix; everything else passes on. */
function files(prefix: string, root: string, maxage: number, immutable: boolean): Step {
  return async (ctx, next) => {
    if (!ctx.path.startsWith(`${prefix}/`) || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return next();
    const path = ctx.path.slice(prefix.length);
    try {
      await send(ctx, path, { root, maxage, immutable, index: false });
    } catch (error) {
      if ((error as { status?: number }).status === 404) return next();
      throw error;
    }
  };
}

/** The built scripts, styles and fonts. */
export function assets(prefix: string, publicDirectory: string): Step {
  return files(prefix, publicDirectory, YEAR_MS, true);
}

/** The video library, where no proxy serves it. */
export function videoLibraries(directory: string): Step {
  return files('/libs', directory, HOUR_MS, false);
}
