import { readFileSync, writeFileSync } from 'node:fs';
import type { Installation } from './installation.ts';

const TICKS_PER_SECOND = 100;

/** Processor time of a process so far, in milliseconds (proc(5), fields 14 and 15). */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

/**
 * With `BENCH_PRIORITY=1`, and as root, gives the session of a process more of the processors than all others: for a
 * machine that is not ours alone (sched(7), autogroups). Does nothing otherwise.
 */
export function prefer(pid: number): void {
  if (process.env['BENCH_PRIORITY'] === '1') writeFileSync(`/proc/${pid}/autogroup`, '-15');
}

/** Counters of the whole database server. */
export async function databaseCounters(installation: Installation): Promise<Map<string, number>> {
  const rows = await installation.rows<{ name: string; value: string }>(
    `SELECT VARIABLE_NAME AS name, VARIABLE_VALUE AS value FROM information_schema.GLOBAL_STATUS
      WHERE VARIABLE_NAME IN ('QUESTIONS','COM_COMMIT','INNODB_OS_LOG_FSYNCS','INNODB_DATA_FSYNCS')`,
  );
  return new Map(rows.map(({ name, value }) => [name, Number(value)]));
}

/** The middle one; of an even number the lower of the two. */
export function median(values: number[]): number {
  return percentile(values, 50);
}

/** The smallest value that at least this share of all is not above. */
export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * share) / 100) - 1)] ?? NaN;
}
