import { Op } from 'sequelize';
import { addMinutes } from '../../kernel/clock.ts';
import type { Deps } from '../../models/deps.ts';
import { OutboxMessage } from '../../models/OutboxMessage.ts';

/** As long as receipts are matched with their texts, see `ID_LIFE_SECONDS`: until then the recipient may be asked for. */
const KEPT_MINUTES = 72 * 60;
/** How far back it is looked for texts that were not forgotten in time, as nothing was running. */
const BACK_MINUTES = 31 * 24 * 60;
const BATCH = 500;

/**
 * Forgets the texts of messages that were settled three days ago: they hold names, numbers and links, and nobody needs
 * them any more. What happened to each message stays. Returns how many were forgotten.
 */
export async function forgetTexts({ clock }: Pick<Deps, 'clock'>, signal?: AbortSignal): Promise<number> {
  const until = addMinutes(clock.now(), -KEPT_MINUTES);
  const where = {
    settledAt: { [Op.lt]: until, [Op.gt]: addMinutes(until, -BACK_MINUTES) },
    nextAt: null,
    [Op.or]: [{ body: { [Op.ne]: null } }, { payload: { [Op.ne]: null } }],
  };
  for (let forgotten = 0; ;) {
    // Looked for without locks, so that nobody who sends has to wait.
    const rows = await OutboxMessage.findAll({ where, attributes: ['id'], limit: BATCH, raw: true });
    const id = rows.map((row) => row.id);
    if (id.length > 0)
      await OutboxMessage.update({ body: null, payload: null }, { where: { id, nextAt: null } });
    forgotten += id.length;
    if (id.length < BATCH || signal?.aborted) return forgotten;
  }
}
