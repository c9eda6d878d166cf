import Router from '@koa/router';
import { InvalidInput } from '../../kernel/errors.ts';
import { audit } from '../../models/audit.ts';
import type { Deps } from '../../models/deps.ts';
import type { AppState, Ctx } from '../../web/context.ts';
import { setFlash, type FlashKey } from '../../web/flash.ts';
import { refusedForm } from '../../web/forms.ts';
import { signedIn, staffOf } from '../../web/guards.ts';
import { seeOther } from '../../web/redirect.ts';
import type { Renderer } from '../../web/render.ts';
import { eventStream } from '../../web/sse.ts';
import { formValues, validate } from '../../web/validate.ts';
import { actorOf, appointmentKey, appointmentPath, handlesOffice } from '../identity/index.ts';
import { cancel } from './cancel.ts';
import { correctContact } from './contact.ts';
import { markNoShow } from './no-show.ts';
import { recordPhoneCheck } from './phone-check.ts';
import { presentAppointment, type RefusedForms } from './present-appointment.ts';
import { appointmentOf, appointmentRows } from './queries.ts';
import { reschedule } from './reschedule.ts';
import { resendLink, resendMessage } from './resend.ts';
import { cancelSchema, contactSchema, phoneCheckSchema, rescheduleSchema } from './schema.ts';
import { viewOf } from './routes-view.ts';

/** One appointment: its page, its live part, and the buttons on it. */
export function appointmentRoutes(deps: Deps, renderer: Renderer): Router<AppState> {
  const router = new Router<AppState>({ prefix: '/o/:office/appointments/:uid' });
  router.use(signedIn(), handlesOffice());
  const rowsOf = (ctx: Ctx) => appointmentRows(appointmentKey(ctx).officeId, appointmentKey(ctx).uid);

  async function showPage(ctx: Ctx, refused: RefusedForms = {}, status = 200) {
    const rows = await rowsOf(ctx);
    const page = presentAppointment(viewOf(deps, ctx), rows, refused);
    const options = { layout: 'staff', office: page.office.slug, title: 'labels:title.appointment' } as const;
    const more = { titleParams: { name: page.name }, status, self: page.selfHref };
    renderer.page(ctx, 'appointments/show', page, { ...options, ...more });
    return rows.appointment;
  }

  router.get('/', async (ctx) => {
    const { id: appointmentId, officeId } = await showPage(ctx);
    // Looking at personal data leaves a trace too; this row is about the data, not a change of it.
    await audit(deps.clock, null, actorOf(ctx), 'appointment.view', { appointmentId, officeId });
  });

  router.get('/live', async (ctx) => {
    const page = presentAppointment(viewOf(deps, ctx), await rowsOf(ctx));
    renderer.fragment(ctx, 'appointments/show-live', page, page.office.slug);
  });

  router.get('/events', async (ctx) => {
    const { officeId, uid } = appointmentKey(ctx);
    const { id } = await appointmentOf(officeId, uid);
    const send = eventStream(ctx, `staff ${staffOf(ctx).id}`, () => stop());
    const stop = deps.changes.subscribe({ appointmentId: id }, () => {
      appointmentOf(officeId, uid).then(
        ({ status }) => send('call', { status }),
        (error: unknown) => deps.log.warn({ err: error }, 'live appointment could not be read'),
      );
    });
  });

  /** A button of the page: runs the command, says so, and comes back; a refused form is drawn again. */
  function button(
    path: string,
    form: keyof RefusedForms | null,
    flash: FlashKey,
    run: (ctx: Ctx) => Promise<unknown>,
  ) {
    router.post(path, async (ctx) => {
      try {
        await run(ctx);
        setFlash(ctx, 'success', flash);
        return seeOther(ctx, appointmentPath(ctx));
      } catch (error) {
        if (!(error instanceof InvalidInput) || form === null) throw error;
        const refused = refusedForm(error, deps.templates, ctx.state.locale);
        return showPage(ctx, { [form]: { ...refused, values: formValues(ctx) } }, 422);
      }
    });
  }

  button('/phone-check', 'phoneForm', 'phoneCheckSaved', (ctx) =>
    recordPhoneCheck(deps, appointmentKey(ctx), actorOf(ctx), validate(ctx, phoneCheckSchema)),
  );
  button('/cancel', 'cancelForm', 'cancelled', (ctx) =>
    cancel(deps, appointmentKey(ctx), actorOf(ctx), validate(ctx, cancelSchema).reason),
  );
  button('/reschedule', 'rescheduleForm', 'rescheduled', (ctx) =>
    reschedule(deps, appointmentKey(ctx), actorOf(ctx), validate(ctx, rescheduleSchema)),
  );
  button('/contact', 'contactForm', 'contactSaved', (ctx) =>
    correctContact(deps, appointmentKey(ctx), actorOf(ctx), validate(ctx, contactSchema)),
  );
  button('/no-show', null, 'noShow', (ctx) => markNoShow(deps, appointmentKey(ctx), actorOf(ctx)));
  button('/resend-link', null, 'linkSent', (ctx) => resendLink(deps, appointmentKey(ctx), actorOf(ctx)));
  button('/messages/:message/resend', null, 'messageSent', (ctx) =>
    resendMessage(deps, appointmentKey(ctx), actorOf(ctx), String(ctx.params.message)),
  );

  return router;
}
