import { Op } from 'sequelize';
import { addSeconds } from '../../kernel/clock.ts';
import type { Deps } from '../../models/deps.ts';
import { OutboxMessage, type Channel } from '../../models/OutboxMessage.ts';
import { inTransaction, type Transaction } from '../../models/transaction.ts';

/** Which messages a sender looks at; without `officeIds` all of them. */
export interface Scope {
  officeIds?: number[];
}

const ofOffices = (scope: Scope) => (scope.officeIds ? { officeId: scope.officeIds } : {});

/** Whose process died with the text on the wire, or nearly: this send may be the second one. */
async function countDoubts(rows: OutboxMessage[], transaction: Transaction): Promise<void> {
  const doubtful = rows.filter(({ state, body }) => state === 'leased' && body !== null);
  if (doubtful.length === 0) return;
  await OutboxMessage.increment('doubts', { where: { id: doubtful.map(({ id }) => id) }, transaction });
}

/**
 * Takes up to `limit` due messages of a channel for this owner, most urgent first. No two processes get the same one: rows are
 * locked, and rows that another holds are passed over. A message whose owner died comes back when its lease ends.
 */
export function claimDue(
  deps: Deps,
  owner: string,
  channel: Channel,
  limit: number,
  scope: Scope,
): Promise<OutboxMessage[]> {
  const now = deps.clock.now();
  return inTransaction(deps.sequelize, async (transaction) => {
    const rows = await OutboxMessage.findAll({
      where: {
        ...ofOffices(scope),
        channel,
        expiresAt: { [Op.gt]: now },
        [Op.or]: [
          { state: ['queued', 'in_doubt'], dueAt: { [Op.lte]: now } },
          { state: 'leased', leasedUntil: { [Op.lte]: now } },
        ],
      },
      order: ['priority', 'dueAt', 'id'],
      limit,
      lock: transaction.LOCK.UPDATE,
      skipLocked: true,
      transaction,
    });
    await countDoubts(rows, transaction);
    const leasedUntil = addSeconds(now, deps.settings.OUTBOX_LEASE_SECONDS);
    const where = { id: rows.map((row) => row.id) };
    await OutboxMessage.update({ state: 'leased', leaseOwner: owner, leasedUntil }, { where, transaction });
    for (const row of rows) row.set({ state: 'leased', leaseOwner: owner, leasedUntil });
    return rows;
  });
}

/** Marks what can no longer be useful as expired; such messages are never sent. Returns how many. */
export async function expireStale(deps: Deps, channel: Channel, scope: Scope): Promise<number> {
  const now = deps.clock.now();
  const [count] = await OutboxMessage.update(
    { state: 'expired', payload: null, body: null, settledAt: now },
    {
      where: {
        ...ofOffices(scope),
        channel,
        expiresAt: { [Op.lte]: now },
        [Op.or]: [{ state: ['queued', 'in_doubt'] }, { state: 'leased', leasedUntil: { [Op.lte]: now } }],
      },
    },
  );
  return count;
}
