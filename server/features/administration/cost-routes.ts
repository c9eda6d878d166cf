import Router from '@koa/router';
import type { Deps } from '../../models/deps.ts';
import type { AppState, Ctx } from '../../web/context.ts';
import { freshForm } from '../../web/forms.ts';
import type { Renderer } from '../../web/render.ts';
import { usageByOffice } from './cost-queries.ts';
import { monthOf, monthRange, monthsBetween, MOST_MONTHS, shiftMonth } from './cost-rules.ts';
import { csv } from './csv-rules.ts';
import type { Watch } from './notice-routes.ts';
import type { CostsPage } from './pages.ts';
import { costRows, monthLabel, presentCosts } from './present-costs.ts';
import { administers, readerOf } from './routes-guard.ts';

/** What texts cost: counts by office and month, on a page and as a file. */
export function costRoutes(deps: Deps, renderer: Renderer, watch: Watch): Router<AppState> {
  const router = new Router<AppState>({ prefix: '/administration/messages' });
  router.use(...administers(deps));
  const price = deps.settings.SMS_PRICE_CENTS;

  async function asked(ctx: Ctx) {
    const reader = readerOf(deps, ctx, await watch.get());
    const current = monthOf(reader.now, reader.zone);
    const months = monthRange(ctx.query.from, ctx.query.to, current);
    return { reader, current, months, usage: await usageByOffice(deps, months) };
  }

  router.get('/costs', async (ctx) => {
    const { reader, current, months, usage } = await asked(ctx);
    const choices = monthsBetween(shiftMonth(current, 1 - MOST_MONTHS), current).toReversed();
    const page: CostsPage = {
      form: freshForm({ from: months[0] ?? '', to: months.at(-1) ?? '' }),
      months: choices.map((value) => ({ value, label: monthLabel(reader, value) })),
      ...presentCosts(reader, months, usage, price),
    };
    renderer.page(ctx, 'administration/costs', page, { layout: 'staff', title: 'operations:title.costs' });
  });

  router.get('/costs.csv', async (ctx) => {
    const { reader, months, usage } = await asked(ctx);
    ctx.type = 'text/csv; charset=utf-8';
    ctx.set('content-disposition', `attachment; filename="sms-${months[0]}-${months.at(-1)}.csv"`);
    ctx.set('cache-control', 'no-store');
    ctx.body = csv(costRows(reader, months, usage, price));
  });

  return router;
}
