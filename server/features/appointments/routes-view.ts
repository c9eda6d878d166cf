import type { Deps } from '../../models/deps.ts';
import type { Ctx } from '../../web/context.ts';
import { staffOf } from '../../web/guards.ts';
import type { View } from './present-board.ts';

/** How the signed-in person sees appointments. */
export function viewOf(deps: Deps, ctx: Ctx): View {
  const { vault, templates, clock } = deps;
  return { vault, templates, clock, locale: ctx.state.locale, staffId: staffOf(ctx).id };
}
