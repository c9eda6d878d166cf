import { Op } from 'sequelize';
import { addMinutes, type Clock } from '../kernel/clock.ts';
import { Change } from './Change.ts';
import { RateLimit } from './RateLimit.ts';
import { Session } from './Session.ts';

/** Live pages are never further behind than this. */
const CHANGES_MINUTES = 60;

/** Removes rows that have served: changes all pages have seen, windows that are over, sessions that have ended. */
export async function pruneServed(clock: Clock): Promise<void> {
  const now = clock.now();
  await Change.destroy({ where: { at: { [Op.lt]: addMinutes(now, -CHANGES_MINUTES) } } });
  await RateLimit.destroy({ where: { resetsAt: { [Op.lt]: now } } });
  const attendsNoMore = [{ attendsUntil: null }, { attendsUntil: { [Op.lte]: now } }];
  await Session.destroy({ where: { expiresAt: { [Op.lt]: now }, [Op.or]: attendsNoMore } });
}
