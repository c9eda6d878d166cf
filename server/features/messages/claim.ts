import { IndexHints, Op } from 'sequelize';
import { addSeconds } from '../../kernel/clock.ts';
import { newUid } from '../../kernel/ids.ts';
import type { Deps } from '../../models/deps.ts';
import { OutboxMessage, type Channel, type OutboxRow } from '../../models/OutboxMessage.ts';
import { inTransaction, type Transaction } from '../../models/transaction.ts';
import { writeSettled, type Settlement } from './ledger.ts';
import { PRIORITIES, type Scope } from './look.ts';
import { matchDoubted } from './receipts.ts';
import { afterDoubt, afterExpiry } from './rules.ts';

/**
 * How long a claimed message may wait for its turn before another process takes it. Short, because a process that dies
 * must not keep a PIN; nothing is in doubt yet, so taking it over costs nothing. Who holds it gives it back in time.
 */
export const CLAIM_SECONDS = 20;
/** Rows whose time is over are settled so many at once. */
const OVERDUE_BATCH = 500;

const ofOffices = (scope: Scope) => (scope.officeIds ? { officeId: scope.officeIds } : {});
const hints = [{ type: IndexHints.FORCE, values: ['outbox_next'] }];

/** True when its process died with the message on the wire, or nearly. */
const mayHaveLeft = (row: OutboxRow) => row.state === 'leased' && row.wiredAt !== null;

async function lockDue(
  deps: Deps,
  channel: Channel,
  priority: number,
  limit: number,
  scope: Scope,
  transaction: Transaction,
): Promise<OutboxRow[]> {
  const now = deps.clock.now();
  return OutboxMessage.findAll({
    where: {
      channel,
      priority,
      nextAt: { [Op.lte]: now },
      expiresAt: { [Op.gt]: now },
      // What may have left already is not sent like a fresh one, see `settleOverdue`.
      [Op.or]: [{ state: ['queued', 'in_doubt'] }, { wiredAt: null }],
      ...ofOffices(scope),
    },
    order: ['nextAt', 'id'],
    limit,
    indexHints: hints,
    lock: transaction.LOCK.UPDATE,
    skipLocked: true,
    transaction,
    raw: true,
  });
}

/**
 * Takes up to `limit` due messages of these priorities for one owner, most urgent first. No two processes get the same
 * one: rows are locked, and rows that another holds are passed over. A message whose owner died before it was on the wire
 * comes back when its claim ends.
 */
export function claimDue(
  deps: Deps,
  channel: Channel,
  priorities: readonly number[],
  limit: number,
  scope: Scope,
): Promise<OutboxRow[]> {
  return inTransaction(deps.sequelize, async (transaction) => {
    const rows: OutboxRow[] = [];
    for (const priority of priorities) {
      if (rows.length >= limit) break;
      rows.push(...(await lockDue(deps, channel, priority, limit - rows.length, scope, transaction)));
    }
    if (rows.length === 0) return [];
    const leasedUntil = addSeconds(deps.clock.now(), CLAIM_SECONDS);
    const lease = {
      state: 'leased' as const,
      leaseOwner: newUid(),
      leasedUntil,
      nextAt: leasedUntil,
      wiredAt: null,
    };
    await OutboxMessage.update(lease, { where: { id: rows.map(({ id }) => id) }, transaction });
    return rows.map((row) => ({ ...row, ...lease }));
  });
}

/** Puts claimed messages that did not get their turn back in the queue, for whoever can send them. */
export async function giveBack(deps: Deps, rows: OutboxRow[]): Promise<void> {
  if (rows.length === 0) return;
  const owners = [...new Set(rows.map(({ leaseOwner }) => leaseOwner ?? ''))];
  const nextAt = deps.clock.now();
  const where = { id: rows.map(({ id }) => id), leaseOwner: owners, state: 'leased' as const, wiredAt: null };
  await inTransaction(deps.sequelize, (transaction) =>
    OutboxMessage.update(
      { state: 'queued', nextAt, leaseOwner: null, leasedUntil: null },
      { where, transaction },
    ),
  );
}

function overdue(deps: Deps, row: OutboxRow, why: string): Settlement {
  const now = deps.clock.now();
  const settled =
    row.expiresAt <= now
      ? afterExpiry(row, mayHaveLeft(row), now, why)
      : afterDoubt(row, 'sender stopped', now, deps.settings.OUTBOX_DOUBT_SECONDS);
  return { row, link: row.link, settled };
}

/**
 * Settles what nobody may send any more as it stands: what is too late to be useful, and what was on the wire when its
 * process died, which is in doubt. Returns how many. Runs whether or not the channel sends, so that people learn of it
 * during an outage; `why` is what keeps it from sending.
 */
export async function settleOverdue(
  deps: Deps,
  channel: Channel,
  scope: Scope,
  why: string,
): Promise<number> {
  const now = deps.clock.now();
  const settled = await inTransaction(deps.sequelize, async (transaction) => {
    const rows: OutboxRow[] = await OutboxMessage.findAll({
      where: {
        channel,
        // Named one by one, so that the index leads past all that is settled.
        priority: [...PRIORITIES],
        nextAt: { [Op.lte]: now },
        [Op.or]: [{ expiresAt: { [Op.lte]: now } }, { state: 'leased', wiredAt: { [Op.ne]: null } }],
        ...ofOffices(scope),
      },
      limit: OVERDUE_BATCH,
      indexHints: hints,
      lock: transaction.LOCK.UPDATE,
      skipLocked: true,
      transaction,
      raw: true,
    });
    const settlements = rows.map((row) => overdue(deps, row, why));
    await writeSettled(deps, transaction, settlements);
    return settlements;
  });
  const doubted = settled.filter((one) => one.settled.state === 'in_doubt').map(({ row }) => row.id);
  if (channel === 'sms') await matchDoubted(deps, doubted);
  return settled.length;
}
