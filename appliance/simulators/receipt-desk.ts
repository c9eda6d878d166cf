import { ask, mayReceive, type Client } from './client.ts';
import { later, Shuffler } from './answer-desk.ts';
import { concerns, writeId, type FaultBox } from './faults.ts';
import { receiptPdu, type ReceiptFields } from './receipts.ts';

const ANSWER_MS = 10_000;
/** Receipts that may be unanswered at once on one session, as gateways keep it. */
const WINDOW = 50;
const AGAIN_MS = 1000;
/** Half a minute of refusals and more; real gateways go on for hours. */
const TRIES = 30;
const DELIVERED = { word: 'DELIVRD', state: 2, error: '000' };
const FAILED = { word: 'UNDELIV', state: 5, error: '001' };
/** Ids from here on are never given. */
const UNKNOWN_ID = 900_000_000;

/** A part that was taken and wants a receipt. */
export interface TakenPart {
  client: Client;
  id: number;
  /** The same as it was answered. */
  messageId: string;
  /** E.164 with `+`. */
  to: string;
  /** Without `+`, as the submit had it. */
  destination: string;
  from: string;
  reference: number | null;
}

interface Waiting {
  /** The id that its submit was answered with. */
  about: string | null;
  fields: ReceiptFields;
  systemId: string;
  home: Client;
  tries: number;
}

/** Something for the log. */
export interface NotedReceipt {
  about: string | null;
  fields: ReceiptFields;
  /** Of its answer, once there is one. */
  status?: number;
}

/** What the desk needs of its gateway. */
export interface ReceiptSurroundings {
  faults: FaultBox;
  timers: Set<NodeJS.Timeout>;
  /** All that are bound, oldest first. */
  clients(): Client[];
  note(client: Client, receipt: NotedReceipt): void;
}

/**
 * Sends receipts to a session of the same system id that may receive, the one of the submit if it can. Without one
 * they wait for the next bind; those refused or not answered come again, as with real gateways.
 */
export class ReceiptDesk {
  readonly #around: ReceiptSurroundings;
  readonly #shuffler: Shuffler;
  /** Those that found no session that may receive, or none with a free place. */
  readonly #waiting: Waiting[] = [];
  readonly #unanswered = new Map<Client, number>();
  #unknown = UNKNOWN_ID;

  constructor(around: ReceiptSurroundings) {
    this.#around = around;
    this.#shuffler = new Shuffler(around.faults.random, around.timers);
  }

  /** A part was taken; its answer has not left. */
  taken(part: TakenPart): void {
    if (this.#around.faults.current.receiptAt === 'beforeAnswer') this.#write(part);
  }

  /** The answer left, or never will. */
  answered(part: TakenPart): void {
    const { receiptAt, receiptLateMs } = this.#around.faults.current;
    if (receiptAt === 'afterAnswer') this.#write(part);
    if (receiptAt === 'late') later(this.#around.timers, receiptLateMs, () => this.#write(part));
  }

  /** Somebody bound: hands over what waited. */
  bound(): void {
    for (const waiting of this.#waiting.splice(0)) this.#send(waiting);
  }

  /** Lets go what waits to be shuffled. */
  flush(): void {
    this.#shuffler.flush();
  }

  #write(part: TakenPart): void {
    const { faults } = this.#around;
    const { receiptIds, receiptForm, receiptCommand, receiptCopies, shuffleReceipts } = faults.current;
    const outcome = concerns(faults.current.failedNumbers, part.to) ? FAILED : DELIVERED;
    const fields: ReceiptFields = {
      messageId: writeId(part.id, receiptIds),
      ...outcome,
      form: receiptForm,
      command: receiptCommand,
      reference: faults.current.echoReference ? part.reference : null,
      citizen: part.destination,
      sender: part.from,
    };
    for (let copy = 0; copy < receiptCopies; copy += 1)
      this.#push(part, part.messageId, fields, shuffleReceipts);
    if (!faults.use('unknownReceiptsNext')) return;
    this.#unknown += 1;
    const unknown = { ...fields, messageId: writeId(this.#unknown, receiptIds), reference: null };
    this.#push(part, null, unknown, shuffleReceipts);
  }

  #push({ client }: TakenPart, about: string | null, fields: ReceiptFields, size: number): void {
    const waiting = { about, fields, systemId: client.systemId, home: client, tries: 0 };
    this.#shuffler.push(() => this.#send(waiting), size);
  }

  #send(waiting: Waiting): void {
    const client = this.#sessionFor(waiting);
    if (!client) {
      this.#waiting.push(waiting);
      return;
    }
    const { about, fields } = waiting;
    waiting.tries += 1;
    this.#unanswered.set(client, this.#inFlight(client) + 1);
    const answer = ask(client.session, receiptPdu(fields), ANSWER_MS);
    this.#around.note(client, { about, fields });
    answer.then(
      (status) => {
        this.#around.note(client, { about, fields, status });
        this.#settled(client);
        if (status !== 0) this.#again(waiting);
      },
      () => {
        this.#settled(client);
        this.#again(waiting);
      },
    );
  }

  /** The session of the submit, or another of the same system id that may receive and has a place. */
  #sessionFor({ home, systemId }: Waiting): Client | undefined {
    const fits = (client: Client): boolean => mayReceive(client) && this.#inFlight(client) < WINDOW;
    if (mayReceive(home)) return fits(home) ? home : undefined;
    return this.#around.clients().findLast((client) => client.systemId === systemId && fits(client));
  }

  #inFlight(client: Client): number {
    return this.#unanswered.get(client) ?? 0;
  }

  /** A place is free: whoever waits longest and may use it goes next. */
  #settled(client: Client): void {
    const left = this.#inFlight(client) - 1;
    if (left > 0) this.#unanswered.set(client, left);
    else this.#unanswered.delete(client);
    const next = this.#waiting.findIndex((waiting) => this.#sessionFor(waiting) !== undefined);
    for (const waiting of next < 0 ? [] : this.#waiting.splice(next, 1)) this.#send(waiting);
  }

  #again(waiting: Waiting): void {
    if (waiting.tries >= TRIES) return;
    later(this.#around.timers, AGAIN_MS, () => this.#send(waiting));
  }
}
