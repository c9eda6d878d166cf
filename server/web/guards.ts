import { AppError, forbidden, notFound } from '../kernel/errors.ts';
import type { Ctx, StaffIdentity, Step } from './context.ts';

/** The signed-in member of staff; throws `forbidden` where a route forgot its guard. */
export function staffOf(ctx: Ctx): StaffIdentity {
  if (!ctx.state.staff) throw forbidden('no session');
  return ctx.state.staff;
}

/** Sends people who are not signed in to the sign-in page, and back afterwards; scripts get 401. */
export function signedIn(): Step {
  return async (ctx, next) => {
    if (ctx.state.staff) return next();
    if (ctx.method === 'GET' && ctx.accepts('html', 'json') === 'html' && !ctx.get('hx-request')) {
      return ctx.redirect(`/sign-in?next=${encodeURIComponent(ctx.url)}`);
    }
    // htmx follows this header with a full page load instead of putting a sign-in form inside the board.
    if (ctx.get('hx-request')) ctx.set('hx-redirect', '/sign-in');
    throw new AppError('signInAgain', 401);
  };
}

/** The public id in the path; 404 when it can't be one, so that the database is never asked about odd letters. */
export function uidOf(ctx: Ctx): string {
  const uid = String(ctx.params.uid);
  if (!/^[a-z2-7]{20}$/.test(uid)) throw notFound('uid');
  return uid;
}

/** The office of the path among those the person may see; 404 otherwise, as its existence is no one else's business. */
export function officeOf(ctx: Ctx): StaffIdentity['offices'][number] {
  const office = staffOf(ctx).offices.find((candidate) => candidate.slug === ctx.params.office);
  if (!office) throw notFound('office');
  return office;
}
