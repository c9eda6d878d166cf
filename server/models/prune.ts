import { Op } from 'sequelize';
import { addMinutes, type Clock } from '../kernel/clock.ts';
import { Change } from './Change.ts';
import { GatewayLink } from './GatewayLink.ts';
import { RateLimit } from './RateLimit.ts';
import { SenderHold } from './SenderHold.ts';
import { Session } from './Session.ts';

/** Live pages are never further behind than this. */
const CHANGES_MINUTES = 60;

/** A process that was killed leaves the state of its links behind; operators see for a while that it is gone. */
const GONE_MINUTES = 60;

/**
 * Removes rows that have served: changes all pages have seen, windows that are over, sessions that have ended, links of
 * processes that are gone, holds of senders that are over.
 */
export async function pruneServed(clock: Clock): Promise<void> {
  const now = clock.now();
  await Change.destroy({ where: { at: { [Op.lt]: addMinutes(now, -CHANGES_MINUTES) } } });
  await RateLimit.destroy({ where: { resetsAt: { [Op.lt]: now } } });
  await GatewayLink.destroy({ where: { seenAt: { [Op.lt]: addMinutes(now, -GONE_MINUTES) } } });
  await SenderHold.destroy({ where: { untilAt: { [Op.lt]: addMinutes(now, -GONE_MINUTES) } } });
  const attendsNoMore = [{ attendsUntil: null }, { attendsUntil: { [Op.lte]: now } }];
  await Session.destroy({ where: { expiresAt: { [Op.lt]: now }, [Op.or]: attendsNoMore } });
}
