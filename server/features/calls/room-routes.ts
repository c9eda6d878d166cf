import Router from '@koa/router';
import { AppError, forbidden, InvalidInput, notFound } from '../../kernel/errors.ts';
import { sameSecret } from '../../kernel/ids.ts';
import type { Appointment } from '../../models/Appointment.ts';
import { audit, type Actor } from '../../models/audit.ts';
import type { Deps } from '../../models/deps.ts';
import type { AppState, Ctx } from '../../web/context.ts';
import { setFlash } from '../../web/flash.ts';
import { freshForm, refusedForm } from '../../web/forms.ts';
import { signedIn, staffOf } from '../../web/guards.ts';
import { seeOther } from '../../web/redirect.ts';
import type { Renderer } from '../../web/render.ts';
import { validate } from '../../web/validate.ts';
import { appointmentOf } from '../appointments/index.ts';
import { actorOf, appointmentKey, appointmentPath, handlesOffice } from '../identity/index.ts';
import { admit, attend, close } from './attend.ts';
import { withLink } from './citizen-routes.ts';
import { isAdmitted, overridePin, resendPin } from './pin.ts';
import { presentAgentRoom, presentCitizenRoom, type RoomForms, type RoomView } from './present-room.ts';
import { citizenInRoom, citizenRows } from './queries.ts';
import { closeSchema, overrideSchema, roomReportSchema } from './schema.ts';
import { recordVideoEvent, videoEventSchema } from './video-events.ts';

/** Answers the room page's request for a token; a closed appointment is no error but news. */
async function answerToken(ctx: Ctx, token: () => Promise<{ token: string; room: string }>): Promise<void> {
  try {
    ctx.body = await token();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'callEnded') throw error;
    ctx.body = { ended: true };
  }
}

/** Keeps what the room page reports: a technical failure, or the alarm that something records. */
async function keepReport(deps: Deps, ctx: Ctx, actor: Actor, appointment: Appointment): Promise<void> {
  const { kind, reason } = roomReportSchema.parse(ctx.request.body);
  const subject = { officeId: appointment.officeId, appointmentId: appointment.id };
  await audit(deps.clock, null, actor, `video.${kind}`, subject, { reason });
  if (kind === 'recorder') deps.log.error({ appointment: appointment.uid, reason }, 'recorder alarm');
  ctx.status = 204;
}

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
    withLink(deps, renderer, (ctx, { appointment }) =>
      keepReport(deps, ctx, { kind: 'citizen' }, appointment),
    ),
  );

  return router;
}

/** The agent's side: take, meet, let in by hand, close. */
export function agentRoomRoutes(deps: Deps, renderer: Renderer): Router<AppState> {
  const router = new Router<AppState>({ prefix: '/o/:office/appointments/:uid' });

  router.use(signedIn(), handlesOffice());

  const found = (ctx: Ctx) => appointmentOf(appointmentKey(ctx).officeId, appointmentKey(ctx).uid);
  const fresh = (): RoomForms => ({ overrideForm: freshForm(), closeForm: freshForm() });

  /** Only who attends may act in the room; colleagues see the appointment's page. */
  async function attended(ctx: Ctx): Promise<Appointment> {
    const appointment = await found(ctx);
    if (appointment.agentId !== staffOf(ctx).id) throw forbidden('not the attending agent');
    return appointment;
  }

  async function present(ctx: Ctx, appointment: Appointment, forms: RoomForms) {
    const { vault, templates, clock, settings } = deps;
    const { locale, csrf } = ctx.state;
    const view: RoomView = {
      vault,
      templates,
      locale,
      now: clock.now(),
      browser: ctx.state.browser,
      base: appointmentPath(ctx),
      settings,
      csrf,
    };
    return presentAgentRoom(view, await citizenRows(appointment), await citizenInRoom(appointment), forms);
  }

  async function roomPage(ctx: Ctx, appointment: Appointment, forms: RoomForms, status = 200) {
    const page = await present(ctx, appointment, forms);
    const options = {
      layout: 'room',
      title: 'labels:title.agentRoom',
      office: page.office.slug,
      status,
    } as const;
    renderer.page(ctx, 'calls/agent-room', page, { ...options, titleParams: { name: page.name } });
  }

  router.post('/attend', async (ctx) => {
    await attend(deps, appointmentKey(ctx), staffOf(ctx).id);
    seeOther(ctx, `${appointmentPath(ctx)}/room`);
  });

  router.get('/room', async (ctx) => {
    const appointment = await found(ctx);
    if (appointment.status !== 'in_call' || appointment.agentId !== staffOf(ctx).id)
      return seeOther(ctx, appointmentPath(ctx));
    return roomPage(ctx, appointment, fresh());
  });

  router.get('/room/live', async (ctx) => {
    const page = await present(ctx, await attended(ctx), fresh());
    renderer.fragment(ctx, 'calls/agent-room-live', page, page.office.slug);
  });

  router.post('/room/token', async (ctx) => {
    const appointment = await attended(ctx);
    const person = { userId: `agent-${staffOf(ctx).id}`, role: 'agent' } as const;
    await answerToken(ctx, () => admit(deps, appointment, person));
  });

  router.post('/room/report', async (ctx) => keepReport(deps, ctx, actorOf(ctx), await attended(ctx)));

  /** A form beside the pictures: a refused one is drawn again, with the call going on after the reload. */
  function sideForm(path: string, form: keyof RoomForms, run: (ctx: Ctx) => Promise<string>): void {
    router.post(path, async (ctx) => {
      const appointment = await attended(ctx);
      try {
        return seeOther(ctx, await run(ctx));
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error;
        const refused = refusedForm(error, deps.templates, ctx.state.locale);
        return roomPage(ctx, appointment, { ...fresh(), [form]: refused }, 422);
      }
    });
  }

  sideForm('/pin/override', 'overrideForm', async (ctx) => {
    await overridePin(deps, appointmentKey(ctx), actorOf(ctx), validate(ctx, overrideSchema).reason);
    return `${appointmentPath(ctx)}/room`;
  });

  sideForm('/pin/resend', 'overrideForm', async (ctx) => {
    await resendPin(deps, appointmentKey(ctx), actorOf(ctx));
    return `${appointmentPath(ctx)}/room`;
  });

  sideForm('/close', 'closeForm', async (ctx) => {
    await close(deps, appointmentKey(ctx), actorOf(ctx), validate(ctx, closeSchema));
    setFlash(ctx, 'success', 'closed');
    return appointmentPath(ctx);
  });

  return router;
}

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
