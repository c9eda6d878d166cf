import { Op, QueryTypes, type InferAttributes, type WhereOptions } from 'sequelize';
import { MAX_PARTS, partReference, type DeliveryReceipt } from '../../kernel/carriers.ts';
import { addSeconds } from '../../kernel/clock.ts';
import { sqlTime } from '../../models/bulk.ts';
import type { Deps } from '../../models/deps.ts';
import { OutboxPart } from '../../models/OutboxPart.ts';
import { ParkedReceipt } from '../../models/ParkedReceipt.ts';
import { inTransaction, type Transaction } from '../../models/transaction.ts';
import { matchReceipts, recipientMac, type FinalReceipt } from './receipt-match.ts';
import { updateMessages } from './receipt-outcome.ts';

/** A receipt that came before its answer waits for it this long. */
const PARKED_SECONDS = 24 * 3600;
/** No department has so many texts on their way; whoever sends more receipts for none of them could fill the disk. */
const MOST_PARKED = 1_000_000;
/** The sweeper looks at so much at once, and so far back. */
const SWEEP_BATCH = 500;
const SWEEP_SECONDS = 3600;

/** Stores what is known about and returns the rest. */
async function apply(
  deps: Deps,
  receipts: FinalReceipt[],
  transaction: Transaction,
): Promise<FinalReceipt[]> {
  const { matched, unknown } = await matchReceipts(deps, receipts, transaction);
  for (const state of ['delivered', 'failed'] as const) {
    const ids = matched.filter(({ receipt }) => receipt.state === state).map(({ part }) => part.id);
    if (ids.length > 0) await OutboxPart.update({ state }, { where: { id: ids }, transaction });
  }
  const reasons = new Map(matched.map(({ receipt, part }) => [part.messageId, receipt.reason]));
  await updateMessages(deps, transaction, reasons);
  return unknown;
}

/** True once so many wait that somebody must be making receipts up. Two dives into the index. */
async function isFull(transaction: Transaction): Promise<boolean> {
  const first = await ParkedReceipt.min<number | null, ParkedReceipt>('id', { transaction });
  const last = await ParkedReceipt.max<number | null, ParkedReceipt>('id', { transaction });
  return (last ?? 0) - (first ?? 0) >= MOST_PARKED;
}

async function park(deps: Deps, receipts: FinalReceipt[], transaction: Transaction): Promise<void> {
  const rows = receipts
    .filter(({ providerKey }) => providerKey !== '')
    .map((receipt) => ({ ...receipt, reason: receipt.reason.slice(0, 200) }));
  if (rows.length === 0) return;
  if (await isFull(transaction)) {
    const links = [...new Set(rows.map(({ link }) => link))];
    deps.log.error({ links, receipts: rows.length }, 'receipts for texts that are not ours are dropped');
    return;
  }
  await ParkedReceipt.bulkCreate(rows, {
    updateOnDuplicate: ['state', 'reason', 'at', 'reference', 'recipient'],
    transaction,
  });
}

/** Final reports, with the number they are about as a hash. */
function finalOnes(deps: Deps, receipts: DeliveryReceipt[]): FinalReceipt[] {
  return receipts.flatMap(({ state, recipient, ...rest }) => {
    if (state === 'pending') return [];
    return [{ ...rest, state, recipient: recipient === null ? null : recipientMac(deps, recipient) }];
  });
}

/**
 * Stores what the network reports about parts, and what follows for their messages, in one transaction: a receipt that
 * was answered is never half stored. Repeated receipts change nothing, final states never change again, and receipts
 * that overtook the answer to their own text are kept until it is recorded.
 */
export async function recordReceipts(deps: Deps, receipts: DeliveryReceipt[]): Promise<void> {
  const finals = finalOnes(deps, receipts);
  if (finals.length === 0) return;
  const parked = await inTransaction(deps.sequelize, async (transaction) => {
    const unknown = await apply(deps, finals, transaction);
    await park(deps, unknown, transaction);
    return unknown;
  });
  // Its answer may have been recorded meanwhile, by somebody who could not see the parked receipt yet.
  const keys = parked.map(({ providerKey }) => providerKey);
  await matchParked(deps, keys);
  deps.changes.poke();
}

async function applyParked(deps: Deps, where: WhereOptions<ParkedReceipt>): Promise<void> {
  const waiting = await ParkedReceipt.findAll({ where, raw: true });
  if (waiting.length === 0) return;
  await inTransaction(deps.sequelize, async (transaction) => {
    const rows: InferAttributes<ParkedReceipt>[] = await ParkedReceipt.findAll({
      where: { id: waiting.map(({ id }) => id) },
      lock: transaction.LOCK.UPDATE,
      transaction,
      raw: true,
    });
    const rest = new Set<FinalReceipt>(await apply(deps, rows, transaction));
    const done = rows.filter((row) => !rest.has(row)).map(({ id }) => id);
    if (done.length > 0) await ParkedReceipt.destroy({ where: { id: done }, transaction });
  });
  deps.changes.poke();
}

/**
 * Looks whether receipts for these keys came early, and stores them. To be called after the commit that recorded the
 * answers: of the two who write, answer and receipt, the later one finds the other's row.
 */
export async function matchParked(deps: Deps, keys: string[]): Promise<void> {
  if (keys.length > 0) await applyParked(deps, { providerKey: keys });
}

/**
 * Looks whether the network has reported on these messages, which have just fallen in doubt. When a link is cut before
 * the answer, the receipt often came already; it knows the text by our reference alone.
 */
export async function matchDoubted(deps: Deps, messageIds: number[]): Promise<void> {
  if (messageIds.length === 0) return;
  const positions = Array.from({ length: MAX_PARTS }, (_, position) => position);
  const references = messageIds.flatMap((id) => positions.map((position) => partReference(id, position)));
  await applyParked(deps, { reference: references });
}

/**
 * Brings accepted messages in line with parts that had their receipts before. A repeat of a text in doubt can be
 * delivered, as its reference tells, before its answer is recorded; nobody would look at it again.
 */
export async function alignWithParts(deps: Deps, messageIds: number[]): Promise<void> {
  if (messageIds.length === 0) return;
  const reasons = new Map(messageIds.map((id) => [id, '']));
  await inTransaction(deps.sequelize, (transaction) => updateMessages(deps, transaction, reasons));
}

/** Matches what a crash between two commits left behind, and forgets what nobody asked for in a day. */
export async function sweepParked(deps: Deps): Promise<void> {
  const now = deps.clock.now();
  await ParkedReceipt.destroy({ where: { at: { [Op.lt]: addSeconds(now, -PARKED_SECONDS) } } });
  const parked = await deps.sequelize.query<{ providerKey: string }>(
    `SELECT DISTINCT r.provider_key AS providerKey FROM parked_receipts r
      JOIN outbox_parts p ON p.provider_key = r.provider_key AND p.state = 'pending' LIMIT ${SWEEP_BATCH}`,
    { type: QueryTypes.SELECT },
  );
  await matchParked(
    deps,
    parked.map(({ providerKey }) => providerKey),
  );
  const behind = await deps.sequelize.query<{ id: number }>(
    `SELECT DISTINCT m.id FROM outbox_messages m JOIN outbox_parts p ON p.message_id = m.id
      WHERE m.accepted_at > :since AND m.state = 'accepted' AND p.state <> 'pending' LIMIT ${SWEEP_BATCH}`,
    { replacements: { since: sqlTime(addSeconds(now, -SWEEP_SECONDS)) }, type: QueryTypes.SELECT },
  );
  await alignWithParts(
    deps,
    behind.map(({ id }) => id),
  );
}
