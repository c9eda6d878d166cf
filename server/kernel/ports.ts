import type { Locale } from './locale.ts';

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
