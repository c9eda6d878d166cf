import { audit, type Actor } from '../../models/audit.ts';
import type { Deps } from '../../models/deps.ts';
import { SmsSender } from '../../models/SmsSender.ts';
import { inTransaction } from '../../models/transaction.ts';
import { senderKind } from '../messages/index.ts';
import { hurry } from './hold.ts';
import type { SenderInput } from './schema.ts';

/**
 * Gives an office a sender of its own, or that of the settings again. Texts that waited for a sender are looked at at
 * once. Writes an audit row with the sender before and after, which is no personal data.
 */
export async function saveSender(
  deps: Deps,
  actor: Actor,
  officeId: number,
  input: SenderInput,
): Promise<void> {
  const { address, provider } = input;
  const registeredUntil = senderKind(address) === 'alias' ? input.registeredUntil : null;
  await inTransaction(deps.sequelize, async (transaction) => {
    const before = await SmsSender.findByPk(officeId, { transaction, lock: transaction.LOCK.UPDATE });
    const own = input.use === 'own';
    if (own) {
      const columns = { officeId, address, registeredUntil, provider: provider || null };
      await SmsSender.upsert({ ...columns, updatedAt: deps.clock.now() }, { transaction });
    } else await before?.destroy({ transaction });
    await hurry(deps, transaction, [officeId]);
    const details = {
      before: before?.address ?? '',
      after: own ? address : '',
      registeredUntil: (own && registeredUntil) || '',
      provider: own ? provider : '',
    };
    await audit(deps.clock, transaction, actor, 'messages.sender', { officeId }, details);
  });
  deps.messagesDue();
}
