import Router from '@koa/router';
import { Op } from 'sequelize';
import { dayBounds, isoDay } from '../../kernel/dates.ts';
import { forbidden } from '../../kernel/errors.ts';
import { localise } from '../../kernel/locale.ts';
import { Appointment } from '../../models/Appointment.ts';
import type { Deps } from '../../models/deps.ts';
import { Office } from '../../models/Office.ts';
import { OutboxMessage } from '../../models/OutboxMessage.ts';
import { Procedure } from '../../models/Procedure.ts';
import { Staff, StaffOffice } from '../../models/Staff.ts';
import type { AppState, Ctx } from '../../web/context.ts';
import { signedIn, staffOf } from '../../web/guards.ts';
import type { Renderer } from '../../web/render.ts';
import { mayAdminister } from '../identity/index.ts';

const DAY_MS = 24 * 3600 * 1000;

async function queue(deps: Deps) {
  const now = deps.clock.now();
  const due = { state: ['queued' as const, 'leased' as const], dueAt: { [Op.lte]: now } };
  const [queued, failed, oldest] = await Promise.all([
    OutboxMessage.count({ where: due }),
    OutboxMessage.count({
      where: { state: 'failed', settledAt: { [Op.gt]: new Date(now.getTime() - DAY_MS) } },
    }),
    OutboxMessage.min<Date | null, OutboxMessage>('dueAt', { where: due }),
  ]);
  const oldestQueuedMinutes = oldest
    ? Math.floor((now.getTime() - new Date(oldest).getTime()) / 60_000)
    : null;
  return { queued, failed, oldestQueuedMinutes };
}

async function officeRows(deps: Deps, links: StaffOffice[]) {
  const offices = await Office.findAll({ order: ['name'] });
  return Promise.all(
    offices.map(async (office) => {
      const bounds = dayBounds(isoDay(deps.clock.now(), office.timeZone), office.timeZone);
      const day = bounds ? { startsAt: { [Op.gte]: bounds.from, [Op.lt]: bounds.to } } : {};
      return {
        id: office.id,
        slug: office.slug,
        name: office.name,
        staff: links.filter((link) => link.officeId === office.id).length,
        today: await Appointment.count({ where: { officeId: office.id, ...day } }),
      };
    }),
  );
}

async function videoLink(deps: Deps): Promise<'up' | 'down'> {
  try {
    // Any room will do: the answer, not its content, is what matters.
    await deps.video.occupants('health');
    return 'up';
  } catch {
    return 'down';
  }
}

/** How the installation is set up and how it runs, without any citizen's data. */
export function administrationRoutes(deps: Deps, renderer: Renderer): Router<AppState> {
  const router = new Router<AppState>();
  router.get('/administration', signedIn(), async (ctx: Ctx) => {
    if (!mayAdminister(staffOf(ctx))) throw forbidden('role');
    const { locale } = ctx.state;
    const [links, procedures, staff] = await Promise.all([
      StaffOffice.findAll(),
      Procedure.findAll({ order: ['position', 'code'] }),
      Staff.findAll({ order: ['name'] }),
    ]);
    const offices = await officeRows(deps, links);
    const namesOf = (staffId: number) =>
      offices.filter((office) =>
        links.some((link) => link.staffId === staffId && link.officeId === office.id),
      );
    const page = {
      offices,
      procedures: procedures.map(({ code, name, minutes, byVideo }) => ({
        code,
        name: localise(name, locale),
        minutes,
        byVideo,
      })),
      people: staff.map(({ id, name, email, role, staffNumber }) => ({
        name,
        email,
        role: deps.templates.text(`labels:role.${role}`, locale),
        staffNumber,
        officeNames: namesOf(id)
          .map((office) => office.name)
          .join(', '),
      })),
      messages: await queue(deps),
      links: { sms: deps.sms.state(), video: await videoLink(deps) },
    };
    return renderer.page(ctx, 'administration/overview', page, {
      layout: 'staff',
      title: 'labels:title.administration',
    });
  });
  return router;
}
