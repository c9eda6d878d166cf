import { execFileSync } from 'node:child_process';
import { startInstallation, type Installation } from './parts/installation.ts';
import { startLeanSmsc, type LeanSmsc } from './parts/lean-smsc.ts';
import { runIdle } from './parts/messages-idle.ts';
import { runLateness, type LatenessRun } from './parts/messages-lateness.ts';
import { runKannel, runOurs, type Run } from './parts/messages-throughput.ts';
import { median, prefer } from './parts/readings.ts';
import type { BenchResult } from './run.ts';

const REPETITIONS = 3;
const TEXTS = 10_000;
const WINDOW = 10;
const RATE = 50;

type Figures = Record<string, unknown>;
type Row = Record<string, string | number>;
interface Part {
  rows: Row[];
  figures: Figures;
}

const row = (what: string, figure: string | number, details: string): Row => ({ what, figure, details });
const rounded = (value: number) => Math.round(value);
const each = (costs: Record<string, number>) =>
  Object.entries(costs)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

/** Texts a second from due to recorded, beside Kannel from accepted to answered, turn by turn. */
async function throughput(installation: Installation, smsc: LeanSmsc): Promise<Part> {
  const runs: Record<'one' | 'two' | 'kannel', Run[]> = { one: [], two: [], kannel: [] };
  for (let round = 0; round < REPETITIONS; round += 1) {
    runs.one.push(await runOurs(installation, smsc, TEXTS, 1));
    runs.kannel.push(await runKannel(smsc, TEXTS, WINDOW));
    runs.two.push(await runOurs(installation, smsc, TEXTS, 2));
  }
  const names = {
    one: 'one process, due to recorded, texts/s',
    two: 'two processes, due to recorded, texts/s',
    kannel: 'Kannel with spool, HTTP to answered, texts/s',
  };
  const medians = Object.fromEntries(
    Object.entries(runs).map(([name, list]) => [name, median(list.map(({ perSecond }) => perSecond))]),
  ) as Record<keyof typeof runs, number>;
  const rows = (Object.keys(runs) as (keyof typeof runs)[]).map((name) =>
    row(
      names[name],
      rounded(medians[name]),
      `${runs[name].map(({ perSecond }) => rounded(perSecond)).join(' / ')}; CPU µs each: ${each(runs[name][0]?.cpu ?? {})}`,
    ),
  );
  const ratios = { one: medians.one / medians.kannel, two: medians.two / medians.kannel };
  return {
    rows: [
      ...rows,
      row('one process / Kannel', ratios.one.toFixed(2), 'aim 1.5'),
      row('two processes / Kannel', ratios.two.toFixed(2), ''),
      row('database, each text', each(runs.one[0]?.database ?? {}), ''),
    ],
    figures: { texts: TEXTS, window: WINDOW, medians, ratios, runs },
  };
}

function lateRows(name: string, { links, pins, seconds }: LatenessRun): Row[] {
  const say = ({ p50, p99, max }: { p50: number; p99: number; max: number }) => `${p50} / ${p99} / ${max}`;
  return [
    row(`${name}: lateness of links, ms, p50 / p99 / max`, say(links), `all out after ${seconds} s`),
    ...(pins ? [row(`${name}: PIN from the step in, ms, p50 / p99 / max`, say(pins), 'aim p99 < 2000')] : []),
  ];
}

async function lateness(installation: Installation, smsc: LeanSmsc): Promise<Part> {
  const unlimited = await runLateness(installation, smsc, { pins: false });
  const limited = await runLateness(installation, smsc, { ratePerSecond: RATE, pins: true });
  return {
    rows: [
      ...lateRows('2,000 links, gateway without limit', unlimited),
      ...lateRows(`2,000 links and 20 PINs, gateway of ${RATE}/s`, limited),
    ],
    figures: { lateness: { unlimited, limited } },
  };
}

async function idle(installation: Installation): Promise<Part> {
  const run = await runIdle(installation);
  return {
    rows: [
      row('nothing due: queries a minute', run.queriesPerMinute, ''),
      row('nothing due: % of a core, server', run.serverCpuPercent, ''),
      row('nothing due: % of a core, database', run.databaseCpuPercent, ''),
    ],
    figures: { idle: run },
  };
}

const PARTS = { throughput, lateness, idle } as const;

/** Only some parts, for work on them: `BENCH_PARTS=idle,lateness`. */
function chosenParts(): (keyof typeof PARTS)[] {
  const names = process.env['BENCH_PARTS']?.split(',') ?? Object.keys(PARTS);
  return names.filter((name): name is keyof typeof PARTS => name in PARTS);
}

const versionOf = (command: string, args: string[], pattern: RegExp) =>
  pattern.exec(execFileSync(command, args, { encoding: 'utf8' }))?.[1] ?? 'unknown';

/**
 * What the message engine can do: how fast, how late, and what it costs while nothing is due. On a machine that does
 * other work as well, `BENCH_PRIORITY=1` keeps that out of the figures as far as possible.
 */
export default async function bench(): Promise<BenchResult> {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const versions = {
    mariadb: versionOf('mariadbd', ['--version'], /Ver (\S+)/),
    kannel: versionOf('dpkg-query', ['-W', '-f', '${Version}', 'kannel'], /(\S+)/),
  };
  console.log(`MariaDB ${versions.mariadb}, Kannel ${versions.kannel}`);
  prefer(process.pid);
  const smsc = await startLeanSmsc();
  const installation = await startInstallation(smsc.port);
  try {
    const parts: Part[] = [];
    for (const name of chosenParts()) parts.push(await PARTS[name](installation, smsc));
    return {
      title: 'Messages',
      rows: parts.flatMap(({ rows }) => rows),
      figures: Object.assign({ versions }, ...parts.map(({ figures }) => figures)) as Figures,
    };
  } finally {
    await installation.stop();
    await smsc.stop();
  }
}
