import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../appliance/embedded/ports.ts';
import { ROOT } from '../../server/kernel/paths.ts';

const PATIENCE_MS = 90_000;
const RESTART_MS = 300;
const WARNING = 40;

/** The server as a process of its own, which is started again whenever it ends, as systemd does. */
export class Replica {
  /** How often each complaint stood in its log. */
  readonly complaints = new Map<string, number>();
  kills = 0;
  starts = 0;
  readonly #environment: Record<string, string>;
  #child: ChildProcess | null = null;
  #stopping = false;
  #living: Promise<void> = Promise.resolve();
  #listens = false;
  readonly #waiting = new Set<() => void>();

  private constructor(environment: Record<string, string>) {
    this.#environment = environment;
  }

  /** Starts one and waits until it listens. */
  static async start(environment: Record<string, string>): Promise<Replica> {
    const port = String(await freePort());
    const replica = new Replica({ ...environment, PORT: port, PUBLIC_URL: `http://localhost:${port}` });
    replica.#living = replica.#live();
    await replica.listening();
    return replica;
  }

  /** Resolves when it listens, now or after its next start. */
  async listening(): Promise<void> {
    if (this.#listens) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('A replica did not start')), PATIENCE_MS);
      this.#waiting.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Ends it as a power cut would. */
  kill(): void {
    this.kills += 1;
    this.#child?.kill('SIGKILL');
  }

  /** Ends it in good order and for good; resolves with its exit code. */
  async stop(): Promise<number | null> {
    this.#stopping = true;
    this.#child?.kill('SIGTERM');
    await this.#living;
    return this.#child?.exitCode ?? null;
  }

  /** Ends it at once and for good. */
  async destroy(): Promise<void> {
    this.#stopping = true;
    this.#child?.kill('SIGKILL');
    await this.#living;
  }

  async #live(): Promise<void> {
    while (!this.#stopping) {
      this.starts += 1;
      const child = spawn(process.execPath, ['--import=tsx', join(ROOT, 'server/main.ts')], {
        cwd: ROOT,
        env: { ...process.env, ...this.#environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      this.#child = child;
      for (const input of [child.stdout, child.stderr])
        createInterface({ input }).on('line', (line) => this.#heard(line));
      await once(child, 'exit');
      this.#listens = false;
      if (!this.#stopping) await delay(RESTART_MS);
    }
  }

  #heard(line: string): void {
    const entry = readLine(line);
    if (entry.msg === 'listening') this.#nowListens();
    if (entry.level < WARNING) return;
    const complaint = entry.err ? `${entry.msg}: ${entry.err.message}` : entry.msg;
    const words = complaint.replace(/[0-9a-f-]{36}/g, '…').slice(0, 300);
    this.complaints.set(words, (this.complaints.get(words) ?? 0) + 1);
  }

  #nowListens(): void {
    this.#listens = true;
    for (const tell of this.#waiting) tell();
    this.#waiting.clear();
  }
}

interface Entry {
  level: number;
  msg: string;
  err?: { message: string };
}

/** A line of the log, or words that something wrote beside it. */
function readLine(line: string): Entry {
  try {
    return JSON.parse(line) as Entry;
  } catch {
    return { level: WARNING, msg: line };
  }
}
