import type { Ctx } from './context.ts';

/** Answers a form with 303 See Other, so that a reload of the next page sends nothing twice. */
export function seeOther(ctx: Ctx, path: string): void {
  ctx.status = 303;
  ctx.redirect(path);
}
