import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from './stamp.ts';

const ICONS = 'node_modules/bootstrap-icons/icons';
/** `{{icon "telephone"}}` in a view. */
const IN_VIEWS = /\bicon\s+"([a-z0-9-]+)"/g;
/** Any quoted word; it counts when a line of a script speaks of icons and Bootstrap has one of that name. */
const QUOTED = /['"`#]([a-z0-9]+(?:-[a-z0-9]+)*)['"`]/g;

/**
 * One SVG with a `<symbol>` for each icon that a view, a presenter or a browser script names.
 * Throws when a view names an icon that does not exist.
 */
export function iconSprite(root: string): string {
  const symbols = [...iconNames(root)].sort().map((name) => symbol(root, name));
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`;
}

function iconNames(root: string): Set<string> {
  const names = new Set<string>();
  for (const file of filesBelow(join(root, 'views')).filter((path) => path.endsWith('.hbs'))) {
    for (const match of readFileSync(file, 'utf8').matchAll(IN_VIEWS)) names.add(match[1] ?? '');
  }
  const scripts = [...filesBelow(join(root, 'server/features')), ...filesBelow(join(root, 'views/client'))];
  for (const file of scripts.filter((path) => path.endsWith('.ts'))) {
    for (const name of namedInScript(readFileSync(file, 'utf8'))) {
      if (existsSync(join(root, ICONS, `${name}.svg`))) names.add(name);
    }
  }
  return names;
}

/** Words quoted on a line with "icon", or within an object whose name has it (`const ICONS = {...}`). */
function namedInScript(source: string): string[] {
  const tables = source.match(/\w*icons?\b[^=\n]*=\s*\{[^}]*\}/gi) ?? [];
  const lines = source.split('\n').filter((line) => /icon/i.test(line));
  return [...tables, ...lines].flatMap((text) => [...text.matchAll(QUOTED)].map((match) => match[1] ?? ''));
}

function symbol(root: string, name: string): string {
  const file = join(root, ICONS, `${name}.svg`);
  if (!existsSync(file)) throw new Error(`No icon is called "${name}" (https://icons.getbootstrap.com)`);
  const svg = readFileSync(file, 'utf8');
  const inner = svg.slice(svg.indexOf('>') + 1, svg.lastIndexOf('</svg>')).replace(/\s*\n\s*/g, '');
  return `<symbol id="${name}" viewBox="0 0 16 16">${inner}</symbol>`;
}
