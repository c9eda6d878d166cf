// The body parser adds `request.body` to Koa's types.
import '@koa/bodyparser';
import type { RouterContext } from '@koa/router';
import type { Locale } from '../kernel/locale.ts';
import type { StaffNotice } from '../kernel/page.ts';
import type { Role } from '../models/Staff.ts';

/** The signed-in member of staff, as policies see them. */
export interface StaffIdentity {
  id: number;
  name: string;
  staffNumber: string;
  role: Role;
  locale: Locale;
  offices: { id: number; slug: string; name: string }[];
}

/** What the tool-box knows about a request. */
export interface AppState {
  requestId: string;
  /** Of the Content-Security-Policy of this answer. */
  nonce: string;
  /** People reach the service by https. */
  secure: boolean;
  /** Hash of this browser's own random cookie: tells browsers apart, not people. */
  browser: string;
  /** Chosen by the person; pages may fall back on another when it was not chosen. */
  locale: Locale;
  localeChosen: boolean;
  staff: StaffIdentity | null;
  /** What the signed-in person must know of at once. */
  notices: StaffNotice[];
  /** Hash of the session, or null. */
  sessionId: string | null;
  /** The browser brought a session that has ended. */
  sessionLost: boolean;
  /** Token that each form of this browser must send back. */
  csrf: string;
}

export type Ctx = RouterContext<AppState>;
export type Next = () => Promise<unknown>;
export type Step = (ctx: Ctx, next: Next) => Promise<unknown>;
