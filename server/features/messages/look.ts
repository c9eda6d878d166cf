import { QueryTypes } from 'sequelize';
import { sqlTime } from '../../models/bulk.ts';
import type { Deps } from '../../models/deps.ts';
import type { Channel } from '../../models/OutboxMessage.ts';

/** Which messages a sender looks at; without `officeIds` all of them. */
export interface Scope {
  officeIds?: number[];
}

/** 0 is most urgent; see `PRIORITY` where messages are written. */
export const PRIORITIES = [0, 1, 2, 3, 4] as const;

/** What stands in the outbox for one channel. */
export interface Outlook {
  /** Somebody has told the channel to wait. */
  paused: boolean;
  /** Priorities of which something is due now, most urgent first. */
  due: number[];
  /** When the next message becomes due that is not due yet; null when there is none. */
  nextAt: Date | null;
}

type Row = Record<string, Date | null>;

const column = (priority: number, ahead: boolean) => `${ahead ? 'n' : 'p'}${priority}`;

function minimum(priority: number, ahead: boolean, officeClause: string): string {
  // MIN over a prefix of the index `outbox_next` is one dive into the tree, however long the table.
  return `(SELECT MIN(next_at) FROM outbox_messages WHERE channel = :channel AND priority = ${priority}
    ${ahead ? 'AND next_at > :now' : ''}${officeClause}) AS ${column(priority, ahead)}`;
}

/** One cheap query: what is due, and when to look again. */
export async function look(deps: Deps, channel: Channel, scope: Scope): Promise<Outlook> {
  const now = deps.clock.now();
  const officeClause = scope.officeIds ? ' AND office_id IN (:officeIds)' : '';
  const columns = PRIORITIES.flatMap((priority) => [
    minimum(priority, false, officeClause),
    minimum(priority, true, officeClause),
  ]);
  const [row] = await deps.sequelize.query<Row>(
    `SELECT (SELECT paused_at FROM channel_controls WHERE channel = :channel) AS pausedAt, ${columns.join(', ')}`,
    {
      replacements: {
        channel,
        now: sqlTime(now),
        officeIds: scope.officeIds,
      },
      type: QueryTypes.SELECT,
    },
  );
  const instants = row ?? {};
  const due = PRIORITIES.filter((priority) => {
    const first = instants[column(priority, false)];
    return first !== null && first !== undefined && first <= now;
  });
  const later = PRIORITIES.map((priority) => instants[column(priority, true)]?.getTime() ?? Infinity);
  const soonest = Math.min(...later);
  return {
    paused: (instants.pausedAt ?? null) !== null,
    due,
    nextAt: Number.isFinite(soonest) ? new Date(soonest) : null,
  };
}
