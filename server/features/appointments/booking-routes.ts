import Router from '@koa/router';
import { isoDay, shiftDay } from '../../kernel/dates.ts';
import { InvalidInput } from '../../kernel/errors.ts';
import type { FormState } from '../../kernel/page.ts';
import type { Deps } from '../../models/deps.ts';
import type { AppState, Ctx } from '../../web/context.ts';
import { setFlash } from '../../web/flash.ts';
import { freshForm, refusedForm } from '../../web/forms.ts';
import { officeOf, signedIn } from '../../web/guards.ts';
import { seeOther } from '../../web/redirect.ts';
import type { Renderer } from '../../web/render.ts';
import { formValues, validate } from '../../web/validate.ts';
import { actorOf, handlesOffice } from '../identity/index.ts';
import { book } from './book.ts';
import type { NewAppointmentPage } from './pages.ts';
import { presentLocales, presentProcedures } from './present-booking.ts';
import { allProcedures, officeById } from './queries.ts';
import { newAppointmentSchema } from './schema.ts';
import { timeProblems } from './slot.ts';

/** The form that makes an appointment. */
export function bookingRoutes(deps: Deps, renderer: Renderer): Router<AppState> {
  const router = new Router<AppState>({ prefix: '/o/:office/appointments' });
  router.use(signedIn(), handlesOffice());

  async function formPage(ctx: Ctx, form: FormState, status = 200) {
    const office = await officeById(officeOf(ctx).id);
    const today = isoDay(deps.clock.now(), office.timeZone);
    const page: NewAppointmentPage = {
      office: { slug: office.slug, name: office.name },
      action: `/o/${office.slug}/appointments`,
      backHref: `/o/${office.slug}/board`,
      form,
      procedures: presentProcedures(await allProcedures(), ctx.state.locale, form.values.procedure),
      locales: presentLocales(deps.templates, ctx.state.locale, form.values.locale),
      minDate: today,
      maxDate: shiftDay(today, 365),
    };
    const options = { layout: 'staff', title: 'labels:title.newAppointment', office: office.slug } as const;
    renderer.page(ctx, 'appointments/new', page, { ...options, status, self: `${page.action}/new` });
  }

  router.get('/new', (ctx) => {
    const date = typeof ctx.query.date === 'string' ? ctx.query.date : '';
    return formPage(ctx, freshForm({ date, locale: 'ca' }));
  });

  router.post('/', async (ctx) => {
    try {
      const office = await officeById(officeOf(ctx).id);
      const input = validate(ctx, newAppointmentSchema, (values) => timeProblems(deps.clock, office, values));
      const created = await book(deps, actorOf(ctx), officeOf(ctx).id, input);
      setFlash(ctx, 'success', 'booked');
      return seeOther(ctx, `/o/${officeOf(ctx).slug}/appointments/${created.uid}`);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      const form = refusedForm(error, deps.templates, ctx.state.locale);
      return formPage(ctx, { ...form, values: formValues(ctx) }, 422);
    }
  });

  return router;
}
