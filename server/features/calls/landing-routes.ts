import Router from '@koa/router';
import { InvalidInput } from '../../kernel/errors.ts';
import type { FormState } from '../../kernel/page.ts';
import type { Deps } from '../../models/deps.ts';
import type { AppState, Ctx } from '../../web/context.ts';
import { freshForm, refusedForm } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import type { Renderer } from '../../web/render.ts';
import { validate } from '../../web/validate.ts';
import { presentLanding } from './present-citizen.ts';
import { citizenRows } from './queries.ts';
import { elsewhere, withLink, type CitizenRequest, type LinkHandler } from './routes-link.ts';
import { deviceReportSchema, enterSchema } from './schema.ts';
import { enterWaitingRoom, saveDeviceReport } from './waiting-room.ts';

/** The first pages behind the link: the appointment, the device check, and the way in. A GET changes nothing. */
export function landingRoutes(deps: Deps, renderer: Renderer): Router<AppState> {
  const router = new Router<AppState>({ prefix: '/v/:token' });
  const linked = (handler: LinkHandler) => withLink(deps, renderer, handler);

  async function landing(ctx: Ctx, { appointment, view }: CitizenRequest, form: FormState, status = 200) {
    const page = presentLanding(view, await citizenRows(appointment), form);
    renderer.page(ctx, 'calls/landing', page, {
      layout: 'citizen',
      title: 'labels:title.landing',
      status,
      self: view.base,
    });
  }

  router.get(
    '/',
    linked((ctx, request) => {
      const other = elsewhere(request.appointment, 'landing');
      return other === null ? landing(ctx, request, freshForm()) : seeOther(ctx, request.view.base + other);
    }),
  );

  router.get(
    '/device-check',
    linked(async (ctx, { appointment, view }) => {
      const { appointment: shown } = presentLanding(view, await citizenRows(appointment), freshForm());
      const page = { appointment: shown, resultAction: `${view.base}/device-check`, backHref: view.base };
      renderer.page(ctx, 'calls/device-check', page, {
        layout: 'citizen',
        title: 'labels:title.deviceCheck',
      });
    }),
  );

  router.post(
    '/device-check',
    linked(async (ctx, { key }) => {
      const report = deviceReportSchema.parse(ctx.request.body);
      await saveDeviceReport(deps, key, { ...report, at: deps.clock.now().toISOString() });
      ctx.status = 204;
    }),
  );

  router.post(
    '/enter',
    linked(async (ctx, request) => {
      try {
        validate(ctx, enterSchema);
        await enterWaitingRoom(deps, request.key, ctx.state.browser);
        return seeOther(ctx, `${request.view.base}/waiting-room`);
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error;
        return landing(ctx, request, refusedForm(error, deps.templates, ctx.state.locale), 422);
      }
    }),
  );

  return router;
}
