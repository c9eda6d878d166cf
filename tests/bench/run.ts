import { existsSync, readdirSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What a benchmark hands back; its module exports one async function by default that makes it. */
export interface BenchResult {
  title: string;
  /** For people: one object for each row, all with the same keys. */
  rows: Record<string, string | number>[];
  /** For programs, in the units that the names tell (`admitToFrameMs`). */
  figures: Record<string, unknown>;
}

const FOLDER = import.meta.dirname;

function names(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
    .map((file) => file.replace(/\.ts$/, ''));
}

function machine(): Record<string, string | number> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    kernel: release(),
  };
}

function isBench(value: unknown): value is () => Promise<BenchResult> {
  return typeof value === 'function';
}

async function load(name: string): Promise<() => Promise<BenchResult>> {
  const module: unknown = await import(pathToFileURL(join(FOLDER, `${name}.ts`)).href);
  const bench = typeof module === 'object' && module !== null && 'default' in module && module.default;
  if (!isBench(bench)) throw new TypeError(`tests/bench/${name}.ts exports no function by default`);
  return bench;
}

async function main(name: string | undefined): Promise<number> {
  if (!name || !/^[\w-]+$/.test(name) || name === 'run' || !existsSync(join(FOLDER, `${name}.ts`))) {
    console.error(`Usage: npm run bench -- NAME\nThere are: ${names().join(', ') || '(none yet)'}`);
    return 64;
  }
  const bench = await load(name);
  const about = machine();
  console.log(
    `Machine: ${Object.entries(about)
      .map(([key, value]) => `${key} ${value}`)
      .join(', ')}`,
  );
  const { title, rows, figures } = await bench();
  console.log(`\n${title}`);
  console.table(rows);
  console.log(JSON.stringify({ bench: name, machine: about, ...figures }));
  return 0;
}

process.exitCode = await main(process.argv[2]);
