import Router from '@koa/router';
import { Op } from 'sequelize';
import { dayBounds, isoDay } from '../../kernel/dates.ts';
import { localise, type Locale } from '../../kernel/locale.ts';
import { Appointment } from '../../models/Appointment.ts';
import type { Deps } from '../../models/deps.ts';
import { Office } from '../../models/Office.ts';
import type { Channel } from '../../models/OutboxMessage.ts';
import { Procedure } from '../../models/Procedure.ts';
import { Staff, StaffOffice } from '../../models/Staff.ts';
import type { AppState, Ctx } from '../../web/context.ts';
import type { Renderer } from '../../web/render.ts';
import { costRoutes } from './cost-routes.ts';
import { messageRoutes } from './message-routes.ts';
import { noticeRoutes, type Watch } from './notice-routes.ts';
import type { ChannelPanel, OverviewPage } from './pages.ts';
import { outcomesOfWeek, queueCounts } from './queue-queries.ts';
import { administers } from './routes-guard.ts';
import { durationLabel } from './rules.ts';
import { senderRoutes } from './sender-routes.ts';
import type { Trouble } from './trouble.ts';

/** What waits and what failed, in three numbers. */
async function queue(deps: Deps): Promise<OverviewPage['messages']> {
  const [waiting, outcomes] = await Promise.all([queueCounts(deps), outcomesOfWeek(deps)]);
  const due = waiting.filter((row) => row.due > 0);
  const oldest = due.flatMap((row) => (row.oldest ? [new Date(row.oldest).getTime()] : []));
  const failed = outcomes.filter(({ state }) => state === 'failed');
  return {
    queued: due.reduce((sum, row) => sum + row.due, 0),
    failed: failed.reduce((sum, { day }) => sum + day, 0),
    oldest:
      oldest.length > 0 ? durationLabel((deps.clock.now().getTime() - Math.min(...oldest)) / 1000) : null,
  };
}

/** Whether the channels send, and how their senders stand. */
function channels(trouble: Trouble | null): Pick<OverviewPage, 'senders'> & {
  links: Record<Channel, ChannelPanel['state']>;
} {
  const state = (channel: Channel) =>
    trouble?.pauses.some((pause) => pause.channel === channel)
      ? ('paused' as const)
      : (trouble?.links[channel] ?? ('unknown' as const));
  return {
    links: { sms: state('sms'), email: state('email') },
    senders: { problems: trouble?.senders.length ?? 0, expiring: trouble?.expiring.length ?? 0 },
  };
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

async function setUp(
  deps: Deps,
  locale: Locale,
): Promise<Pick<OverviewPage, 'offices' | 'procedures' | 'people'>> {
  const [links, procedures, staff] = await Promise.all([
    StaffOffice.findAll(),
    Procedure.findAll({ order: ['position', 'code'] }),
    Staff.findAll({ order: ['name'] }),
  ]);
  const offices = await officeRows(deps, links);
  const namesOf = (staffId: number) =>
    offices.filter((office) => links.some((link) => link.staffId === staffId && link.officeId === office.id));
  return {
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
  };
}

/** How the installation is set up and how it runs, without any citizen's data. */
export function administrationRoutes(deps: Deps, renderer: Renderer, watch: Watch): Router<AppState>[] {
  const router = new Router<AppState>();
  router.get('/administration', ...administers(deps), async (ctx: Ctx) => {
    const [parts, messages, trouble, video] = await Promise.all([
      setUp(deps, ctx.state.locale),
      queue(deps),
      watch.get(),
      videoLink(deps),
    ]);
    const { links, senders } = channels(trouble);
    const page: OverviewPage = { ...parts, messages, senders, links: { ...links, video } };
    return renderer.page(ctx, 'administration/overview', page, {
      layout: 'staff',
      title: 'labels:title.administration',
    });
  });
  return [
    router,
    messageRoutes(deps, renderer, watch),
    costRoutes(deps, renderer, watch),
    senderRoutes(deps, renderer, watch),
    noticeRoutes(renderer),
  ];
}
