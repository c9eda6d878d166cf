import Router from '@koa/router';
import { isoDay } from '../../kernel/dates.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Deps } from '../../models/deps.ts';
import type { AppState, Ctx } from '../../web/context.ts';
import { officeOf, signedIn, staffOf } from '../../web/guards.ts';
import type { Renderer } from '../../web/render.ts';
import { eventStream } from '../../web/sse.ts';
import { handlesOffice } from '../identity/index.ts';
import type { BoardPage } from './pages.ts';
import { presentBoard } from './present-board.ts';
import { boardRows, officeById } from './queries.ts';
import { viewOf } from './routes-view.ts';

async function board(deps: Deps, ctx: Ctx): Promise<BoardPage> {
  const office = await officeById(officeOf(ctx).id);
  const today = isoDay(deps.clock.now(), office.timeZone);
  const day = typeof ctx.query.date === 'string' ? ctx.query.date : today;
  const rows = await boardRows(office, day, day === today);
  if (!rows) throw notFound('date');
  return presentBoard(viewOf(deps, ctx), office, rows, day);
}

/** The board of an office's day, and its live part. */
export function boardRoutes(deps: Deps, renderer: Renderer): Router<AppState> {
  const router = new Router<AppState>({ prefix: '/o/:office' });
  router.use(signedIn(), handlesOffice());

  router.get('/board', async (ctx) => {
    const page = await board(deps, ctx);
    const title = {
      title: 'labels:title.board',
      titleParams: { office: page.office.name, date: page.dateLabel },
    };
    renderer.page(ctx, 'appointments/board', page, { layout: 'staff', office: page.office.slug, ...title });
  });

  router.get('/board/columns', async (ctx) => {
    renderer.fragment(ctx, 'appointments/board-columns', await board(deps, ctx), officeOf(ctx).slug);
  });

  router.get('/events', (ctx) => {
    const officeId = officeOf(ctx).id;
    const send = eventStream(ctx, `staff ${staffOf(ctx).id}`, () => stop());
    const stop = deps.changes.subscribe({ officeId }, () => send('board'));
  });

  return router;
}
