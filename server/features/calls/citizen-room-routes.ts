import Router from '@koa/router';
import { AppError } from '../../kernel/errors.ts';
import type { Deps } from '../../models/deps.ts';
import type { AppState } from '../../web/context.ts';
import { seeOther } from '../../web/redirect.ts';
import type { Renderer } from '../../web/render.ts';
import { admit } from './attend.ts';
import { isAdmitted } from './pin.ts';
import { presentCitizenRoom } from './present-room.ts';
import { citizenRows } from './queries.ts';
import { withLink } from './routes-link.ts';
import { answerToken, keepReport } from './routes-room.ts';

/** The citizen's side of the room. */
export function citizenRoomRoutes(deps: Deps, renderer: Renderer): Router<AppState> {
  const router = new Router<AppState>({ prefix: '/v/:token' });

  router.get(
    '/room',
    withLink(deps, renderer, async (ctx, { appointment, view }) => {
      if (appointment.status !== 'in_call' || !isAdmitted(appointment, ctx.state.browser))
        return seeOther(ctx, `${view.base}/waiting-room`);
      const roomView = { ...view, settings: deps.settings, csrf: ctx.state.csrf };
      const page = presentCitizenRoom(roomView, await citizenRows(appointment));
      return renderer.page(ctx, 'calls/citizen-room', page, { layout: 'room', title: 'labels:title.room' });
    }),
  );

  router.post(
    '/room/token',
    withLink(deps, renderer, (ctx, { appointment }) => {
      const inCall = appointment.status === 'in_call';
      if (inCall && !isAdmitted(appointment, ctx.state.browser)) throw new AppError('notAdmitted', 403);
      const person = { userId: `citizen-${appointment.uid}`, role: 'citizen' } as const;
      return answerToken(ctx, () => admit(deps, appointment, person));
    }),
  );

  router.post(
    '/room/report',
    withLink(deps, renderer, (ctx, { appointment }) => {
      if (!isAdmitted(appointment, ctx.state.browser)) throw new AppError('notAdmitted', 403);
      return keepReport(deps, ctx, { kind: 'citizen' }, appointment);
    }),
  );

  return router;
}
