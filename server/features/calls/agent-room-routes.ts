import Router from '@koa/router';
import { forbidden, InvalidInput } from '../../kernel/errors.ts';
import type { Appointment } from '../../models/Appointment.ts';
import type { Deps } from '../../models/deps.ts';
import type { AppState, Ctx } from '../../web/context.ts';
import { setFlash } from '../../web/flash.ts';
import { freshForm, refusedForm } from '../../web/forms.ts';
import { signedIn, staffOf } from '../../web/guards.ts';
import { seeOther } from '../../web/redirect.ts';
import type { Renderer } from '../../web/render.ts';
import { keepWhileAttending } from '../../web/session.ts';
import { validate } from '../../web/validate.ts';
import { appointmentOf } from '../appointments/index.ts';
import { actorOf, appointmentKey, appointmentPath, handlesOffice } from '../identity/index.ts';
import { admit, attend, close } from './attend.ts';
import type { AgentRoomPage } from './pages.ts';
import { overridePin, resendPin } from './pin.ts';
import { mayActInRoom } from './policy.ts';
import { presentAgentRoom, type RoomForms, type RoomView } from './present-room.ts';
import { citizenInRoom, citizenRows } from './queries.ts';
import { answerToken, keepReport } from './routes-room.ts';
import { closeSchema, overrideSchema } from './schema.ts';

const found = (ctx: Ctx) => appointmentOf(appointmentKey(ctx).officeId, appointmentKey(ctx).uid);
const freshForms = (): RoomForms => ({ overrideForm: freshForm(), closeForm: freshForm() });

/** The appointment, for the one who attends it. Throws `forbidden`: colleagues see the appointment's page. */
async function attended(ctx: Ctx): Promise<Appointment> {
  const appointment = await found(ctx);
  if (!mayActInRoom(staffOf(ctx), appointment)) throw forbidden('not the attending agent');
  return appointment;
}

async function present(
  deps: Deps,
  ctx: Ctx,
  appointment: Appointment,
  forms: RoomForms,
): Promise<AgentRoomPage> {
  const { vault, templates, clock, settings } = deps;
  const { locale, csrf, browser } = ctx.state;
  const view: RoomView = {
    vault,
    templates,
    locale,
    now: clock.now(),
    browser,
    base: appointmentPath(ctx),
    settings,
    csrf,
  };
  return presentAgentRoom(view, await citizenRows(appointment), await citizenInRoom(appointment), forms);
}

/** The agent's side of the room: take, meet, let in by hand, close. */
export function agentRoomRoutes(deps: Deps, renderer: Renderer): Router<AppState> {
  const router = new Router<AppState>({ prefix: '/o/:office/appointments/:uid' });
  router.use(signedIn(), handlesOffice());

  async function roomPage(ctx: Ctx, appointment: Appointment, forms: RoomForms, status = 200) {
    const page = await present(deps, ctx, appointment, forms);
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
    await keepWhileAttending(ctx);
    seeOther(ctx, `${appointmentPath(ctx)}/room`);
  });

  router.get('/room', async (ctx) => {
    const appointment = await found(ctx);
    if (appointment.status !== 'in_call' || !mayActInRoom(staffOf(ctx), appointment))
      return seeOther(ctx, appointmentPath(ctx));
    return roomPage(ctx, appointment, freshForms());
  });

  router.get('/room/live', async (ctx) => {
    const page = await present(deps, ctx, await attended(ctx), freshForms());
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
        return roomPage(ctx, appointment, { ...freshForms(), [form]: refused }, 422);
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
