import type { Templates } from '../kernel/ports.ts';
import type { PageChrome } from '../kernel/page.ts';
import type { Locale } from '../kernel/locale.ts';
import { setCookie } from './cookies.ts';
import type { Ctx } from './context.ts';

const COOKIE = 'va_flash';
/** All messages there are; keys of the catalogue `errors`, below `flash`. */
const KEYS = [
  'booked',
  'phoneCheckSaved',
  'cancelled',
  'rescheduled',
  'noShow',
  'linkSent',
  'messageSent',
  'contactSaved',
  'closed',
  'pinSent',
  'channelPaused',
  'channelResumed',
  'holdLifted',
  'senderSaved',
  'textSaved',
  'textReset',
  'textSame',
] as const;
export type FlashKey = (typeof KEYS)[number];
const KINDS = ['success', 'warning', 'danger'] as const;

export type FlashKind = NonNullable<PageChrome['flash']>['kind'];

/** Leaves one message for the next page. Only the key of a catalogue travels, so nothing can be planted in it. */
export function setFlash(ctx: Ctx, kind: FlashKind, key: FlashKey): void {
  setCookie(ctx, COOKIE, `${kind}.${key}`, 60);
}

/** Takes the message that the page before left, if any. */
export function takeFlash(ctx: Ctx, templates: Templates, locale: Locale): PageChrome['flash'] {
  const [kind, key] = (ctx.cookies.get(COOKIE) ?? '').split('.');
  const known = { kind: KINDS.find((one) => one === kind), key: KEYS.find((one) => one === key) };
  if (!known.kind || !known.key) return undefined;
  setCookie(ctx, COOKIE, null);
  return { kind: known.kind, text: templates.text(`errors:flash.${known.key}`, locale) };
}
