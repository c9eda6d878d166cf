import Router from '@koa/router';
import { InvalidInput } from '../../kernel/errors.ts';
import type { FormState } from '../../kernel/page.ts';
import type { Deps } from '../../models/deps.ts';
import type { AppState, Ctx } from '../../web/context.ts';
import { setFlash } from '../../web/flash.ts';
import { freshForm, refusedForm } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import type { Renderer } from '../../web/render.ts';
import { eventStream } from '../../web/sse.ts';
import { validate } from '../../web/validate.ts';
import { isFinal } from '../appointments/index.ts';
import { checkPin, resendPin } from './pin.ts';
import { presentWaiting } from './present-citizen.ts';
import { citizenRows } from './queries.ts';
import { elsewhere, withLink, type CitizenRequest, type LinkHandler } from './routes-link.ts';
import { pinSchema } from './schema.ts';
import { heartbeat, leaveWaitingRoom } from './waiting-room.ts';

/** The waiting room: its page and live part, signs of life, and the PIN. A GET changes nothing. */
export function waitingRoutes(deps: Deps, renderer: Renderer): Router<AppState> {
  const router = new Router<AppState>({ prefix: '/v/:token' });
  const linked = (handler: LinkHandler) => withLink(deps, renderer, handler);

  async function waiting(ctx: Ctx, { appointment, view }: CitizenRequest, form: FormState, status = 200) {
    const page = presentWaiting(view, await citizenRows(appointment), form);
    const options = { layout: 'citizen', title: 'labels:title.waiting', status } as const;
    renderer.page(ctx, 'calls/waiting', page, { ...options, self: `${view.base}/waiting-room` });
  }

  router.get(
    '/waiting-room',
    linked((ctx, request) => {
      const other = elsewhere(request.appointment, 'waiting');
      return other === null ? waiting(ctx, request, freshForm()) : seeOther(ctx, request.view.base + other);
    }),
  );

  router.get(
    '/waiting-room/live',
    linked(async (ctx, { appointment, view }) => {
      const other = elsewhere(appointment, 'waiting');
      if (other !== null) return seeOther(ctx, view.base + other);
      const page = presentWaiting(view, await citizenRows(appointment), freshForm());
      return renderer.fragment(ctx, 'calls/waiting-live', page);
    }),
  );

  router.get(
    '/events',
    linked((ctx, { appointment }) => {
      const send = eventStream(ctx, `link ${appointment.uid}`, () => stop());
      const stop = deps.changes.subscribe({ appointmentId: appointment.id }, () => {
        appointment.reload().then(
          ({ status }) => send('call', { status }),
          (error: unknown) => deps.log.warn({ err: error }, 'live appointment could not be read'),
        );
      });
      send('call', { status: appointment.status });
    }),
  );

  router.post(
    '/heartbeat',
    linked(async (ctx, { appointment }) => {
      if (!isFinal(appointment.status)) await heartbeat(deps, appointment, ctx.state.browser);
      ctx.status = 204;
    }),
  );

  router.post(
    '/leave',
    linked(async (ctx, { key, view }) => {
      await leaveWaitingRoom(deps, key, ctx.state.browser);
      seeOther(ctx, view.base);
    }),
  );

  router.post(
    '/pin',
    linked(async (ctx, request) => {
      try {
        const answer = await checkPin(deps, request.key, validate(ctx, pinSchema).pin, ctx.state.browser);
        if (answer === 'accepted' || answer === 'locked')
          return seeOther(ctx, `${request.view.base}/waiting-room`);
        throw new InvalidInput({ pin: answer === 'wrong' ? 'pinWrong' : 'pinExpired' }, {});
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error;
        await request.appointment.reload();
        return waiting(ctx, request, refusedForm(error, deps.templates, ctx.state.locale), 422);
      }
    }),
  );

  router.post(
    '/pin/resend',
    linked(async (ctx, { key, view }) => {
      await resendPin(deps, key, { kind: 'citizen' });
      setFlash(ctx, 'success', 'pinSent');
      seeOther(ctx, `${view.base}/waiting-room`);
    }),
  );

  return router;
}
