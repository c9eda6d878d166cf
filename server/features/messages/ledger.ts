import { literal, Op } from 'sequelize';
import type { TakenPart } from '../../kernel/carriers.ts';
import { addSeconds } from '../../kernel/clock.ts';
import { announceAll } from '../../models/audit.ts';
import { insertRows } from '../../models/bulk.ts';
import type { Deps } from '../../models/deps.ts';
import { OutboxEvent } from '../../models/OutboxEvent.ts';
import { OutboxMessage, type OutboxRow } from '../../models/OutboxMessage.ts';
import { inTransaction, type Transaction } from '../../models/transaction.ts';
import { sealBody, type RenderedBody } from './body.ts';
import { fallBack } from './fallback.ts';
import type { Settled } from './rules.ts';

/** What became of one row. `body` replaces the text that was kept. */
export interface Settlement {
  row: OutboxRow;
  settled: Settled;
  link: string | null;
  taken?: TakenPart[];
  body?: RenderedBody;
}

/** A message that has a place on a link, and is about to go on the wire. */
export interface Boarding {
  row: OutboxRow;
  body: RenderedBody;
  link: string;
}

/** Rows that share everything but the row itself are written by one statement. */
function alike({ settled, link, body, row }: Settlement): string {
  return body ? `own.${row.id}` : JSON.stringify([settled, link]);
}

async function writeGroup(deps: Deps, transaction: Transaction, group: Settlement[]): Promise<void> {
  const [first] = group;
  if (!first) return;
  const { forget, event: _event, ...columns } = first.settled;
  const gone = forget ? { payload: null, body: null } : {};
  const kept = first.body ? { body: sealBody(deps, first.row.uid, first.body) } : {};
  const owners = [...new Set(group.map(({ row }) => row.leaseOwner))];
  const cameThrough = first.settled.state === 'accepted';
  await OutboxMessage.update(
    { ...columns, ...kept, ...gone, link: first.link, wiredAt: null, leasedUntil: null },
    {
      where: {
        id: group.map(({ row }) => row.id),
        // Withdrawn while it was on the wire, or taken for lost: that it was accepted is true all the same.
        state: cameThrough ? ['leased', 'cancelled', 'in_doubt'] : ['queued', 'leased', 'in_doubt'],
        [Op.or]: [
          { leaseOwner: owners.filter((owner) => owner !== null) },
          ...(owners.includes(null) ? [{ leaseOwner: null }] : []),
        ],
      },
      transaction,
    },
  );
}

async function writeHistory(deps: Deps, transaction: Transaction, settlements: Settlement[]): Promise<void> {
  const at = deps.clock.now();
  const events = settlements.flatMap(({ row, settled, link }) =>
    settled.event === null
      ? []
      : [{ messageId: row.id, at, event: settled.event, reason: settled.reason, link }],
  );
  if (events.length > 0) await OutboxEvent.bulkCreate(events, { transaction });
  await announceAll(
    deps.clock,
    deps.sequelize,
    transaction,
    settlements.map(({ row }) => row),
  );
}

/**
 * Records what became of rows, with the history for people and the news for live pages. Only the holder of the lease
 * may; doing it again after a commit whose answer was lost changes nothing.
 */
export async function writeSettled(
  deps: Deps,
  transaction: Transaction,
  settlements: Settlement[],
): Promise<void> {
  if (settlements.length === 0) return;
  const groups = new Map<string, Settlement[]>();
  for (const one of settlements) groups.set(alike(one), [...(groups.get(alike(one)) ?? []), one]);
  for (const group of groups.values()) await writeGroup(deps, transaction, group);
  const createdAt = deps.clock.now();
  const parts = settlements.flatMap(({ row, link, taken = [] }) =>
    taken.map(({ position, providerId, providerKey }) => ({
      message_id: row.id,
      position,
      link: link ?? '',
      provider_id: providerId,
      provider_key: providerKey,
      created_at: createdAt,
    })),
  );
  await insertRows(deps.sequelize, 'outbox_parts', parts, transaction, true);
  await writeHistory(deps, transaction, settlements);
  const failed = settlements.filter(({ settled }) => settled.state === 'failed');
  for (const { row } of failed) await fallBack(deps, transaction, row);
}

function textColumn(deps: Deps, boardings: Boarding[]) {
  const fresh = boardings.filter(({ row }) => row.body === null);
  if (fresh.length === 0) return {};
  const cases = fresh.map(({ row, body }) => {
    const sealed = deps.sequelize.escape(sealBody(deps, row.uid, body) as unknown as string);
    return `WHEN ${row.id} THEN ${sealed}`;
  });
  return { body: literal(`CASE id ${cases.join(' ')} ELSE body END`) };
}

/** Marks the rows as on the wire and keeps their texts, in one statement for each link; returns those that still may go. */
async function board(
  deps: Deps,
  transaction: Transaction,
  link: string,
  boardings: Boarding[],
): Promise<number[]> {
  const now = deps.clock.now();
  const ids = boardings.map(({ row }) => row.id);
  const leasedUntil = addSeconds(now, deps.settings.OUTBOX_LEASE_SECONDS);
  const ours = {
    id: ids,
    state: 'leased' as const,
    leaseOwner: [...new Set(boardings.map(({ row }) => row.leaseOwner ?? ''))],
  };
  const columns = {
    ...textColumn(deps, boardings),
    link,
    wiredAt: now,
    leasedUntil,
    nextAt: leasedUntil,
    // Sent once more after a doubt: from now on there may be two copies.
    repeats: literal('repeats + (doubts > repeats)'),
  };
  const [count] = await OutboxMessage.update(columns, {
    where: { ...ours, wiredAt: null, expiresAt: { [Op.gt]: now } },
    transaction,
  });
  if (count === ids.length) return ids;
  const still = await OutboxMessage.findAll({
    attributes: ['id'],
    where: { ...ours, wiredAt: now },
    transaction,
    raw: true,
  });
  return still.map(({ id }) => id);
}

/**
 * One commit for both ends of a link: what became of the messages that were answered, and which messages go on the wire
 * next. Returns the ids that may go; a row that was withdrawn, lost or has expired since it was claimed may not. Once
 * this has resolved the mark is durable, so whatever happens later is known to be in doubt.
 */
export function record(deps: Deps, settlements: Settlement[], boardings: Boarding[]): Promise<Set<number>> {
  return inTransaction(deps.sequelize, async (transaction) => {
    await writeSettled(deps, transaction, settlements);
    const allowed = new Set<number>();
    for (const link of new Set(boardings.map((one) => one.link))) {
      const group = boardings.filter((one) => one.link === link);
      for (const id of await board(deps, transaction, link, group)) allowed.add(id);
    }
    return allowed;
  });
}
