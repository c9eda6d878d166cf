import Router from '@koa/router';
import { AppError, notFound } from '../../kernel/errors.ts';
import { sameSecret } from '../../kernel/ids.ts';
import type { Deps } from '../../models/deps.ts';
import type { AppState } from '../../web/context.ts';
import { recordVideoEvent, videoEventSchema } from './video-events.ts';

/** Where the video server reports who came and went; it proves itself with the shared secret. */
export function videoEventRoutes(deps: Deps): Router<AppState> {
  const router = new Router<AppState>();
  router.post('/internal/video-events', async (ctx) => {
    // The video server calls directly; whatever came through a proxy came from outside.
    if (ctx.get('x-forwarded-for')) throw notFound('internal');
    if (!sameSecret(ctx.get('authorization'), `Bearer ${deps.settings.VIDEO_CONTROL_SECRET}`)) {
      throw new AppError('signInAgain', 401);
    }
    await recordVideoEvent(deps, videoEventSchema.parse(ctx.request.body));
    ctx.status = 204;
  });
  return router;
}
