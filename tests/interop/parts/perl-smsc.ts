import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { requireProgram } from './programs.ts';

const SCRIPT = join(import.meta.dirname, '../smsc.pl');

/** What the gateway tells, see `smsc.pl`. */
export interface PerlEvent {
  event: string;
  [detail: string]: unknown;
}

/** A text as Net::SMPP read it; octets in hexadecimal. */
export interface PerlSubmit extends PerlEvent {
  id: string;
  as: string;
  source_addr_ton: number;
  source_addr_npi: number;
  source_addr: string;
  dest_addr_ton: number;
  dest_addr_npi: number;
  destination_addr: string;
  esm_class: number;
  protocol_id: number;
  priority_flag: number;
  validity_period: string;
  registered_delivery: number;
  data_coding: number;
  short_message: string;
  tlvs: Record<string, string>;
}

export interface PerlOptions {
  system_id?: string;
  password?: string;
  receipts?: 'text' | 'tlv' | 'none';
}

/** A gateway made with Net::SMPP. */
export interface PerlSmsc {
  port: number;
  events: readonly PerlEvent[];
  /** Resolves with the first `count` events of this name, past or future; rejects when the gateway ended. */
  waitFor(event: string, count?: number): Promise<PerlEvent[]>;
  submits(count: number): Promise<PerlSubmit[]>;
  /** Asks for a sign of life, ends the sessions properly, or cuts them. */
  tell(what: 'enquire' | 'unbind' | 'drop'): void;
  stop(): Promise<void>;
}

/** Starts it on a free port of 127.0.0.1; resolves when it listens. */
export async function startPerlSmsc(options: PerlOptions = {}): Promise<PerlSmsc> {
  requireProgram('/usr/share/perl5/Net/SMPP.pm', 'libnet-smpp-perl');
  const child = spawn('perl', [SCRIPT, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'pipe'] });
  const events: PerlEvent[] = [];
  const watchers = new Set<() => void>();
  let complaints = '';
  const tellWatchers = () => watchers.forEach((watcher) => watcher());
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaints += chunk));
  createInterface({ input: child.stdout }).on('line', (line) => {
    events.push(JSON.parse(line) as PerlEvent);
    tellWatchers();
  });
  const ended = once(child, 'close').then(() => {
    throw new Error(`The gateway in Perl ended:\n${complaints}`);
  });
  ended.catch(() => undefined);
  const waitFor = async (event: string, count = 1): Promise<PerlEvent[]> => {
    const found = new Promise<PerlEvent[]>((resolve) => {
      const look = () => {
        const some = events.filter((one) => one.event === event);
        if (some.length < count) return;
        watchers.delete(look);
        resolve(some.slice(0, count));
      };
      watchers.add(look);
      look();
    });
    return Promise.race([found, ended]);
  };
  const [listening] = await waitFor('listening');
  return {
    port: Number(listening?.['port']),
    events,
    waitFor,
    submits: async (count) => (await waitFor('submit_sm', count)) as PerlSubmit[],
    tell: (what) => void child.stdin.write(`${JSON.stringify({ do: what })}\n`),
    async stop() {
      child.stdin.end();
      await ended.catch(() => undefined);
    },
  };
}
