import { isLocale, type Locale } from '../kernel/locale.ts';
import { setCookie } from './cookies.ts';
import type { Ctx, Step } from './context.ts';

const COOKIE = 'va_lang';
const YEAR_SECONDS = 365 * 24 * 3600;

/** Language of the request: what the person chose here, else what the browser asks for, else the installation's. */
export function locale(fallback: Locale): Step {
  return async (ctx, next) => {
    const chosen = ctx.cookies.get(COOKIE);
    ctx.state.localeChosen = isLocale(chosen);
    ctx.state.locale = isLocale(chosen) ? chosen : browserLocale(ctx, fallback);
    return next();
  };
}

function browserLocale(ctx: Ctx, fallback: Locale): Locale {
  // Many Catalan speakers have a browser in Spanish: without a choice, Catalan stays first.
  const asked = ctx.acceptsLanguages();
  const first = Array.isArray(asked) ? asked[0]?.slice(0, 2) : undefined;
  return first === 'en' ? 'en' : fallback;
}

/** Takes another language for this answer, unless the person chose one: a citizen's own, or a staff member's. */
export function preferLocale(ctx: Ctx, preferred: Locale): void {
  if (!ctx.state.localeChosen) ctx.state.locale = preferred;
}

/** Remembers the choice for a year. */
export function chooseLocale(ctx: Ctx, chosen: Locale): void {
  setCookie(ctx, COOKIE, chosen, YEAR_SECONDS);
}

/** A path of ours to go back to: never another site, never a protocol-relative address. */
export function localPath(value: unknown, fallback: string): string {
  return typeof value === 'string' && /^\/(?![/\\])[^\s\\]*$/.test(value) ? value : fallback;
}
