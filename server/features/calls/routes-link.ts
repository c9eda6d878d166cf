import { sha256 } from '../../kernel/ids.ts';
import { displayPhone } from '../../kernel/people.ts';
import type { Appointment } from '../../models/Appointment.ts';
import type { Deps } from '../../models/deps.ts';
import { Office } from '../../models/Office.ts';
import type { Ctx } from '../../web/context.ts';
import { preferLocale } from '../../web/locale.ts';
import { countTry, type Limit } from '../../web/rate-limit.ts';
import type { Renderer } from '../../web/render.ts';
import { isFinal, type AppointmentKey } from '../appointments/index.ts';
import { appointmentByLink } from './link.ts';
import type { UnknownLinkPage } from './pages.ts';
import type { CitizenView } from './present-citizen.ts';

/** Unknown links from one address: enough for clumsy copying, nothing for guessing 128 bits. */
const UNKNOWN: Limit = { rule: 'unknown-link', max: 60, windowSeconds: 600 };
/** What one link may post; far above what a page does by itself (3 a minute). */
const POSTS: Limit = { rule: 'link-posts', max: 300, windowSeconds: 600 };

/** A request of a citizen with a living link. */
export interface CitizenRequest {
  appointment: Appointment;
  key: AppointmentKey;
  view: CitizenView;
}

/** Answers a request that came with a living link. */
export type LinkHandler = (ctx: Ctx, request: CitizenRequest) => unknown;

/** Finds the appointment behind the link, or answers with one neutral page that is the same for all dead links. */
export function withLink(deps: Deps, renderer: Renderer, handler: LinkHandler) {
  return async (ctx: Ctx): Promise<unknown> => {
    const token = String(ctx.params.token);
    const appointment = await appointmentByLink(deps.clock, token);
    if (!appointment) return unknownLink(deps, renderer, ctx);
    if (ctx.method === 'POST') await countTry(deps.sequelize, deps.clock, POSTS, sha256(token));
    preferLocale(ctx, appointment.locale);
    const { locale } = ctx.state;
    const { vault, templates, clock } = deps;
    const { browser } = ctx.state;
    const view = { vault, templates, locale, now: clock.now(), browser, base: `/v/${token}` };
    return handler(ctx, { appointment, key: { linkHash: appointment.linkHash }, view });
  };
}

async function unknownLink(deps: Deps, renderer: Renderer, ctx: Ctx): Promise<void> {
  await countTry(deps.sequelize, deps.clock, UNKNOWN, ctx.ip);
  const offices = await Office.findAll({ order: ['name'] });
  const page: UnknownLinkPage = {
    offices: offices.map(({ name, phone }) => ({
      name,
      phone: displayPhone(phone),
      phoneHref: `tel:${phone}`,
    })),
  };
  renderer.page(ctx, 'calls/unknown-link', page, {
    layout: 'citizen',
    title: 'labels:title.unknownLink',
    status: 404,
  });
}

/** Where an appointment in this state is shown, if not on the page that was asked for. */
export function elsewhere(appointment: Appointment, page: 'landing' | 'waiting' | 'goodbye'): string | null {
  const home = isFinal(appointment.status)
    ? 'goodbye'
    : appointment.status === 'waiting' || appointment.status === 'in_call'
      ? 'waiting'
      : 'landing';
  if (home === page) return null;
  return { landing: '', waiting: '/waiting-room', goodbye: '/goodbye' }[home];
}
