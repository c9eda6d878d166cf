import Router from '@koa/router';
import { isoDay, shiftDay } from '../../kernel/dates.ts';
import { forbidden, InvalidInput, notFound } from '../../kernel/errors.ts';
import { localise, LOCALES } from '../../kernel/locale.ts';
import type { FormState } from '../../kernel/page.ts';
import { audit, type Actor } from '../../models/audit.ts';
import type { Deps } from '../../models/deps.ts';
import type { AppState, Ctx } from '../../web/context.ts';
import { setFlash } from '../../web/flash.ts';
import { freshForm, refusedForm } from '../../web/forms.ts';
import { officeOf, signedIn, staffOf, uidOf } from '../../web/guards.ts';
import type { Renderer } from '../../web/render.ts';
import { eventStream } from '../../web/sse.ts';
import { formValues, validate } from '../../web/validate.ts';
import { mayHandleAppointments } from '../identity/index.ts';
import { book } from './book.ts';
import { cancel, markNoShow } from './cancel.ts';
import type { NewAppointmentPage } from './pages.ts';
import { recordPhoneCheck } from './phone-check.ts';
import { presentAppointment, type RefusedForms } from './present-appointment.ts';
import { presentBoard, type View } from './present-board.ts';
import { allProcedures, appointmentOf, appointmentRows, boardRows, officeById } from './queries.ts';
import { reschedule } from './reschedule.ts';
import { resendLink } from './resend-link.ts';
import { cancelSchema, newAppointmentSchema, phoneCheckSchema, rescheduleSchema } from './schema.ts';

/** Board and appointment pages of an office, for those who work there. */
export function appointmentRoutes(deps: Deps, renderer: Renderer): Router<AppState> {
  const router = new Router<AppState>({ prefix: '/o/:office' });

  router.use(signedIn(), async (ctx, next) => {
    const office = officeOf(ctx);
    if (!mayHandleAppointments(staffOf(ctx), office.id)) throw forbidden('role');
    return next();
  });

  const actor = (ctx: Ctx): Actor => ({ kind: 'staff', staffId: staffOf(ctx).id });
  const key = (ctx: Ctx) => ({ officeId: officeOf(ctx).id, uid: uidOf(ctx) });
  const view = (ctx: Ctx): View => ({
    vault: deps.vault,
    templates: deps.templates,
    clock: deps.clock,
    locale: ctx.state.locale,
    staffId: staffOf(ctx).id,
  });
  const seeOther = (ctx: Ctx, path: string) => {
    ctx.status = 303;
    ctx.redirect(path);
  };

  async function board(ctx: Ctx) {
    const office = await officeById(officeOf(ctx).id);
    const today = isoDay(deps.clock.now(), office.timeZone);
    const day = typeof ctx.query.date === 'string' ? ctx.query.date : today;
    const rows = await boardRows(deps.clock, office, day, day === today);
    if (!rows) throw notFound('date');
    return presentBoard(view(ctx), office, rows, day, deps.sms.state() === 'down');
  }

  router.get('/board', async (ctx) => {
    const page = await board(ctx);
    const title = {
      title: 'labels:title.board',
      titleParams: { office: page.office.name, date: page.dateLabel },
    };
    return renderer.page(ctx, 'appointments/board', page, {
      layout: 'staff',
      office: page.office.slug,
      ...title,
    });
  });

  router.get('/board/columns', async (ctx) => {
    renderer.fragment(ctx, 'appointments/board-columns', await board(ctx), officeOf(ctx).slug);
  });

  router.get('/events', (ctx) => {
    const stop = deps.changes.subscribe({ officeId: officeOf(ctx).id }, () => send('board'));
    const send = eventStream(ctx, () => stop());
  });

  async function newPage(ctx: Ctx, form: FormState, status = 200) {
    const office = await officeById(officeOf(ctx).id);
    const today = isoDay(deps.clock.now(), office.timeZone);
    const { locale } = ctx.state;
    const page: NewAppointmentPage = {
      office: { slug: office.slug, name: office.name },
      action: `/o/${office.slug}/appointments`,
      backHref: `/o/${office.slug}/board`,
      form,
      procedures: (await allProcedures()).map((procedure) => ({
        code: procedure.code,
        name: localise(procedure.name, locale),
        minutes: procedure.minutes,
        selected: form.values.procedure === procedure.code,
        byVideo: procedure.byVideo,
        whyNot: procedure.whyNot ? localise(procedure.whyNot, locale) : '',
      })),
      locales: LOCALES.map((code) => ({
        code,
        label: deps.templates.text(`labels:language.${code}`, locale),
        selected: (form.values.locale ?? 'ca') === code,
      })),
      minDate: today,
      maxDate: shiftDay(today, 365),
    };
    const options = {
      layout: 'staff',
      title: 'labels:title.newAppointment',
      office: office.slug,
      status,
    } as const;
    renderer.page(ctx, 'appointments/new', page, options);
  }

  router.get('/appointments/new', async (ctx) => {
    const date = typeof ctx.query.date === 'string' ? ctx.query.date : '';
    return newPage(ctx, freshForm({ date, locale: 'ca' }));
  });

  router.post('/appointments', async (ctx) => {
    try {
      const input = validate(ctx, newAppointmentSchema);
      const created = await book(deps, actor(ctx), officeOf(ctx).id, input);
      setFlash(ctx, 'success', 'booked');
      return seeOther(ctx, `/o/${officeOf(ctx).slug}/appointments/${created.uid}`);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      const form = refusedForm(error, deps.templates, ctx.state.locale);
      return newPage(ctx, { ...form, values: formValues(ctx) }, 422);
    }
  });

  async function showPage(ctx: Ctx, refused: RefusedForms = {}, status = 200) {
    const { officeId, uid } = key(ctx);
    const page = presentAppointment(view(ctx), await appointmentRows(officeId, uid), refused);
    const options = {
      layout: 'staff',
      office: page.office.slug,
      title: 'labels:title.appointment',
      status,
    } as const;
    renderer.page(ctx, 'appointments/show', page, { ...options, titleParams: { name: page.name } });
  }

  router.get('/appointments/:uid', async (ctx) => {
    await showPage(ctx);
    const { id: appointmentId, officeId } = await appointmentOf(key(ctx).officeId, key(ctx).uid);
    // Looking at personal data leaves a trace too; this row is about the data, not a change of it.
    await audit(deps.clock, null, actor(ctx), 'appointment.view', { appointmentId, officeId });
  });

  router.get('/appointments/:uid/live', async (ctx) => {
    const { officeId, uid } = key(ctx);
    const page = presentAppointment(view(ctx), await appointmentRows(officeId, uid));
    renderer.fragment(ctx, 'appointments/show-live', page, page.office.slug);
  });

  router.get('/appointments/:uid/events', async (ctx) => {
    const { officeId, uid } = key(ctx);
    const { id } = await appointmentOf(officeId, uid);
    const stop = deps.changes.subscribe({ appointmentId: id }, () => {
      void appointmentOf(officeId, uid).then(
        ({ status }) => send('call', { status }),
        (error: unknown) => deps.log.warn({ err: error }, 'live appointment could not be read'),
      );
    });
    const send = eventStream(ctx, () => stop());
  });

  /** A button of the appointment page: runs the command, says so, and comes back; a refused form is drawn again. */
  function command(
    path: string,
    form: keyof RefusedForms | null,
    flash: string,
    run: (ctx: Ctx) => Promise<unknown>,
  ): void {
    router.post(`/appointments/:uid/${path}`, async (ctx) => {
      try {
        await run(ctx);
        setFlash(ctx, 'success', flash);
        return seeOther(ctx, `/o/${officeOf(ctx).slug}/appointments/${uidOf(ctx)}`);
      } catch (error) {
        if (!(error instanceof InvalidInput) || form === null) throw error;
        const refused = refusedForm(error, deps.templates, ctx.state.locale);
        return showPage(ctx, { [form]: { ...refused, values: formValues(ctx) } }, 422);
      }
    });
  }

  command('phone-check', 'phoneForm', 'phoneCheckSaved', (ctx) =>
    recordPhoneCheck(deps, key(ctx), actor(ctx), validate(ctx, phoneCheckSchema)),
  );
  command('cancel', 'cancelForm', 'cancelled', (ctx) =>
    cancel(deps, key(ctx), actor(ctx), validate(ctx, cancelSchema).reason),
  );
  command('reschedule', 'rescheduleForm', 'rescheduled', (ctx) =>
    reschedule(deps, key(ctx), actor(ctx), validate(ctx, rescheduleSchema)),
  );
  command('no-show', null, 'noShow', (ctx) => markNoShow(deps, key(ctx), actor(ctx)));
  command('resend-link', null, 'linkSent', (ctx) => resendLink(deps, key(ctx), actor(ctx)));

  return router;
}
