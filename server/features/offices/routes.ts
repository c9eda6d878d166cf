import Router from '@koa/router';
import { Op } from 'sequelize';
import { dayBounds, isoDay } from '../../kernel/dates.ts';
import { Appointment } from '../../models/Appointment.ts';
import type { Deps } from '../../models/deps.ts';
import { Office } from '../../models/Office.ts';
import type { AppState } from '../../web/context.ts';
import { signedIn, staffOf } from '../../web/guards.ts';
import type { Renderer } from '../../web/render.ts';
import type { ChooseOfficePage } from './pages.ts';

async function today(deps: Deps, office: Office): Promise<{ waiting: number; today: number }> {
  const bounds = dayBounds(isoDay(deps.clock.now(), office.timeZone), office.timeZone);
  const day = bounds ? { startsAt: { [Op.gte]: bounds.from, [Op.lt]: bounds.to } } : {};
  const [waiting, all] = await Promise.all([
    Appointment.count({ where: { officeId: office.id, status: 'waiting' } }),
    Appointment.count({ where: { officeId: office.id, ...day } }),
  ]);
  return { waiting, today: all };
}

/** Where staff land after signing in: their only office, the choice among several, or the administration. */
export function officeRoutes(deps: Deps, renderer: Renderer): Router<AppState> {
  const router = new Router<AppState>();
  router.get('/offices', signedIn(), async (ctx) => {
    const staff = staffOf(ctx);
    if (staff.role === 'administrator') return ctx.redirect('/administration');
    const [only] = staff.offices;
    if (staff.offices.length === 1 && only) return ctx.redirect(`/o/${only.slug}/board`);
    const rows = await Office.findAll({
      where: { id: staff.offices.map((office) => office.id) },
      order: ['name'],
    });
    const offices = await Promise.all(
      rows.map(async (office) => ({
        slug: office.slug,
        name: office.name,
        address: office.address,
        ...(await today(deps, office)),
      })),
    );
    const page: ChooseOfficePage = { offices };
    return renderer.page(ctx, 'offices/choose', page, { layout: 'staff', title: 'labels:title.offices' });
  });
  return router;
}
