import { Op } from 'sequelize';
import { audit, type Actor } from '../../models/audit.ts';
import type { Deps } from '../../models/deps.ts';
import { Office } from '../../models/Office.ts';
import { OutboxMessage } from '../../models/OutboxMessage.ts';
import { SenderHold } from '../../models/SenderHold.ts';
import { inTransaction, type Transaction } from '../../models/transaction.ts';
import { senderOf } from '../messages/index.ts';

/** Lets the texts of these offices that are due be looked at now, instead of when their hold would have ended. */
export async function hurry(deps: Deps, transaction: Transaction, officeIds: number[]): Promise<void> {
  const now = deps.clock.now();
  await OutboxMessage.update(
    { nextAt: now },
    {
      where: {
        officeId: officeIds,
        channel: 'sms',
        priority: { [Op.in]: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
        state: 'queued',
        dueAt: { [Op.lte]: now },
        nextAt: { [Op.gt]: now },
      },
      transaction,
    },
  );
}

/** The offices whose texts come from this address today. */
export async function officesOfSender(deps: Deps, address: string): Promise<Office[]> {
  const offices = await Office.findAll({ attributes: ['id', 'name'], order: ['name'] });
  const senders = await senderOf(
    deps,
    offices.map(({ id }) => id),
  );
  return offices.filter(({ id }) => senders.get(id)?.address === address);
}

/**
 * Ends the hold of a sender that the gateway refused: its texts are tried again at once. Writes an audit row. Returns
 * false when there was no such hold any more.
 */
export async function liftHold(deps: Deps, actor: Actor, address: string): Promise<boolean> {
  const officeIds = (await officesOfSender(deps, address)).map(({ id }) => id);
  const lifted = await inTransaction(deps.sequelize, async (transaction) => {
    const count = await SenderHold.destroy({ where: { address }, transaction });
    if (count === 0) return false;
    if (officeIds.length > 0) await hurry(deps, transaction, officeIds);
    await audit(deps.clock, transaction, actor, 'messages.liftHold', {}, { address });
    return true;
  });
  if (lifted) deps.messagesDue();
  return lifted;
}
