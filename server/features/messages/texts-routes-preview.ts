import type Router from '@koa/router';
import { notFound } from '../../kernel/errors.ts';
import type { FormState } from '../../kernel/page.ts';
import type { Deps } from '../../models/deps.ts';
import type { AppState, Ctx } from '../../web/context.ts';
import { staffOf } from '../../web/guards.ts';
import { countTry } from '../../web/rate-limit.ts';
import type { Renderer } from '../../web/render.ts';
import { formValues, validate } from '../../web/validate.ts';
import { actorOf } from '../identity/index.ts';
import type { TextTestState } from './pages.ts';
import { presentTestState } from './present-text.ts';
import { remarkText } from './present-texts.ts';
import { inheritedText, previewOf, type Target } from './texts-page.ts';
import {
  problemForm,
  readerOf,
  sendMailFrame,
  targetOf,
  typedText,
  uidSchema,
  wantsPart,
  type ShowText,
} from './texts-routes-view.ts';
import { testToSchema } from './texts-schema.ts';
import { testMessage, writeTest } from './texts-test.ts';
import { loadTexts } from './texts.ts';

/** A person tries a few wordings; nobody needs to test by the hundred, and no phone wants a dozen of them. */
const BY_PERSON = { rule: 'textTest', max: 10, windowSeconds: 600 };
/** Whoever gets hold of an administrator's session must not write to a whole town in the department's name. */
const BY_DAY = { rule: 'textTestDay', max: 40, windowSeconds: 24 * 3600 };
const BY_ADDRESS = { rule: 'textTestTo', max: 5, windowSeconds: 3600 };

/** What a text looks like before it counts: previews and tests of what somebody is writing. */
export function previewRoutes(
  router: Router<AppState>,
  deps: Deps,
  renderer: Renderer,
  show: ShowText,
): void {
  router.post('/:channel/:kind/:locale/preview', async (ctx) => {
    const target = await targetOf(ctx);
    const { form, base } = typedText(ctx, target);
    return show(ctx, target, { typed: form, base });
  });

  router.post('/:channel/:kind/:locale/live', async (ctx) => {
    const target = await targetOf(ctx);
    const { preview } = await previewOf(deps, readerOf(deps, ctx), target, typedText(ctx, target).wording);
    renderer.fragment(ctx, 'administration/texts-preview', { preview });
  });

  async function frame(ctx: Ctx, target: Target, wording: Parameters<typeof previewOf>[3]) {
    const { draft, preview } = await previewOf(deps, readerOf(deps, ctx), target, wording);
    if (draft.mail) return sendMailFrame(ctx, draft.mail.html);
    const html = deps.templates.fragment('administration/texts-frame-problems', ctx.state.locale, {
      preview,
    });
    return sendMailFrame(ctx, html, 422);
  }

  router.get('/:channel/:kind/:locale/frame', async (ctx) => {
    const target = await targetOf(ctx);
    if (target.key.channel !== 'email') throw notFound('frame');
    const edition = (await loadTexts(deps, [target.key])).resolve(target.key);
    return frame(ctx, target, edition ?? (await inheritedText(deps, target.key)));
  });

  router.post('/:channel/:kind/:locale/frame', async (ctx) => {
    const target = await targetOf(ctx);
    if (target.key.channel !== 'email') throw notFound('frame');
    return frame(ctx, target, typedText(ctx, target).wording);
  });

  /** Writes the test, or says why not. */
  async function send(ctx: Ctx, target: Target): Promise<TextTestState> {
    const reader = readerOf(deps, ctx);
    const { draft } = await previewOf(deps, reader, target, typedText(ctx, target).wording);
    const [problem] = draft.problems;
    if (problem) return { tone: 'danger', text: remarkText(reader, 'problem', problem), stateHref: null };
    if (!target.as) throw notFound('office');
    const { to } = validate(ctx, testToSchema[target.key.channel]);
    for (const limit of [BY_PERSON, BY_DAY])
      await countTry(deps.sequelize, deps.clock, limit, String(staffOf(ctx).id));
    await countTry(deps.sequelize, deps.clock, BY_ADDRESS, to.toLowerCase());
    const uid = await writeTest(deps, actorOf(ctx), { key: target.key, officeId: target.as.id, to, draft });
    return stateOf(ctx, uid);
  }

  async function stateOf(ctx: Ctx, uid: string): Promise<TextTestState> {
    const message = await testMessage(uid);
    if (!message) throw notFound('test');
    return presentTestState(readerOf(deps, ctx), message, deps.clock.now());
  }

  router.post('/:channel/:kind/:locale/test', async (ctx) => {
    const target = await targetOf(ctx);
    const { form, base } = typedText(ctx, target);
    const to = { to: formValues(ctx).to ?? '' };
    let testForm: FormState = { values: to, errors: {}, summary: [] };
    let testState: TextTestState | null = null;
    try {
      testState = await send(ctx, target);
    } catch (error) {
      const refused = problemForm(deps, ctx, error);
      if (!refused) throw error;
      testForm = refused;
    }
    if (wantsPart(ctx)) return renderer.fragment(ctx, 'administration/texts-test', { testState, testForm });
    const status = testState && testState.tone !== 'danger' ? 200 : 422;
    return show(ctx, target, { typed: form, base, testForm, testState }, status);
  });

  router.get('/tests/:uid', async (ctx) => {
    const uid = uidSchema.safeParse(ctx.params.uid);
    if (!uid.success) throw notFound('test');
    const testState = await stateOf(ctx, uid.data);
    const data = { testState, testForm: { values: {}, errors: {}, summary: [] } };
    if (wantsPart(ctx)) return renderer.fragment(ctx, 'administration/texts-test', data);
    const options = { layout: 'staff', title: 'texts:title.test' } as const;
    return renderer.page(ctx, 'administration/texts-test-page', data, options);
  });
}
