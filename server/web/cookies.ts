import Cookies from 'cookies';
import type { Ctx, Step } from './context.ts';

/**
 * Makes cookies `Secure` when people reach the service by https, whatever a proxy in front tells or forgets to tell.
 * Without it Koa would judge by the plain connection between the proxy and us.
 */
export function cookieSecurity(publicUrl: string): Step {
  const secure = publicUrl.startsWith('https:');
  return async (ctx, next) => {
    ctx.cookies = new Cookies(ctx.req, ctx.res, { secure });
    ctx.state.secure = secure;
    return next();
  };
}

/** Sets a cookie that scripts can't read and that only travels to this site; `Secure` wherever the service has TLS. */
export function setCookie(ctx: Ctx, name: string, value: string | null, maxAgeSeconds?: number): void {
  ctx.cookies.set(name, value, {
    httpOnly: true,
    sameSite: 'lax',
    secure: ctx.state.secure,
    path: '/',
    overwrite: true,
    ...(maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds * 1000 }),
  });
}
