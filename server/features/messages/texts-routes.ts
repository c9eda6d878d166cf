import Router from '@koa/router';
import { AppError, notFound } from '../../kernel/errors.ts';
import type { Deps } from '../../models/deps.ts';
import type { AppState, Ctx } from '../../web/context.ts';
import { setFlash } from '../../web/flash.ts';
import { signedIn, staffOf } from '../../web/guards.ts';
import { seeOther } from '../../web/redirect.ts';
import { countTry } from '../../web/rate-limit.ts';
import type { Renderer } from '../../web/render.ts';
import { formValues } from '../../web/validate.ts';
import { HISTORY_PAGE, presentHistory, refusedWording } from './present-text.ts';
import { textName, textPath } from './present-texts.ts';
import { editionOf, historyOf, newestEdition, saveText } from './texts-editions.ts';
import { inheritedText, textPage, textsPage, type Target } from './texts-page.ts';
import { previewRoutes } from './texts-routes-preview.ts';
import { allowFrame, editsTexts, readerOf, targetOf, typedText, type ShowText } from './texts-routes-view.ts';
import { problemsOf, type Wording } from './texts-rules.ts';
import { pageNumberSchema, restoreSchema } from './texts-schema.ts';

const pathOf = ({ key, office }: Target, rest = '') =>
  textPath(key.channel, key.kind, key.locale, office?.slug, rest);

function textShower(deps: Deps, renderer: Renderer): ShowText {
  return async (ctx, target, shown, status = 200) => {
    const reader = readerOf(deps, ctx);
    const page = await textPage(deps, reader, target, shown);
    renderer.page(ctx, 'administration/texts-edit', page, {
      layout: 'staff',
      title: 'texts:title.one',
      titleParams: { name: page.heading },
      status,
      self: page.selfHref,
    });
    allowFrame(ctx);
  };
}

/** Each edition is kept for ever; nobody writes more of them by hand. */
const SAVES = { rule: 'textSave', max: 120, windowSeconds: 15 * 60 };

const isStale = (error: unknown) => error instanceof AppError && error.code === 'textStale';

/** The texts that citizens are sent: what they say, in which edition, and what they said before. */
export function textRoutes(deps: Deps, renderer: Renderer): Router<AppState> {
  const router = new Router<AppState>({ prefix: '/administration/texts' });
  router.use(signedIn(), editsTexts());
  const show = textShower(deps, renderer);
  previewRoutes(router, deps, renderer, show);

  router.get('/', async (ctx) => {
    const page = await textsPage(deps, readerOf(deps, ctx));
    renderer.page(ctx, 'administration/texts', page, { layout: 'staff', title: 'texts:title.all' });
  });

  router.get('/:channel/:kind/:locale', async (ctx) => {
    const target = await targetOf(ctx);
    const edition = Number(ctx.query.edition ?? 0);
    if (!Number.isSafeInteger(edition) || edition < 1) return show(ctx, target, {});
    const { subject, body } = await editionOf(target.key, edition);
    const old = body === null ? await inheritedText(deps, target.key) : { subject, body };
    const values = { subject: old.subject ?? '', body: old.body };
    return show(ctx, target, { typed: { values, errors: {}, summary: [] } });
  });

  /** Keeps an edition and goes back to the text; draws what was typed again when it has problems or came too late. */
  async function keep(
    ctx: Ctx,
    target: Target,
    wording: Wording | null,
    base: number,
    done: 'textSaved' | 'textReset',
  ) {
    const { key } = target;
    const values = { subject: wording?.subject ?? '', body: wording?.body ?? '' };
    const problems = wording ? problemsOf(wording, key.kind, key.channel) : [];
    if (problems.length > 0)
      return show(ctx, target, { typed: refusedWording(readerOf(deps, ctx), values, problems), base }, 422);
    await countTry(deps.sequelize, deps.clock, SAVES, String(staffOf(ctx).id));
    try {
      const actor = { kind: 'staff' as const, staffId: staffOf(ctx).id };
      const change = { key, base, wording, inherited: await inheritedText(deps, key) };
      const saved = await saveText(deps, actor, change);
      setFlash(ctx, 'success', saved ? done : 'textSame');
      return seeOther(ctx, pathOf(target));
    } catch (error) {
      if (!isStale(error)) throw error;
      const typed = wording ? { typed: { values, errors: {}, summary: [] } } : {};
      return show(ctx, target, { ...typed, stale: true }, 409);
    }
  }

  router.post('/:channel/:kind/:locale', async (ctx) => {
    const target = await targetOf(ctx);
    const { wording, base } = typedText(ctx, target);
    return keep(ctx, target, wording, base, 'textSaved');
  });

  router.post('/:channel/:kind/:locale/reset', async (ctx) => {
    const target = await targetOf(ctx);
    return keep(ctx, target, null, typedText(ctx, target).base, 'textReset');
  });

  router.post('/:channel/:kind/:locale/restore', async (ctx) => {
    const target = await targetOf(ctx);
    const { edition, base } = restoreSchema.parse(formValues(ctx));
    const { subject, body } = await editionOf(target.key, edition);
    const wording = body === null ? null : { subject, body };
    return keep(ctx, target, wording, base, wording ? 'textSaved' : 'textReset');
  });

  router.get('/:channel/:kind/:locale/history', async (ctx) => {
    const target = await targetOf(ctx);
    const number = pageNumberSchema.parse(ctx.query.page ?? 1);
    const history = await historyOf(target.key, { offset: (number - 1) * HISTORY_PAGE, limit: HISTORY_PAGE });
    if (number > 1 && history.rows.length === 0) throw notFound('page');
    const newestId = (await newestEdition(target.key))?.id ?? 0;
    const reader = readerOf(deps, ctx);
    const page = presentHistory(reader, target, { ...history, newestId }, number);
    const { channel, kind, locale } = target.key;
    const titleParams = { name: textName(reader, channel, kind, locale) };
    const options = { layout: 'staff', title: 'texts:title.history', titleParams } as const;
    renderer.page(ctx, 'administration/texts-history', page, options);
  });

  return router;
}
