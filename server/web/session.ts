import { Op } from 'sequelize';
import { addMinutes, earliest, type Clock } from '../kernel/clock.ts';
import { newToken, sha256 } from '../kernel/ids.ts';
import { Office } from '../models/Office.ts';
import { Session } from '../models/Session.ts';
import { Staff, StaffOffice } from '../models/Staff.ts';
import { setCookie } from './cookies.ts';
import type { Ctx, StaffIdentity, Step } from './context.ts';

const COOKIE = 'va_session';
/** A forgotten desk signs itself out after this long without a request. */
const IDLE_MINUTES = 60;
/** A working day; nobody stays signed in overnight. */
const ABSOLUTE_MINUTES = 12 * 60;
/** The row is touched at most this often, so that live pages cost no writes. */
const TOUCH_MS = 60_000;

async function officesOf(staff: Staff): Promise<StaffIdentity['offices']> {
  const links = await StaffOffice.findAll({ where: { staffId: staff.id } });
  const offices = await Office.findAll({
    where: staff.role === 'administrator' ? {} : { id: links.map((link) => link.officeId) },
    order: ['name'],
  });
  return offices.map(({ id, slug, name }) => ({ id, slug, name }));
}

/** The identity of a member of staff, or null when the account is unknown or disabled. */
export async function staffIdentity(staffId: number): Promise<StaffIdentity | null> {
  const staff = await Staff.findByPk(staffId);
  if (!staff || staff.disabledAt) return null;
  const { id, name, staffNumber, role, locale } = staff;
  return { id, name, staffNumber, role, locale, offices: await officesOf(staff) };
}

async function liveSession(clock: Clock, id: string): Promise<Session | null> {
  const now = clock.now();
  const session = await Session.findOne({ where: { id, expiresAt: { [Op.gt]: now } } });
  if (!session) return null;
  if (now.getTime() - session.lastSeenAt.getTime() > TOUCH_MS) {
    const absolute = addMinutes(session.createdAt, ABSOLUTE_MINUTES);
    const expiresAt = earliest(addMinutes(now, IDLE_MINUTES), absolute);
    await Session.update({ lastSeenAt: now, expiresAt }, { where: { id } });
  }
  return session;
}

/** Recognises the signed-in member of staff by the session cookie. */
export function staffSession(clock: Clock): Step {
  return async (ctx, next) => {
    ctx.state.staff = null;
    ctx.state.sessionId = null;
    const token = ctx.cookies.get(COOKIE);
    const session = token ? await liveSession(clock, sha256(token)) : null;
    if (session) {
      ctx.state.staff = await staffIdentity(session.staffId);
      ctx.state.sessionId = ctx.state.staff ? session.id : null;
    }
    return next();
  };
}

/** Opens a session with a new secret (never one the browser brought along) and ends the one before. */
export async function openSession(ctx: Ctx, clock: Clock, staffId: number): Promise<void> {
  const now = clock.now();
  const token = newToken();
  if (ctx.state.sessionId) await Session.destroy({ where: { id: ctx.state.sessionId } });
  const expiresAt = addMinutes(now, IDLE_MINUTES);
  await Session.create({ id: sha256(token), staffId, createdAt: now, lastSeenAt: now, expiresAt });
  setCookie(ctx, COOKIE, token);
}

/** Ends the session at the server; the cookie is worth nothing afterwards. */
export async function closeSession(ctx: Ctx): Promise<void> {
  if (ctx.state.sessionId) await Session.destroy({ where: { id: ctx.state.sessionId } });
  setCookie(ctx, COOKIE, null);
}
