import type { Locale } from './locale.ts';

/** One SMS, ready for the operator. */
export interface SmsMessage {
  /** E.164 with the leading `+`. */
  to: string;
  text: string;
  /** After this instant the network must not deliver it any more (SMPP `validity_period`). */
  expiresAt: Date;
  /** Higher overtakes lower at the gateway (SMPP `priority_flag`): 1 for a PIN, 0 for the rest. */
  priority: 0 | 1;
  /** Low 16 bits travel as SMPP `user_message_reference`. */
  reference: number;
}

/** What became of one attempt to hand a message over. */
export type SendResult =
  | { kind: 'accepted'; providerIds: string[]; segments: number }
  /** Refused for good; trying again would be refused again. */
  | { kind: 'rejected'; reason: string }
  /** Not handed over; may be tried again. `countsAsAttempt` is false when the fault is the link's, not the message's. */
  | { kind: 'retry'; reason: string; countsAsAttempt: boolean }
  /** Handed to the wire but never answered: it may or may not have been taken. */
  | { kind: 'inDoubt'; reason: string };

/** Outcome of one message part as the network reports it later. */
export interface DeliveryReceipt {
  providerId: string;
  state: 'delivered' | 'failed' | 'pending';
  reason: string;
  at: Date;
}

/** Hands texts to the operator's gateway. */
export interface SmsSender {
  send(message: SmsMessage): Promise<SendResult>;
  /** The handler must resolve only when the receipt is stored; a rejection makes the gateway send it again. */
  onReceipt(handler: (receipt: DeliveryReceipt) => Promise<void>): void;
  state(): 'up' | 'down';
  /** Starts connecting; never throws for an unreachable gateway, which is retried for ever. */
  start(): void;
  /** Drains what is in flight, unbinds and closes, within `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
}

/** One e-mail, ready to send. */
export interface MailMessage {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** RFC 5322 Message-ID without angle brackets, stable over retries so that receivers can drop a copy. */
  messageId: string;
  /** iCalendar (RFC 5545) body with its iTIP method, if the message carries an appointment. */
  calendar?: { method: 'REQUEST' | 'CANCEL'; content: string };
}

/** An appointment as a calendar entry. */
export interface CalendarEvent {
  /** Stable over changes (RFC 5545 UID). */
  uid: string;
  /** Raised by one at each change (RFC 5545 SEQUENCE). */
  sequence: number;
  method: 'REQUEST' | 'CANCEL';
  start: Date;
  end: Date;
  timeZone: string;
  summary: string;
  description: string;
  location: string;
  url?: string;
  organizer: { name: string; email: string };
  attendee: { name: string; email: string };
  stamp: Date;
}

/** Who somebody is in a room. */
export interface RoomPerson {
  /** Unique and opaque, for example `agent-12` or `citizen-x7…`: no name travels in tokens. */
  userId: string;
  role: 'agent' | 'citizen';
}

/** The video server: opens and ends rooms, and mints the personal tokens that let somebody in. */
export interface VideoRooms {
  /** Declares the room at the server, or prolongs it. Nobody enters a room that is not open. */
  open(room: string, options: { expiresAt: Date; maxOccupants: number }): Promise<void>;
  /** Destroys the room and makes all its tokens worthless. Succeeds also when the room is unknown. */
  end(room: string): Promise<void>;
  /** User ids present now, or an empty list when the room does not exist. */
  occupants(room: string): Promise<string[]>;
  /** A JWT for exactly this person and room (claims: see `adapters/jitsi/token.ts`). */
  token(room: string, person: RoomPerson): string;
}

/** Fills a template with plain data. */
export interface Templates {
  /** A whole page: `views/<view>.hbs` inside `views/layouts/<layout>.hbs`. */
  page(view: string, locale: Locale, data: object, layout: string): string;
  /** A template without layout: a fragment, an e-mail body or the text of an SMS. */
  fragment(view: string, locale: Locale, data: object): string;
  /** A text of the catalogues, key as `namespace:path`. */
  text(key: string, locale: Locale, params?: Record<string, unknown>): string;
  /** What a template says before anything is filled in, for people who edit texts. Throws for an unknown view. */
  source(view: string): string;
  /** A text of the catalogues with its `{{placeholders}}` as they stand. */
  rawText(key: string, locale: Locale): string;
}
