import Router from '@koa/router';
import { isoDay } from '../../kernel/dates.ts';
import { InvalidInput, notFound } from '../../kernel/errors.ts';
import type { FormState } from '../../kernel/page.ts';
import type { Deps } from '../../models/deps.ts';
import { Office } from '../../models/Office.ts';
import { SmsSender } from '../../models/SmsSender.ts';
import type { AppState, Ctx } from '../../web/context.ts';
import { setFlash } from '../../web/flash.ts';
import { freshForm, refusedForm } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import type { Renderer } from '../../web/render.ts';
import { formValues, validate } from '../../web/validate.ts';
import { actorOf } from '../identity/index.ts';
import { senderOf, settingsSender } from '../messages/index.ts';
import type { Watch } from './notice-routes.ts';
import type { SenderPage, SendersPage } from './pages.ts';
import { presentSender, registrationLabel } from './present-senders.ts';
import { holdsNow } from './queue-queries.ts';
import { administers, readerOf } from './routes-guard.ts';
import { saveSender } from './save-sender.ts';
import { senderProblems, senderSchema } from './schema.ts';

const HOME = '/administration/senders';

async function officeOf(ctx: Ctx): Promise<Office> {
  const office = await Office.findOne({ where: { slug: String(ctx.params.office) } });
  if (!office) throw notFound('office');
  return office;
}

async function valuesOf(office: Office): Promise<Record<string, string>> {
  const own = await SmsSender.findByPk(office.id);
  if (!own) return { use: 'settings' };
  const { address, registeredUntil, provider } = own;
  return { use: 'own', address, registeredUntil: registeredUntil ?? '', provider: provider ?? '' };
}

/** Who the texts of each office come from. */
export function senderRoutes(deps: Deps, renderer: Renderer, watch: Watch): Router<AppState> {
  const router = new Router<AppState>({ prefix: HOME });
  router.use(...administers(deps));
  const { providers } = deps.sms;

  router.get('/', async (ctx) => {
    const reader = readerOf(deps, ctx, await watch.get());
    const offices = await Office.findAll({ order: ['name', 'id'] });
    const ids = offices.map(({ id }) => id);
    const [senders, own, holds] = await Promise.all([
      senderOf(deps, ids),
      SmsSender.findAll({ attributes: ['officeId'] }),
      holdsNow(deps),
    ]);
    const rows = offices.flatMap((office) => {
      const sender = senders.get(office.id);
      const more = {
        own: own.some(({ officeId }) => officeId === office.id),
        held: holds.some(({ address }) => address === sender?.address),
      };
      return sender ? presentSender(reader, office, sender, isoDay(reader.now, office.timeZone), more) : [];
    });
    const page: SendersPage = { rows };
    renderer.page(ctx, 'administration/senders', page, {
      layout: 'staff',
      title: 'operations:title.senders',
    });
  });

  async function formPage(ctx: Ctx, office: Office, form: FormState, status = 200) {
    const reader = readerOf(deps, ctx, await watch.get());
    const otherwise = settingsSender(deps);
    const page: SenderPage = {
      office: office.name,
      action: `${HOME}/${office.slug}`,
      backHref: HOME,
      form: { ...form, values: { use: '', address: '', registeredUntil: '', provider: '', ...form.values } },
      settings: { address: otherwise.address, registeredUntil: registrationLabel(reader, otherwise) },
      providers,
      today: isoDay(reader.now, office.timeZone),
    };
    const options = { layout: 'staff', title: 'operations:title.sender', status } as const;
    renderer.page(ctx, 'administration/sender', page, {
      ...options,
      titleParams: { office: office.name },
      self: page.action,
    });
  }

  router.get('/:office', async (ctx) => {
    const office = await officeOf(ctx);
    await formPage(ctx, office, freshForm(await valuesOf(office)));
  });

  router.post('/:office', async (ctx) => {
    const office = await officeOf(ctx);
    const today = isoDay(deps.clock.now(), office.timeZone);
    try {
      const input = validate(ctx, senderSchema, (values) => senderProblems(values, today, providers));
      await saveSender(deps, actorOf(ctx), office.id, input);
      watch.forget();
      setFlash(ctx, 'success', 'senderSaved');
      return seeOther(ctx, HOME);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      const form = refusedForm(error, deps.templates, ctx.state.locale);
      return formPage(ctx, office, { ...form, values: formValues(ctx) }, 422);
    }
  });

  return router;
}
