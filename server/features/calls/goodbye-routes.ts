import Router from '@koa/router';
import type { Deps } from '../../models/deps.ts';
import type { AppState } from '../../web/context.ts';
import { seeOther } from '../../web/redirect.ts';
import type { Renderer } from '../../web/render.ts';
import { validate } from '../../web/validate.ts';
import { presentGoodbye } from './present-citizen.ts';
import { citizenRows } from './queries.ts';
import { rate } from './rate.ts';
import { elsewhere, withLink, type LinkHandler } from './routes-link.ts';
import { ratingSchema } from './schema.ts';

/** The last page behind the link, with its one question. */
export function goodbyeRoutes(deps: Deps, renderer: Renderer): Router<AppState> {
  const router = new Router<AppState>({ prefix: '/v/:token' });
  const linked = (handler: LinkHandler) => withLink(deps, renderer, handler);

  router.get(
    '/goodbye',
    linked(async (ctx, { appointment, view }) => {
      const other = elsewhere(appointment, 'goodbye');
      if (other !== null) return seeOther(ctx, view.base + other);
      const page = presentGoodbye(view, await citizenRows(appointment));
      return renderer.page(ctx, 'calls/goodbye', page, { layout: 'citizen', title: 'labels:title.goodbye' });
    }),
  );

  router.post(
    '/rating',
    linked(async (ctx, { key, view }) => {
      await rate(deps, key, validate(ctx, ratingSchema).rating);
      seeOther(ctx, `${view.base}/goodbye`);
    }),
  );

  return router;
}
