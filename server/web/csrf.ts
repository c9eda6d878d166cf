import { AppError } from '../kernel/errors.ts';
import { newToken, sameSecret, sha256 } from '../kernel/ids.ts';
import type { Vault } from '../kernel/vault.ts';
import { setCookie } from './cookies.ts';
import type { Ctx, Step } from './context.ts';

const COOKIE = 'va_browser';
/** Phones forget session cookies when they put the browser away; a visit and the day around it are enough. */
const LIFE_SECONDS = 2 * 24 * 3600;
const STAFF_PATH = /^\/o\//;
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

function fromElsewhere(ctx: Ctx, publicOrigin: string): boolean {
  const site = ctx.get('sec-fetch-site');
  if (site && site !== 'same-origin' && site !== 'none') return true;
  const origin = ctx.get('origin');
  return origin !== '' && origin !== publicOrigin;
}

const opensPage = (ctx: Ctx) =>
  ctx.method === 'GET' && ctx.get('accept').includes('text/html') && !ctx.get('hx-request');

function sentToken(ctx: Ctx): string {
  const body = ctx.request.body as Record<string, unknown> | undefined;
  const value = ctx.get('x-csrf-token') || body?._csrf;
  return typeof value === 'string' ? value : '';
}

/**
 * Refuses requests that change something unless they come from our own pages (OWASP: Fetch Metadata and Origin,
 * plus a token tied to this browser and, once signed in, to the session). Throws AppError `csrf` (403), `cookiesOff`
 * (403) from a browser that brought no cookie at all, and `signInAgain` (401) when the session has ended.
 * `exempt` paths are called by machines with a secret of their own.
 */
export function csrf(vault: Vault, publicOrigin: string, exempt: RegExp): Step {
  return async (ctx, next) => {
    const known = ctx.cookies.get(COOKIE);
    const browser = known ?? newToken();
    // Each page prolongs it, so that it does not run out in the middle of a visit.
    // Only pages set it: another site's form, which brings no cookie, must not replace it either.
    if (opensPage(ctx)) setCookie(ctx, COOKIE, browser, LIFE_SECONDS);
    ctx.state.browser = sha256(browser);
    ctx.state.csrf = vault.mac('csrf', `${browser}.${ctx.state.sessionId ?? ''}`);
    if (SAFE.has(ctx.method) || exempt.test(ctx.path)) return next();
    if (fromElsewhere(ctx, publicOrigin)) throw new AppError('csrf', 403, { detail: 'cross-site' });
    if (sameSecret(sentToken(ctx), ctx.state.csrf)) return next();
    // The form was fine when it was drawn: the truth is that the session has ended since.
    if (ctx.state.sessionLost || (!ctx.state.staff && STAFF_PATH.test(ctx.path)))
      throw new AppError('signInAgain', 401);
    throw new AppError(known ? 'csrf' : 'cookiesOff', 403, { detail: 'token' });
  };
}
