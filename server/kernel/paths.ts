import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

function findRoot(from: string): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('No package.json above this file');
  return findRoot(parent);
}

/** The project's folder; the same whether the sources or the compiled files in `dist/` run. */
export const ROOT = findRoot(import.meta.dirname);
