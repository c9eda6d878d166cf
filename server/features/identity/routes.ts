import Router from '@koa/router';
import { InvalidInput } from '../../kernel/errors.ts';
import { isLocale } from '../../kernel/locale.ts';
import { displayPhone } from '../../kernel/people.ts';
import { audit } from '../../models/audit.ts';
import type { Deps } from '../../models/deps.ts';
import { Office } from '../../models/Office.ts';
import { Staff } from '../../models/Staff.ts';
import type { AppState, Ctx } from '../../web/context.ts';
import { freshForm, refusedForm } from '../../web/forms.ts';
import { chooseLocale, localPath } from '../../web/locale.ts';
import { countTry, forgiveTries, type Limit } from '../../web/rate-limit.ts';
import type { Renderer } from '../../web/render.ts';
import { closeSession, openSession } from '../../web/session.ts';
import { formValues, validate } from '../../web/validate.ts';
import type { FrontPage, SignInPage } from './pages.ts';
import { signInSchema } from './schema.ts';
import { signIn } from './sign-in.ts';

const QUARTER_SECONDS = 15 * 60;
/** Enough for a forgotten password, too few to guess one; counted for account and address together. */
const PER_PERSON: Limit = { rule: 'sign-in-person', max: 10, windowSeconds: QUARTER_SECONDS };
/** Guessing spread over many addresses; high enough that nobody locks a colleague out by accident. */
const PER_ACCOUNT: Limit = { rule: 'sign-in-account', max: 100, windowSeconds: 4 * QUARTER_SECONDS };
/** A whole office may sit behind one address. */
const PER_ADDRESS: Limit = { rule: 'sign-in-address', max: 100, windowSeconds: QUARTER_SECONDS };

/** The front page, signing in and out, and the choice of language. */
export function identityRoutes(deps: Deps, renderer: Renderer): Router<AppState> {
  const router = new Router<AppState>();

  const signInPage = (ctx: Ctx, page: SignInPage, status = 200) =>
    renderer.page(ctx, 'identity/sign-in', page, { layout: 'citizen', title: 'labels:title.signIn', status });

  router.get('/', async (ctx) => {
    if (ctx.state.staff) return ctx.redirect('/offices');
    const offices = await Office.findAll({ order: ['name'] });
    const page: FrontPage = {
      offices: offices.map(({ name, address, phone }) => ({
        name,
        address,
        phone: displayPhone(phone),
        phoneHref: `tel:${phone}`,
      })),
    };
    return renderer.page(ctx, 'identity/front', page, { layout: 'citizen', title: 'labels:title.front' });
  });

  router.get('/sign-in', (ctx) => {
    if (ctx.state.staff) return ctx.redirect('/offices');
    return signInPage(ctx, { form: freshForm(), next: localPath(ctx.query.next, '/offices') });
  });

  router.post('/sign-in', async (ctx) => {
    const next = localPath(formValues(ctx).next, '/offices');
    try {
      const input = validate(ctx, signInSchema);
      await countTry(deps.sequelize, deps.clock, PER_ADDRESS, ctx.ip);
      const person = `${input.email} ${ctx.ip}`;
      await countTry(deps.sequelize, deps.clock, PER_PERSON, person);
      await countTry(deps.sequelize, deps.clock, PER_ACCOUNT, input.email);
      const staff = await signIn(deps, input);
      await forgiveTries(PER_PERSON, person);
      await forgiveTries(PER_ACCOUNT, input.email);
      await openSession(ctx, deps.clock, staff.id, deps.settings.STAFF_IDLE_MINUTES);
      ctx.status = 303;
      return ctx.redirect(next);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      const form = refusedForm(error, deps.templates, ctx.state.locale);
      delete form.values.password;
      return signInPage(ctx, { form, next }, 422);
    }
  });

  router.post('/sign-out', async (ctx) => {
    if (ctx.state.staff) {
      await audit(deps.clock, null, { kind: 'staff', staffId: ctx.state.staff.id }, 'identity.signOut', {});
    }
    await closeSession(ctx);
    ctx.status = 303;
    ctx.redirect('/sign-in');
  });

  router.post('/language', async (ctx) => {
    const values = formValues(ctx);
    if (isLocale(values.locale)) {
      chooseLocale(ctx, values.locale);
      if (ctx.state.staff)
        await Staff.update({ locale: values.locale }, { where: { id: ctx.state.staff.id } });
    }
    ctx.status = 303;
    ctx.redirect(localPath(values.back, '/'));
  });

  return router;
}
