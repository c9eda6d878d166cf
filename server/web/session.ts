import { addMinutes, earliest, type Clock } from '../kernel/clock.ts';
import { newToken, sha256 } from '../kernel/ids.ts';
import { Appointment } from '../models/Appointment.ts';
import { Office } from '../models/Office.ts';
import { Session } from '../models/Session.ts';
import { Staff, StaffOffice } from '../models/Staff.ts';
import { setCookie } from './cookies.ts';
import type { Ctx, StaffIdentity, Step } from './context.ts';

const COOKIE = 'va_session';
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

/** Somebody in the middle of a call does not touch the page, and is no forgotten desk. */
async function isAttending(staffId: number): Promise<boolean> {
  return (await Appointment.count({ where: { agentId: staffId, status: 'in_call' } })) > 0;
}

async function liveSession(
  clock: Clock,
  id: string,
  idleMinutes: number,
  byPerson: boolean,
): Promise<Session | null> {
  const now = clock.now();
  const session = await Session.findOne({ where: { id } });
  const absolute = session && addMinutes(session.createdAt, ABSOLUTE_MINUTES);
  if (!session || !absolute || absolute <= now) return null;
  const attends = session.attendsUntil !== null && session.attendsUntil > now;
  if (session.expiresAt <= now && !(attends && (await isAttending(session.staffId)))) return null;
  if (byPerson && now.getTime() - session.lastSeenAt.getTime() > TOUCH_MS) {
    const expiresAt = earliest(addMinutes(now, idleMinutes), absolute);
    await Session.update({ lastSeenAt: now, expiresAt }, { where: { id } });
  }
  return session;
}

/** Live parts and event streams ask by themselves; they tell nothing of a person at the desk. */
function askedByPerson(ctx: Ctx): boolean {
  return !ctx.get('hx-request') && !ctx.get('accept').startsWith('text/event-stream');
}

/** Recognises the signed-in member of staff by the session cookie; `idleMinutes` without a page end the session. */
export function staffSession(clock: Clock, idleMinutes: number): Step {
  return async (ctx, next) => {
    ctx.state.staff = null;
    ctx.state.notices = [];
    ctx.state.sessionId = null;
    const token = ctx.cookies.get(COOKIE);
    const session = token ? await liveSession(clock, sha256(token), idleMinutes, askedByPerson(ctx)) : null;
    if (session) ctx.state.staff = await staffIdentity(session.staffId);
    if (session && ctx.state.staff) ctx.state.sessionId = session.id;
    ctx.state.sessionLost = token !== undefined && ctx.state.staff === null;
    return next();
  };
}

/** Opens a session with a new secret (never one the browser brought along) and ends the one before. */
export async function openSession(
  ctx: Ctx,
  clock: Clock,
  staffId: number,
  idleMinutes: number,
): Promise<void> {
  const now = clock.now();
  const token = newToken();
  if (ctx.state.sessionId) await Session.destroy({ where: { id: ctx.state.sessionId } });
  const expiresAt = addMinutes(now, idleMinutes);
  await Session.create({ id: sha256(token), staffId, createdAt: now, lastSeenAt: now, expiresAt });
  setCookie(ctx, COOKIE, token);
}

/** Lets this session last while its person attends somebody, up to its absolute end. */
export async function keepWhileAttending(ctx: Ctx): Promise<void> {
  const session = ctx.state.sessionId ? await Session.findByPk(ctx.state.sessionId) : null;
  await session?.update({ attendsUntil: addMinutes(session.createdAt, ABSOLUTE_MINUTES) });
}

/** Ends the session at the server; the cookie is worth nothing afterwards. */
export async function closeSession(ctx: Ctx): Promise<void> {
  if (ctx.state.sessionId) await Session.destroy({ where: { id: ctx.state.sessionId } });
  setCookie(ctx, COOKIE, null);
}
