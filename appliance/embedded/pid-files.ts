import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a pid file holds. Numbers are recycled; number, start time and boot together are not. */
export interface PidRecord {
  name: string;
  pid: number;
  /** Clock ticks between boot and the start of the process (field 22 of /proc/<pid>/stat). */
  startTime: string;
  boot: string;
}

/** Records a running process, so that a later run can find it after this one was killed. */
export function writePidFile(file: string, pid: number, name: string): void {
  const record: PidRecord = { name, pid, startTime: startTime(pid) ?? '', boot: bootId() };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

/** The recorded process if that very process still runs; otherwise removes the stale file. */
export function readPidFile(file: string): PidRecord | undefined {
  const record = parse(file);
  if (!record) return undefined;
  const same = record.boot === bootId() && startTime(record.pid) === record.startTime;
  if (same && isRunning(record.pid)) return record;
  rmSync(file, { force: true });
  return undefined;
}

/** Everything recorded in a directory that still runs. */
export function livePidFiles(directory: string): PidRecord[] {
  return pidFiles(directory).flatMap((file) => readPidFile(join(directory, file)) ?? []);
}

/** True while a process exists and has not ended; a zombie that nobody has collected counts as ended. */
export function isRunning(pid: number): boolean {
  const fields = stat(pid);
  return fields !== undefined && fields[0] !== 'Z' && fields[0] !== 'X';
}

function pidFiles(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => name.endsWith('.pid'));
  } catch {
    return [];
  }
}

function parse(file: string): PidRecord | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is PidRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { name, pid, startTime, boot } = value as Partial<Record<keyof PidRecord, unknown>>;
  return [name, startTime, boot].every((field) => typeof field === 'string') && Number.isInteger(pid);
}

function startTime(pid: number): string | undefined {
  return stat(pid)?.[19];
}

/** Fields of /proc/<pid>/stat from the third (state) on; the second may contain spaces and brackets. */
function stat(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
