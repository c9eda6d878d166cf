import type { Templates } from '../kernel/ports.ts';
import type { PageChrome } from '../kernel/page.ts';
import type { Locale } from '../kernel/locale.ts';
import { setCookie } from './cookies.ts';
import type { Ctx } from './context.ts';

const COOKIE = 'va_flash';
const FORMAT = /^(success|warning|danger)\.([a-zA-Z]{1,40})$/;

export type FlashKind = NonNullable<PageChrome['flash']>['kind'];

/** Leaves one message for the next page. Only the key of a catalogue travels, so nothing can be planted in it. */
export function setFlash(ctx: Ctx, kind: FlashKind, key: string): void {
  setCookie(ctx, COOKIE, `${kind}.${key}`, 60);
}

/** Takes the message that the page before left, if any. */
export function takeFlash(ctx: Ctx, templates: Templates, locale: Locale): PageChrome['flash'] {
  const value = FORMAT.exec(ctx.cookies.get(COOKIE) ?? '');
  if (!value) return undefined;
  setCookie(ctx, COOKIE, null);
  return { kind: value[1] as FlashKind, text: templates.text(`errors:flash.${value[2]}`, locale) };
}
