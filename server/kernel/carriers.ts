import type { MailMessage } from './ports.ts';

/**
 * Alphabet of a text on air (3GPP TS 23.038): the default 7-bit one with its extension table, the same with the
 * Spanish single shift table (Annex A.2.2), or UCS-2.
 */
export type SmsAlphabet = 'gsm' | 'gsm-es' | 'ucs2';

/** A text as it was split for the air; fixed at its first lease, so that each try sends the same octets. */
export interface EncodedText {
  alphabet: SmsAlphabet;
  /** The characters of each part, in order; one part when it fits without concatenation. */
  parts: string[];
}

/** One SMS, ready for the operator. */
export interface SmsMessage extends EncodedText {
  /** E.164 with the leading `+`. */
  to: string;
  /** Alias, short code or number that the citizen sees. */
  sender: string;
  /** After this instant the network must not deliver it any more (SMPP `validity_period`). */
  expiresAt: Date;
  /** Higher overtakes lower at the gateway (SMPP `priority_flag`): 1 for a PIN, 0 for the rest. */
  priority: 0 | 1;
  /** Id of the message's row: its low 8 bits are the concatenation reference; see `partReference`. */
  reference: number;
  /** Positions (from 0) of the parts that were taken at an earlier try and are not sent again. */
  taken: number[];
}

/** A message has at most this many parts, so that its reference and a position fit 16 bits. */
export const MAX_PARTS = 8;

/**
 * SMPP `user_message_reference` of one part (16 bits): 13 low bits of the message's id and 3 of the position. A gateway
 * that echoes it in receipts tells what became of a part whose answer was lost.
 */
export function partReference(reference: number, position: number): number {
  return (reference % 0x2000) * MAX_PARTS + position;
}

/** One part that the gateway has taken. */
export interface TakenPart {
  position: number;
  /** As the gateway gave it. */
  providerId: string;
  /** The form in which its receipts are looked up, see `DeliveryReceipt`. */
  providerKey: string;
}

/** What became of one attempt to hand a message over; `taken` are the parts that were newly taken, in any case. */
export type SendResult = { taken: TakenPart[] } & (
  | { kind: 'accepted' }
  /** Refused for good; trying again would be refused again. */
  | { kind: 'rejected'; reason: string }
  /**
   * Not handed over; may be tried again. Only the fault of the message counts as an attempt, and after `tries` of them it
   * has failed; without `tries` it is tried until it expires. `sender`: the gateway does not accept who it comes from.
   * `afterMs` is how long to wait at least, where the carrier knows.
   */
  | {
      kind: 'retry';
      reason: string;
      blame: 'message' | 'link' | 'sender';
      tries?: number;
      afterMs?: number;
    }
  /** The gateway cannot take this alphabet; nothing was taken. The text may be tried once more as UCS-2. */
  | { kind: 'recode'; reason: string }
  /** Handed to the wire but never answered: it may or may not have been taken. */
  | { kind: 'inDoubt'; reason: string }
);

/**
 * A place in the window of one link, for one message. It is held until its result is recorded for good, so the places
 * of a link bound how many messages can be in doubt when link or process die.
 */
export interface Slot<Message> {
  /** Name of the link. */
  link: string;
  /** Hands the message over, once. Never rejects. */
  send(message: Message): Promise<SendResult>;
  /**
   * The same place for another message, in exchange for this slot, which is worth nothing afterwards. For a holder who
   * records one result and marks the next message in one commit, so that the place never stands empty between them. Null
   * when the link cannot take another message now, or is not the best for it; then this slot stays as it is.
   */
  renew(wish?: SlotWish): Slot<Message> | null;
  /** Gives the place back, used or not. Doing it twice is harmless. */
  release(): void;
}

/** Which link a message needs. */
export interface SlotWish {
  /** This one if it can take a message now; another one otherwise. */
  link?: string | undefined;
  /** Not this one, if another can take a message now: it has refused the message before. */
  avoid?: string | undefined;
  /** Only links of this provider, to whom the sender is assigned; any when absent. */
  provider?: string | undefined;
}

/** How a link is, for people who operate it. */
export interface LinkStatus {
  name: string;
  state: 'up' | 'connecting' | 'refused' | 'stopped';
  since: Date;
  /** Why it is not up, as `smpp 0x0000000D` or an error of the socket. */
  reason: string | null;
  inFlight: number;
  window: number;
  /** What the gateway's contract allows, or what is left of it after throttling; null without limit. */
  ratePerSecond: number | null;
  throttledUntil: Date | null;
  /** Handed over since the process started. */
  submitted: number;
}

/** Hands messages of one channel over, at the pace the other side allows. */
export interface Carrier<Message> {
  /** A place that is free now on the best link that is up, or null; the rate of the link is drawn on. */
  reserve(wish?: SlotWish): Slot<Message> | null;
  /** Calls back whenever a `reserve` that got nothing might get something now. Returns the function that ends it. */
  onFree(listener: () => void): () => void;
  /** True while some link (of this provider, where one is named) could take a message, now or when a place gets free. */
  up(provider?: string): boolean;
  links(): LinkStatus[];
}

/** Outcome of one part as the network reports it later. */
export interface DeliveryReceipt {
  /** Name of the link through which it came. */
  link: string;
  /** As the gateway gave it; empty when it reports by reference alone. */
  providerId: string;
  /** Without padding, in the base that the link's settings say, so that it equals the key of the answer. */
  providerKey: string;
  /** Echoed `user_message_reference`, see `partReference`. */
  reference: number | null;
  /** Who the text was for, in E.164 with `+`, where the receipt says. */
  recipient: string | null;
  state: 'delivered' | 'failed' | 'pending';
  reason: string;
  at: Date;
}

/** The operator's gateways. */
export interface SmsCarrier extends Carrier<SmsMessage> {
  /** True when every configured link may carry the Spanish single shift table. */
  readonly spanishShift: boolean;
  /** Names of the providers behind the links, to whom senders can be assigned. */
  readonly providers: string[];
  /** The handler must resolve only when the receipt is stored; a rejection makes the gateway send it again. */
  onReceipt(handler: (receipt: DeliveryReceipt) => Promise<void>): void;
  /** Starts connecting; never throws for an unreachable gateway, which is retried for ever. */
  start(): void;
  /** Drains what is in flight, unbinds and closes, within `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
}

/** The department's mail server. */
export interface MailCarrier extends Carrier<MailMessage> {
  /** Lets running deliveries end, and closes. */
  stop(): Promise<void>;
}
