import { setTimeout as delay } from 'node:timers/promises';
import type { DeliveryReceipt } from '../../kernel/ports.ts';
import { announce } from '../../models/audit.ts';
import type { Deps } from '../../models/deps.ts';
import { OutboxMessage } from '../../models/OutboxMessage.ts';
import { OutboxPart } from '../../models/OutboxPart.ts';
import { inTransaction, type Transaction } from '../../models/transaction.ts';

/** A receipt can overtake the answer to its own message, which is being stored at this moment. */
const EARLY_TRIES = 4;
const EARLY_WAIT_MS = 500;

/**
 * The part that waits for this receipt. Gateways give ids again after a while, or after a restart: an older part that
 * has its receipt already must not catch that of a part which is not stored yet.
 */
async function findPart(providerId: string): Promise<OutboxPart | null> {
  for (let attempt = 1; ; attempt += 1) {
    const where = { providerId, state: 'pending' as const };
    const part = await OutboxPart.findOne({ where, order: [['id', 'DESC']] });
    if (part || attempt === EARLY_TRIES) return part;
    await delay(EARLY_WAIT_MS);
  }
}

/** The message is delivered when all its parts are, and failed when one is. Final states never change again. */
async function updateMessage(
  deps: Deps,
  transaction: Transaction,
  messageId: number,
  receipt: DeliveryReceipt,
): Promise<void> {
  const message = await OutboxMessage.findByPk(messageId, { transaction, lock: transaction.LOCK.UPDATE });
  if (!message || message.state !== 'accepted') return;
  const parts = await OutboxPart.findAll({ where: { messageId }, transaction });
  const failed = parts.some((part) => part.state === 'failed');
  if (!failed && parts.some((part) => part.state === 'pending')) return;
  const state = failed ? 'failed' : 'delivered';
  const reason = failed ? receipt.reason.slice(0, 200) : null;
  await message.update({ state, reason, settledAt: deps.clock.now() }, { transaction });
  await announce(deps.clock, transaction, message.officeId, message.appointmentId);
}

/**
 * Stores what the network reports about one part, and what follows for its message, in one transaction: a receipt
 * that was answered is never half stored. Repeated and unknown receipts change nothing.
 */
export async function recordReceipt(deps: Deps, receipt: DeliveryReceipt): Promise<void> {
  const { state } = receipt;
  if (state === 'pending') return;
  const part = await findPart(receipt.providerId);
  if (!part) {
    deps.log.warn({ state }, 'receipt for a message that is unknown, or has its receipt already');
    return;
  }
  await inTransaction(deps.sequelize, async (transaction) => {
    const where = { id: part.id, state: 'pending' as const };
    const [count] = await OutboxPart.update({ state }, { where, transaction });
    if (count === 1) await updateMessage(deps, transaction, part.messageId, receipt);
  });
  deps.changes.poke();
}
