import { EventEmitter } from 'node:events';
import { appendFileSync } from 'node:fs';
import type { PartOfText } from './text-part.ts';

interface Common {
  at: Date;
  /** The gateway's name. */
  link: string;
  /** Number of the connection, counted from 1. */
  session: number;
  systemId: string;
}

export interface BindEntry extends Common {
  event: 'bind';
  mode: string;
  status: number;
}

/** One submit as it came. */
export interface SubmitEntry extends Common {
  event: 'submit';
  submit: number;
  sequence: number;
  /** E.164 with `+`. */
  to: string;
  from: string;
  /** Of this part alone. */
  text: string;
  part: PartOfText | null;
  reference: number | null;
  validUntil: Date | null;
  priority: number;
  dataCoding: number;
  /** What it is answered with, 0 when it was taken; null when it was thrown away with the link. */
  status: number | null;
  /** Null when it was not taken. */
  messageId: string | null;
}

/** The answer to a submit was written to the connection. */
export interface AnswerEntry extends Common {
  event: 'answer';
  submit: number;
  status: number;
}

interface AboutReceipt extends Common {
  messageId: string;
  /** The id that its submit was answered with, in whatever way that was written; null when there was none. */
  about: string | null;
  word: string;
}

/** A receipt was written to the connection. */
export interface ReceiptEntry extends AboutReceipt {
  event: 'receipt';
}

/** The client answered a receipt. */
export interface ReceiptAnsweredEntry extends AboutReceipt {
  event: 'receiptAnswered';
  status: number;
}

/** A connection ended: `cut` by us, `unbind` in good order by either side, or `closed` by the other side. */
export interface EndEntry extends Common {
  event: 'end';
  how: 'cut' | 'unbind' | 'closed';
  bound: boolean;
  /** Submits (by number) whose answers were not written. */
  unanswered: number[];
}

export type LogEntry = BindEntry | SubmitEntry | AnswerEntry | ReceiptEntry | ReceiptAnsweredEntry | EndEntry;

/** A submit with what followed. */
export interface Submit extends SubmitEntry {
  /** When its answer was written; null when it never was. */
  answeredAt: Date | null;
}

const KEPT = 500_000;

/**
 * What happened at a gateway, in order; emits `entry` for each. Entries are only added; beyond half a million the
 * oldest go.
 */
export class SmscLog extends EventEmitter {
  readonly #entries: LogEntry[] = [];
  readonly #file: string | undefined;
  #dropped = 0;

  constructor(file?: string) {
    super();
    this.setMaxListeners(0);
    this.#file = file;
  }

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** How many old entries are no longer in memory; who judges by the log must find 0. */
  get dropped(): number {
    return this.#dropped;
  }

  append(entry: LogEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > KEPT) {
      this.#entries.shift();
      this.#dropped += 1;
    }
    if (this.#file) appendFileSync(this.#file, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
    this.emit('entry', entry);
  }

  /** The first entry still to come that fits; rejects after `timeoutMs`. */
  next(fits: (entry: LogEntry) => boolean, timeoutMs = 10_000): Promise<LogEntry> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        this.off('entry', look);
        settle();
      };
      const look = (entry: LogEntry): void => {
        if (fits(entry)) end(() => resolve(entry));
      };
      const fail = (): void => end(() => reject(new Error(`no such entry within ${timeoutMs} ms`)));
      const timer = setTimeout(fail, timeoutMs);
      this.on('entry', look);
    });
  }

  /** All submits in order, each with the time of its answer. */
  submits(): Submit[] {
    const answers = new Map(this.#of('answer').map(({ submit, at }) => [submit, at]));
    return this.#of('submit').map((entry) => ({ ...entry, answeredAt: answers.get(entry.submit) ?? null }));
  }

  /** The ids, as answered, of submits whose receipts the client has confirmed. */
  confirmed(): Set<string> {
    const answers = this.#of('receiptAnswered');
    return new Set(answers.flatMap(({ about, status }) => (about !== null && status === 0 ? [about] : [])));
  }

  /** The submits that the gateway took, whether their answers arrived or not. */
  taken(): Submit[] {
    return this.submits().filter(({ status }) => status === 0);
  }

  /** Bound connections that ended without an unbind, or with submits unanswered. */
  cuts(): EndEntry[] {
    return this.#of('end').filter(
      ({ bound, how, unanswered }) => bound && (how !== 'unbind' || unanswered.length > 0),
    );
  }

  #of<Event extends LogEntry['event']>(event: Event): Extract<LogEntry, { event: Event }>[] {
    return this.#entries.filter(
      (entry): entry is Extract<LogEntry, { event: Event }> => entry.event === event,
    );
  }
}
