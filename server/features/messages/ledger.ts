import { Op, QueryTypes, type Sequelize } from 'sequelize';
import type { TakenPart } from '../../kernel/carriers.ts';
import { addSeconds } from '../../kernel/clock.ts';
import { announceAll } from '../../models/audit.ts';
import { insertRows, sqlTime } from '../../models/bulk.ts';
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
  if (body) return `own.${row.id}`;
  if (settled.state === 'accepted') return `accepted ${settled.segments} ${settled.forget} ${link}`;
  return JSON.stringify([settled, link]);
}

async function writeGroup(deps: Deps, transaction: Transaction, group: Settlement[]): Promise<void> {
  const [first] = group;
  if (!first) return;
  if (first.settled.state === 'accepted') return writeAccepted(deps, transaction, group, first);
  const { forget, event: _event, ...columns } = first.settled;
  const gone = forget ? { payload: null, body: null } : {};
  const kept = first.body ? { body: sealBody(deps, first.row.uid, first.body) } : {};
  const owners = [...new Set(group.map(({ row }) => row.leaseOwner))];
  await OutboxMessage.update(
    { ...columns, ...kept, ...gone, link: first.link, wiredAt: null, leasedUntil: null },
    {
      where: {
        id: group.map(({ row }) => row.id),
        state: ['queued', 'leased', 'in_doubt'],
        [Op.or]: [
          { leaseOwner: owners.filter((owner) => owner !== null) },
          ...(owners.includes(null) ? [{ leaseOwner: null }] : []),
        ],
      },
      transaction,
    },
  );
}

/**
 * The common end, by the thousand, so in plain SQL. Withdrawn while it was on the wire, or taken for lost: that it was
 * accepted is true all the same.
 */
async function writeAccepted(
  { sequelize }: Deps,
  transaction: Transaction,
  group: Settlement[],
  { settled, link }: Settlement,
): Promise<void> {
  const at = sequelize.escape(sqlTime(settled.acceptedAt ?? new Date(NaN)));
  const gone = settled.forget ? ', payload = NULL, body = NULL' : '';
  await sequelize.query(
    `UPDATE outbox_messages SET state = 'accepted', next_at = NULL, reason = NULL, wired_at = NULL, leased_until = NULL,
      segments = ${Number(settled.segments)}, accepted_at = ${at}, settled_at = ${at},
      link = ${link === null ? 'NULL' : sequelize.escape(link)}${gone}
      WHERE id IN (${idsOf(group)}) AND lease_owner IN (${ownersOf(sequelize, group)})
      AND state IN ('leased', 'cancelled', 'in_doubt')`,
    { type: QueryTypes.BULKUPDATE, transaction },
  );
}

const idsOf = (rows: { row: OutboxRow }[]) => rows.map(({ row }) => Number(row.id)).join(', ');
const ownersOf = (sequelize: Sequelize, rows: { row: OutboxRow }[]) =>
  [...new Set(rows.map(({ row }) => row.leaseOwner ?? ''))]
    .map((owner) => sequelize.escape(owner))
    .join(', ');

/**
 * Those whose rows are still the holder's to change: what was withdrawn while it was on the wire has no more history, and
 * its failure is no news. That something was accepted is always written, see `writeAccepted`.
 */
async function stillHeld(transaction: Transaction, settlements: Settlement[]): Promise<Settlement[]> {
  const others = settlements.filter(({ settled }) => settled.state !== 'accepted');
  if (others.length === 0) return settlements;
  const rows: Pick<OutboxRow, 'id' | 'leaseOwner'>[] = await OutboxMessage.findAll({
    attributes: ['id', 'leaseOwner'],
    where: { id: others.map(({ row }) => row.id), state: ['queued', 'leased', 'in_doubt'] },
    order: ['id'],
    lock: transaction.LOCK.UPDATE,
    transaction,
    raw: true,
  });
  const owner = new Map(rows.map(({ id, leaseOwner }) => [id, leaseOwner]));
  return settlements.filter(
    ({ row, settled }) => settled.state === 'accepted' || owner.get(row.id) === row.leaseOwner,
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
}

async function writeParts(deps: Deps, transaction: Transaction, settlements: Settlement[]): Promise<void> {
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
}

/**
 * Records what became of rows, with the history for people and the news for live pages. Only the holder of the lease
 * may, and nothing is written about a row that was withdrawn. Doing it again after a commit whose answer was lost changes
 * no result.
 */
export async function writeSettled(
  deps: Deps,
  transaction: Transaction,
  settlements: Settlement[],
): Promise<void> {
  if (settlements.length === 0) return;
  const held = await stillHeld(transaction, settlements);
  const groups = new Map<string, Settlement[]>();
  for (const one of held) groups.set(alike(one), [...(groups.get(alike(one)) ?? []), one]);
  // Sent one after the other without waiting: they share a connection, which keeps their order. When one fails
  // the later ones are under way already, so only what is harmless when done twice is among them.
  await Promise.all([
    ...[...groups.values()].map((group) => writeGroup(deps, transaction, group)),
    writeParts(deps, transaction, settlements),
    announceAll(
      deps.clock,
      deps.sequelize,
      transaction,
      held.map(({ row }) => row),
    ),
  ]);
  await writeHistory(deps, transaction, held);
  const failed = held.filter(({ settled }) => settled.state === 'failed');
  for (const { row } of failed) await fallBack(deps, transaction, row);
}

/** The texts of those that have none yet, in one expression. */
function textColumn(deps: Deps, boardings: Boarding[]): string {
  const fresh = boardings.filter(({ row }) => row.body === null);
  if (fresh.length === 0) return '';
  const cases = fresh.map(
    ({ row, body }) => `WHEN ${Number(row.id)} THEN X'${sealBody(deps, row.uid, body).toString('hex')}'`,
  );
  return `, body = CASE id ${cases.join(' ')} ELSE body END`;
}

/** Each further part of a long text may take as long as the gateway may take for an answer, or for its rate. */
const PART_SECONDS = 30;

/** How long these may be on the wire before another process must think that ours has died. */
function leaseSeconds({ settings }: Deps, boardings: Boarding[]): number {
  const parts = boardings.map(({ body }) => (body.channel === 'sms' ? body.parts.length : 1));
  return settings.OUTBOX_LEASE_SECONDS + PART_SECONDS * (Math.max(1, ...parts) - 1);
}

/**
 * Marks the rows as on the wire and keeps their texts, in one statement for each link; returns those that still may go.
 * Nobody else can have marked them, as the lease is theirs; so marking them again after trouble is harmless.
 */
async function board(
  deps: Deps,
  transaction: Transaction,
  link: string,
  boardings: Boarding[],
): Promise<number[]> {
  const { sequelize } = deps;
  const now = deps.clock.now();
  const at = sequelize.escape(sqlTime(now));
  const until = sequelize.escape(sqlTime(addSeconds(now, leaseSeconds(deps, boardings))));
  const ours = `id IN (${idsOf(boardings)}) AND state = 'leased' AND lease_owner IN (${ownersOf(sequelize, boardings)})
    AND expires_at > ${at}`;
  // Sent once more after a doubt: from now on there may be two copies, which is what `repeats` counts.
  const count = await sequelize.query(
    `UPDATE outbox_messages SET link = ${sequelize.escape(link)}, wired_at = ${at}, leased_until = ${until},
      next_at = ${until}, repeats = repeats + (doubts > repeats)${textColumn(deps, boardings)} WHERE ${ours}`,
    { type: QueryTypes.BULKUPDATE, transaction },
  );
  if (count === boardings.length) return boardings.map(({ row }) => row.id);
  const still = await sequelize.query<{ id: number }>(
    `SELECT id FROM outbox_messages WHERE ${ours} AND wired_at = ${at}`,
    { type: QueryTypes.SELECT, transaction },
  );
  return still.map(({ id }) => id);
}

/**
 * One commit for both ends of a link: what became of the messages that were answered, and which messages go on the wire
 * next. Returns the ids that may go; a row that was withdrawn, lost or has expired since it was claimed may not. Once
 * this has resolved the mark is durable, so whatever happens later is known to be in doubt.
 */
export function record(deps: Deps, settlements: Settlement[], boardings: Boarding[]): Promise<Set<number>> {
  return inTransaction(deps.sequelize, async (transaction) => {
    const links = [...new Set(boardings.map(({ link }) => link))];
    const groups = links.map((link) => boardings.filter((one) => one.link === link));
    const [, ...allowed] = await Promise.all([
      writeSettled(deps, transaction, settlements),
      ...groups.map((group) => board(deps, transaction, group[0]?.link ?? '', group)),
    ]);
    return new Set(allowed.flat());
  });
}
