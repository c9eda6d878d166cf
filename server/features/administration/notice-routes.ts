import Router from '@koa/router';
import type { Deps } from '../../models/deps.ts';
import type { AppState, Ctx, Step } from '../../web/context.ts';
import { noticesOf } from '../../web/notices.ts';
import type { Renderer } from '../../web/render.ts';
import { presentNotices } from './present-notices.ts';
import { readerOf } from './routes-guard.ts';
import { lookForTrouble, remembered, type Trouble } from './trouble.ts';

/** Whoever draws or watches a page within these seconds shares one look at the tables. */
const REMEMBER_SECONDS = 5;

/** What keeps messages from leaving, known to all pages of this process. */
export interface Watch {
  get(): Promise<Trouble | null>;
  /** After a change made here: the next page shows it. */
  forget(): void;
}

/** Builds the watch of this process; it looks at nothing before somebody asks. */
export function watchMessages(deps: Deps): Watch {
  return remembered(
    deps.clock,
    REMEMBER_SECONDS,
    () => lookForTrouble(deps),
    // A page is worth more than its banner.
    (error) => deps.log.error({ err: error }, 'state of the messages is not known'),
  );
}

/** Puts on every page of the staff what the person must know about messages. */
export function staffNotices(deps: Deps, watch: Watch): Step {
  return async (ctx: Ctx, next) => {
    const { staff } = ctx.state;
    const trouble = staff ? await watch.get() : null;
    if (staff && trouble) ctx.state.notices = presentNotices(readerOf(deps, ctx, trouble), trouble, staff);
    return next();
  };
}

/**
 * The notices alone, for pages that stay open: 204 while nothing changed, so that nothing is read out twice. Unlike other
 * live parts it leads nobody to the sign-in page: somebody may be typing.
 */
export function noticeRoutes(renderer: Renderer): Router<AppState> {
  const router = new Router<AppState>();
  router.get('/notices', (ctx) => {
    if (ctx.state.staff && ctx.query.seen !== noticesOf(ctx).seen) {
      return renderer.fragment(ctx, 'partials/staff-notices', {});
    }
    ctx.status = 204;
  });
  return router;
}
