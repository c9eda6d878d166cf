import type { Definition } from './definition.ts';
import { DEFINITIONS } from './settings.ts';

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').trim();
const code = (text: string) => (text === '' ? '(empty)' : `\`${text}\``);

/** The value that stands when nothing is written, as the operator would write it; null when there is none. */
function defaultOf({ schema }: Definition): string | null {
  const { data } = schema.safeParse(undefined);
  if (typeof data === 'boolean') return data ? '1' : '0';
  return typeof data === 'string' || typeof data === 'number' ? String(data) : null;
}

function row([key, definition]: [string, Definition]): string {
  const otherwise = defaultOf(definition);
  const needed = !definition.schema.safeParse(undefined).success;
  const without = definition.unless ? `**required** without \`${definition.unless}\`` : null;
  const standard = without ?? (needed ? '**required**' : otherwise === null ? 'none' : code(otherwise));
  const secret = definition.secret ? ` Secret: better given as \`${key}_FILE\`.` : '';
  const example = definition.example === '' ? '' : code(definition.example);
  return `| \`${key}\` | ${cell(definition.about)}${secret} | ${cell(standard)} | ${cell(example)} |`;
}

/**
 * The table of all settings for the operator's manual, in Markdown: name, meaning, default, example. Made from the
 * definitions alone, so that it holds nothing of this machine's configuration.
 */
export function describeSettings(): string {
  const head = ['| Setting | What it is | Default | Example |', '| --- | --- | --- | --- |'];
  return [...head, ...Object.entries(DEFINITIONS).map(row)].join('\n');
}
