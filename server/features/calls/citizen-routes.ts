import Router from '@koa/router';
import { InvalidInput } from '../../kernel/errors.ts';
import { sha256 } from '../../kernel/ids.ts';
import { displayPhone } from '../../kernel/people.ts';
import type { FormState } from '../../kernel/page.ts';
import type { Appointment } from '../../models/Appointment.ts';
import type { Deps } from '../../models/deps.ts';
import { Office } from '../../models/Office.ts';
import type { AppState, Ctx } from '../../web/context.ts';
import { setFlash } from '../../web/flash.ts';
import { freshForm, refusedForm } from '../../web/forms.ts';
import { preferLocale } from '../../web/locale.ts';
import { countTry, type Limit } from '../../web/rate-limit.ts';
import { seeOther } from '../../web/redirect.ts';
import type { Renderer } from '../../web/render.ts';
import { eventStream } from '../../web/sse.ts';
import { validate } from '../../web/validate.ts';
import { isFinal, type AppointmentKey } from '../appointments/index.ts';
import { appointmentByLink } from './link.ts';
import type { UnknownLinkPage } from './pages.ts';
import { checkPin, resendPin } from './pin.ts';
import { presentGoodbye, presentLanding, presentWaiting, type CitizenView } from './present-citizen.ts';
import { citizenRows } from './queries.ts';
import { rate } from './rate.ts';
import { deviceReportSchema, enterSchema, pinSchema, ratingSchema } from './schema.ts';
import { enterWaitingRoom, heartbeat, leaveWaitingRoom, saveDeviceReport } from './waiting-room.ts';

/** Unknown links from one address: enough for clumsy copying, nothing for guessing 128 bits. */
const UNKNOWN: Limit = { rule: 'unknown-link', max: 60, windowSeconds: 600 };
/** What one link may post; far above what a page does by itself (3 a minute). */
const POSTS: Limit = { rule: 'link-posts', max: 300, windowSeconds: 600 };

/** A request of a citizen with a living link. */
export interface CitizenRequest {
  appointment: Appointment;
  key: AppointmentKey;
  view: CitizenView;
}

type Handler = (ctx: Ctx, request: CitizenRequest) => Promise<unknown> | unknown;

/** Finds the appointment behind the link, or answers with one neutral page that is the same for all dead links. */
export function withLink(deps: Deps, renderer: Renderer, handler: Handler) {
  return async (ctx: Ctx): Promise<unknown> => {
    const token = String(ctx.params.token);
    const appointment = await appointmentByLink(deps.clock, token);
    if (!appointment) return unknownLink(deps, renderer, ctx);
    if (ctx.method === 'POST') await countTry(deps.sequelize, deps.clock, POSTS, sha256(token));
    preferLocale(ctx, appointment.locale);
    const { locale } = ctx.state;
    const { vault, templates, clock } = deps;
    const { browser } = ctx.state;
    const view = { vault, templates, locale, now: clock.now(), browser, base: `/v/${token}` };
    return handler(ctx, { appointment, key: { linkHash: appointment.linkHash }, view });
  };
}

async function unknownLink(deps: Deps, renderer: Renderer, ctx: Ctx): Promise<void> {
  await countTry(deps.sequelize, deps.clock, UNKNOWN, ctx.ip);
  const offices = await Office.findAll({ order: ['name'] });
  const page: UnknownLinkPage = {
    offices: offices.map(({ name, phone }) => ({
      name,
      phone: displayPhone(phone),
      phoneHref: `tel:${phone}`,
    })),
  };
  renderer.page(ctx, 'calls/unknown-link', page, {
    layout: 'citizen',
    title: 'labels:title.unknownLink',
    status: 404,
  });
}

/** Where an appointment in this state is shown, if not on the page that was asked for. */
function elsewhere(appointment: Appointment, page: 'landing' | 'waiting' | 'goodbye'): string | null {
  const home = isFinal(appointment.status)
    ? 'goodbye'
    : appointment.status === 'waiting' || appointment.status === 'in_call'
      ? 'waiting'
      : 'landing';
  if (home === page) return null;
  return { landing: '', waiting: '/waiting-room', goodbye: '/goodbye' }[home];
}

/** The citizen's pages behind the personal link, up to the room. A GET changes nothing. */
export function citizenRoutes(deps: Deps, renderer: Renderer): Router<AppState> {
  const router = new Router<AppState>({ prefix: '/v/:token' });
  const linked = (handler: Handler) => withLink(deps, renderer, handler);

  async function landing(ctx: Ctx, { appointment, view }: CitizenRequest, form: FormState, status = 200) {
    const page = presentLanding(view, await citizenRows(appointment), form);
    renderer.page(ctx, 'calls/landing', page, {
      layout: 'citizen',
      title: 'labels:title.landing',
      status,
      self: view.base,
    });
  }

  async function waiting(ctx: Ctx, { appointment, view }: CitizenRequest, form: FormState, status = 200) {
    const page = presentWaiting(view, await citizenRows(appointment), form);
    const options = { layout: 'citizen', title: 'labels:title.waiting', status } as const;
    renderer.page(ctx, 'calls/waiting', page, { ...options, self: `${view.base}/waiting-room` });
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
      if (!isFinal(appointment.status)) await heartbeat(deps, appointment);
      ctx.status = 204;
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

  router.post(
    '/leave',
    linked(async (ctx, { key, view }) => {
      await leaveWaitingRoom(deps, key);
      seeOther(ctx, view.base);
    }),
  );

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
