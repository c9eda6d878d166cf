import type { Deps } from '../../models/deps.ts';
import { Office } from '../../models/Office.ts';
import { senderOf } from '../messages/index.ts';
import { pauses } from './channel.ts';
import { usageByOffice } from './cost-queries.ts';
import { monthOf, sumOf } from './cost-rules.ts';
import type { MessagesPage } from './pages.ts';
import { presentChannels } from './present-links.ts';
import {
  presentCounts,
  presentFailures,
  presentHolds,
  presentLateness,
  presentQueue,
  presentRate,
} from './present-messages.ts';
import { countLabel, secondLabel, type Reader } from './present-words.ts';
import { monthLabel } from './present-costs.ts';
import {
  holdsNow,
  latenessOfHour,
  lateReasons,
  linksOfDay,
  outcomesOfWeek,
  queueCounts,
  receiptsMissing,
  takenPerMinute,
} from './queue-queries.ts';

/** Everything an operator sees of the messages at this moment: counts and links, nothing of a citizen. */
export async function messagesNow(deps: Deps, reader: Reader): Promise<Omit<MessagesPage, 'month'>> {
  const offices = await Office.findAll({ attributes: ['id', 'name'], order: ['name', 'id'] });
  const [links, paused, queue, late, minutes, lateness, outcomes, receipts, holds, senders] =
    await Promise.all([
      linksOfDay(deps),
      pauses(),
      queueCounts(deps),
      lateReasons(deps),
      takenPerMinute(deps),
      latenessOfHour(deps),
      outcomesOfWeek(deps),
      receiptsMissing(deps),
      holdsNow(deps),
      senderOf(
        deps,
        offices.map(({ id }) => id),
      ),
    ]);
  const usersOf = (address: string) => offices.filter(({ id }) => senders.get(id)?.address === address);
  const stuck = offices.filter(({ id }) => {
    const sender = senders.get(id);
    return sender && (sender.problem !== null || holds.some(({ address }) => address === sender.address));
  });
  const stuckIds = stuck.map(({ id }) => id);
  const waiting = late.filter(({ channel, officeId }) => channel !== 'sms' || !stuckIds.includes(officeId));
  return {
    asOf: secondLabel(reader),
    liveHref: '/administration/messages/live',
    channels: presentChannels(reader, links, paused, waiting),
    queue: presentQueue(reader, queue, stuckIds),
    rate: presentRate(reader, minutes),
    lateness: presentLateness(reader, lateness),
    counts: presentCounts(reader, outcomes, receipts),
    failures: presentFailures(reader, outcomes),
    holds: presentHolds(reader, holds, (address) => usersOf(address).map(({ name }) => name)),
  };
}

/** What was handed over this month so far, of all offices together. */
export async function monthSoFar(deps: Deps, reader: Reader): Promise<MessagesPage['month']> {
  const month = monthOf(reader.now, reader.zone);
  const usage = sumOf((await usageByOffice(deps, [month])).flatMap(({ months }) => months));
  return {
    label: monthLabel(reader, month),
    texts: countLabel(reader, usage.texts),
    segments: countLabel(reader, usage.segments),
  };
}
