import { EventEmitter } from 'node:events';
import { seededRandom } from './random.ts';

/** When the link is dropped: the text is not kept, kept but not answered, or kept and answered. */
export type CutMoment = 'arrival' | 'beforeAnswer' | 'afterAnswer';
/** How a message id is written: `0000000123`, `123`, `7b` or `0000007B`. */
export type IdStyle = 'padded' | 'decimal' | 'hex' | 'paddedHex';

/** Everything that a gateway can be told to do wrong, or in its own way. Counts of Infinity mean until told otherwise. */
export interface Faults {
  /** Each answer waits so long, and up to `jitterMs` more. */
  delayMs: number;
  jitterMs: number;
  /** Answers wait until so many are there, and leave in another order; 0 for at once. */
  shuffleAnswers: number;
  /** The next so many submits are kept and never answered. */
  silentNext: number;
  /** Submits beyond so many in one second are refused with 0x58; null without limit. */
  perSecond: number | null;
  /** The next so many submits are refused with this `command_status`. */
  statusNext: number;
  status: number;
  /** Refused as sender (0x0A), or as destination (0x0B); `*` is everybody. */
  refusedSenders: string[];
  refusedNumbers: string[];
  /** The next so many submits cost the link, and others with this probability. */
  cutAt: CutMoment;
  cutNext: number;
  cutChance: number;
  /** Every bind is refused with this `command_status`; 0 accepts. */
  bindStatus: number;
  /** Connections open, but nothing is read from them. */
  frozen: boolean;
  answerIds: IdStyle;
  /** A receipt for each part whose submit asks for one. */
  receipts: boolean;
  receiptAt: 'afterAnswer' | 'beforeAnswer' | 'late';
  receiptLateMs: number;
  receiptCopies: number;
  /** Receipts wait until so many are there, and leave in another order; 0 for at once. */
  shuffleReceipts: number;
  receiptForm: 'text' | 'tlv' | 'both';
  receiptCommand: 'deliver_sm' | 'data_sm';
  receiptIds: IdStyle;
  /** Receipts carry the `user_message_reference` of their submit. */
  echoReference: boolean;
  /** With each of the next so many submits comes a receipt about an id that was never given. */
  unknownReceiptsNext: number;
  /** Their receipts say that the text could not be delivered; `*` is everybody. */
  failedNumbers: string[];
}

export type Count = 'silentNext' | 'statusNext' | 'cutNext' | 'unknownReceiptsNext';

/** A gateway as one wishes it. */
export const NORMAL: Readonly<Faults> = {
  delayMs: 0,
  jitterMs: 0,
  shuffleAnswers: 0,
  silentNext: 0,
  perSecond: null,
  statusNext: 0,
  status: 0x58,
  refusedSenders: [],
  refusedNumbers: [],
  cutAt: 'beforeAnswer',
  cutNext: 0,
  cutChance: 0,
  bindStatus: 0,
  frozen: false,
  answerIds: 'padded',
  receipts: false,
  receiptAt: 'afterAnswer',
  receiptLateMs: 5000,
  receiptCopies: 1,
  shuffleReceipts: 0,
  receiptForm: 'text',
  receiptCommand: 'deliver_sm',
  receiptIds: 'padded',
  echoReference: false,
  unknownReceiptsNext: 0,
  failedNumbers: [],
};

const THROTTLED = 0x58;
const SENDER_REFUSED = 0x0a;
const NUMBER_REFUSED = 0x0b;
const SECOND_MS = 1000;

/** The misbehaviour of one gateway, switched while it runs; emits `changed`. Chance comes from a seed. */
export class FaultBox extends EventEmitter {
  readonly random: () => number;
  readonly #normal: Readonly<Faults>;
  #now: Readonly<Faults>;
  readonly #lately: number[] = [];

  constructor(normal: Partial<Faults> = {}, seed = 1) {
    super();
    this.#normal = { ...NORMAL, ...normal };
    this.#now = this.#normal;
    this.random = seededRandom(seed);
  }

  /** As they are now; counts go down as they are used up. */
  get current(): Readonly<Faults> {
    return this.#now;
  }

  /** What differs from normal. */
  get active(): Partial<Faults> {
    const differs = (name: string) =>
      JSON.stringify(Reflect.get(this.#now, name)) !== JSON.stringify(Reflect.get(this.#normal, name));
    return Object.fromEntries(Object.entries(this.#now).filter(([name]) => differs(name)));
  }

  set(changes: Partial<Faults>): void {
    const before = this.#now;
    this.#now = { ...before, ...changes };
    this.emit('changed', this.#now, before);
  }

  /** Back to how the gateway was started. */
  reset(): void {
    this.set(this.#normal);
  }

  /** True when this submit is one of those that are counted; one less is left then. */
  use(count: Count): boolean {
    const left = this.#now[count];
    if (left <= 0) return false;
    this.set({ [count]: left - 1 });
    return true;
  }

  /** The `command_status` that a submit is refused with, 0 when it is taken. */
  refusal(from: string, to: string): number {
    const { refusedSenders, refusedNumbers } = this.#now;
    if (this.use('statusNext')) return this.#now.status;
    if (concerns(refusedSenders, from)) return SENDER_REFUSED;
    if (concerns(refusedNumbers, to)) return NUMBER_REFUSED;
    return this.#isTooFast() ? THROTTLED : 0;
  }

  /** When this submit costs the link, the moment of it. */
  cut(): CutMoment | null {
    const { cutChance, cutAt } = this.#now;
    const drawn = cutChance > 0 && this.random() < cutChance;
    return this.use('cutNext') || drawn ? cutAt : null;
  }

  #isTooFast(): boolean {
    const limit = this.#now.perSecond;
    const now = performance.now();
    while (this.#lately.length > 0 && now - (this.#lately[0] ?? 0) >= SECOND_MS) this.#lately.shift();
    if (limit !== null && this.#lately.length >= limit) return true;
    this.#lately.push(now);
    return false;
  }
}

/** Whether a list of addresses names this one, or everybody. */
export function concerns(list: readonly string[], address: string): boolean {
  return list.includes(address) || list.includes('*');
}

/** A message id as gateways write it. */
export function writeId(id: number, style: IdStyle): string {
  if (style === 'decimal') return String(id);
  if (style === 'hex') return id.toString(16);
  if (style === 'paddedHex') return id.toString(16).toUpperCase().padStart(8, '0');
  return String(id).padStart(10, '0');
}
