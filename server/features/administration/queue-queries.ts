import { Op } from 'sequelize';
import { addMinutes, addSeconds } from '../../kernel/clock.ts';
import type { Deps } from '../../models/deps.ts';
import { GatewayLink } from '../../models/GatewayLink.ts';
import type { Channel, MessageKind, MessageState } from '../../models/OutboxMessage.ts';
import { SenderHold } from '../../models/SenderHold.ts';
import { select } from './sql.ts';

const DAY_MINUTES = 24 * 60;
const WEEK_MINUTES = 7 * DAY_MINUTES;
/** A text that is due and has not left for so long is late: people look at their phones by then. */
export const LATE_SECONDS = 120;
/** The longest that a retry or a hold postpones the next look at a message that is due. */
const LONGEST_WAIT_MINUTES = 60;

/**
 * All messages that are not settled, by the index (channel, priority, next_at): settled ones have no `next_at`, so that
 * years of them cost nothing.
 */
const PENDING = `channel IN ('sms', 'email') AND priority IN (0, 1, 2, 3, 4, 5, 6, 7, 8, 9)`;

export interface QueueCount {
  channel: Channel;
  kind: MessageKind;
  officeId: number;
  due: number;
  later: number;
  doubt: number;
  /** When the oldest of those that are due should have left. */
  oldest: Date | null;
}

/** What waits in the queue, by channel, kind and office. */
export function queueCounts(deps: Deps): Promise<QueueCount[]> {
  return select<QueueCount>(
    deps,
    `SELECT channel, kind, office_id AS officeId, SUM(due_at <= :now AND state <> 'in_doubt') AS due,
        SUM(due_at > :now) AS later, SUM(due_at <= :now AND state = 'in_doubt') AS doubt,
        MIN(IF(due_at <= :now AND state <> 'in_doubt', due_at, NULL)) AS oldest
      FROM outbox_messages WHERE ${PENDING} AND next_at IS NOT NULL GROUP BY channel, kind, office_id`,
    { now: deps.clock.now() },
    ['due', 'later', 'doubt'],
  );
}

export interface LateCount {
  officeId: number;
  count: number;
  oldest: Date;
}

/** Texts that should have left more than two minutes ago and can still be useful, by office. */
export function lateTexts(deps: Deps): Promise<LateCount[]> {
  const now = deps.clock.now();
  return select<LateCount>(
    deps,
    `SELECT office_id AS officeId, COUNT(*) AS count, MIN(due_at) AS oldest FROM outbox_messages
      WHERE ${PENDING} AND channel = 'sms' AND next_at <= :horizon AND due_at < :late AND expires_at > :now
        AND state IN ('queued', 'leased') GROUP BY office_id`,
    { now, late: addSeconds(now, -LATE_SECONDS), horizon: addMinutes(now, LONGEST_WAIT_MINUTES) },
    ['count'],
  );
}

export interface LateReason {
  channel: Channel;
  officeId: number;
  /** Why the last try came to nothing; null when there was none. */
  reason: string | null;
  count: number;
}

/** Why messages have not left that should have more than two minutes ago, by channel and office. */
export function lateReasons(deps: Deps): Promise<LateReason[]> {
  const now = deps.clock.now();
  return select<LateReason>(
    deps,
    `SELECT channel, office_id AS officeId, reason, COUNT(*) AS count FROM outbox_messages
      WHERE ${PENDING} AND next_at <= :horizon AND due_at < :late AND expires_at > :now
        AND state IN ('queued', 'leased') GROUP BY channel, office_id, reason`,
    { now, late: addSeconds(now, -LATE_SECONDS), horizon: addMinutes(now, LONGEST_WAIT_MINUTES) },
    ['count'],
  );
}

export interface MinuteCount {
  channel: Channel;
  /** Whole minutes ago, from 0. */
  ago: number;
  count: number;
}

/** How many messages the other side took in each of the last 60 minutes. */
export function takenPerMinute(deps: Deps): Promise<MinuteCount[]> {
  const now = deps.clock.now();
  return select<MinuteCount>(
    deps,
    `SELECT channel, TIMESTAMPDIFF(MINUTE, accepted_at, :now) AS ago, COUNT(*) AS count FROM outbox_messages
      WHERE accepted_at > :from AND accepted_at <= :now GROUP BY channel, ago`,
    { now, from: addMinutes(now, -60) },
    ['ago', 'count'],
  );
}

export interface LatenessCount {
  channel: Channel;
  kind: MessageKind;
  /** Seconds between due and taken. */
  value: number;
  count: number;
}

/** How late the messages of the last hour left, by channel and kind. */
export function latenessOfHour(deps: Deps): Promise<LatenessCount[]> {
  const now = deps.clock.now();
  return select<LatenessCount>(
    deps,
    `SELECT channel, kind, GREATEST(0, TIMESTAMPDIFF(SECOND, due_at, accepted_at)) AS value, COUNT(*) AS count
      FROM outbox_messages WHERE accepted_at > :from AND accepted_at <= :now GROUP BY channel, kind, value`,
    { now, from: addMinutes(now, -60) },
    ['value', 'count'],
  );
}

export interface OutcomeCount {
  channel: Channel;
  state: MessageState;
  reason: string;
  day: number;
  week: number;
  /** Sent again after a doubt, so that the person may have got two. */
  repeatsDay: number;
  repeatsWeek: number;
}

/** What became of the messages that were settled within a week, and within a day. */
export function outcomesOfWeek(deps: Deps): Promise<OutcomeCount[]> {
  const now = deps.clock.now();
  return select<OutcomeCount>(
    deps,
    `SELECT channel, state, IF(state = 'failed', COALESCE(reason, ''), '') AS reason,
        SUM(settled_at > :day) AS day, COUNT(*) AS week,
        SUM(repeats > 0 AND settled_at > :day) AS repeatsDay, SUM(repeats > 0) AS repeatsWeek
      FROM outbox_messages WHERE settled_at > :week
      GROUP BY channel, state, IF(state = 'failed', COALESCE(reason, ''), '')`,
    { day: addMinutes(now, -DAY_MINUTES), week: addMinutes(now, -WEEK_MINUTES) },
    ['day', 'week', 'repeatsDay', 'repeatsWeek'],
  );
}

/** Texts that were taken one to two days ago, and one to eight days ago, and of which nothing was heard since. */
export async function receiptsMissing(deps: Deps): Promise<{ day: number; week: number }> {
  const now = deps.clock.now();
  const [row] = await select<{ day: number; week: number }>(
    deps,
    `SELECT COALESCE(SUM(accepted_at > :day), 0) AS day, COUNT(*) AS week FROM outbox_messages
      WHERE accepted_at > :week AND accepted_at <= :until AND channel = 'sms' AND state = 'accepted'`,
    {
      until: addMinutes(now, -DAY_MINUTES),
      day: addMinutes(now, -2 * DAY_MINUTES),
      week: addMinutes(now, -WEEK_MINUTES - DAY_MINUTES),
    },
    ['day', 'week'],
  );
  return row ?? { day: 0, week: 0 };
}

/** The links that processes wrote of within a day, by name. */
export function linksOfDay(deps: Deps): Promise<GatewayLink[]> {
  return GatewayLink.findAll({
    where: { seenAt: { [Op.gt]: addMinutes(deps.clock.now(), -DAY_MINUTES) } },
    order: ['channel', 'link', 'process'],
  });
}

/** The senders whose texts wait, as the gateway refused them. */
export function holdsNow(deps: Deps): Promise<SenderHold[]> {
  return SenderHold.findAll({ where: { untilAt: { [Op.gt]: deps.clock.now() } }, order: ['since'] });
}
