import type { Ctx } from './context.ts';

/** Sets a cookie that scripts can't read and that only travels to this site; `Secure` wherever the service has TLS. */
export function setCookie(ctx: Ctx, name: string, value: string | null, maxAgeSeconds?: number): void {
  ctx.cookies.set(name, value, {
    httpOnly: true,
    sameSite: 'lax',
    secure: ctx.secure,
    path: '/',
    overwrite: true,
    ...(maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds * 1000 }),
  });
}
