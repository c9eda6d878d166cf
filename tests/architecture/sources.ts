import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { ROOT } from '../../server/kernel/paths.ts';

/** A file of ours, with its path from the top folder. */
export interface Source {
  path: string;
  text: string;
}

/** One import or re-export. `to` is a path from the top folder, or the name of a package. */
export interface Import {
  from: string;
  to: string;
  ours: boolean;
  /** `import type`: gone once compiled. */
  typeOnly: boolean;
}

// Prettier writes every statement at the start of a line, so that a word within a comment or a text is not taken for one.
const STATEMENTS = [
  /^(?:import|export)\s+(type\s)?(?:[^'"`;()]*?\sfrom\s+)?['"]([^'"]+)['"]/gm,
  /\bimport\(\s*()['"]([^'"]+)['"]/g,
];

/** All TypeScript files under these folders, without declarations of foreign packages. */
export function readSources(...folders: string[]): Source[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => ({ path: relative(ROOT, file), text: readFileSync(file, 'utf8') })),
  );
}

/** Everything that a file imports, statically or not. */
export function importsOf({ path, text }: Source): Import[] {
  return STATEMENTS.flatMap((pattern) => [...text.matchAll(pattern)]).map(([, type, specifier = '']) => {
    const ours = specifier.startsWith('.');
    const to = ours ? posix.join(posix.dirname(path), specifier) : specifier;
    return { from: path, to, ours, typeOnly: type !== undefined && type !== '' };
  });
}
