import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import type { Mailbag } from './mailbag.ts';

const DATES = new Set(['receivedAt', 'validityPeriod']);

/**
 * The messages of an earlier run, from a file with one JSON object a line. A line that a crash left half written
 * is skipped.
 */
export function readJournal<T>(path: string | undefined, check: (value: object) => value is T & object): T[] {
  if (!path || !existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const value = parse(line);
      return value && check(value) ? [value] : [];
    });
}

/** Writes each new message of the bag to the file, and removes the file when the bag is cleared. */
export function keepJournal<T>(bag: Mailbag<T>, path: string | undefined): void {
  if (!path) return;
  bag.on('message', (message: T) => appendFileSync(path, `${JSON.stringify(message)}\n`, { mode: 0o600 }));
  bag.on('cleared', () => rmSync(path, { force: true }));
}

function parse(line: string): object | null {
  try {
    const value: unknown = JSON.parse(line, revive);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

function revive(key: string, value: unknown): unknown {
  return DATES.has(key) && typeof value === 'string' ? new Date(value) : value;
}
