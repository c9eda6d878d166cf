import { audit, type Actor } from '../../models/audit.ts';
import { ChannelControl } from '../../models/ChannelControl.ts';
import type { Deps } from '../../models/deps.ts';
import type { Channel } from '../../models/OutboxMessage.ts';
import { Staff } from '../../models/Staff.ts';
import { inTransaction } from '../../models/transaction.ts';

/** Since when a channel does not send, and whose decision that was. */
export interface Pause {
  channel: Channel;
  at: Date;
  by: string | null;
}

/** The channels that are paused now. */
export async function pauses(): Promise<Pause[]> {
  const rows = (await ChannelControl.findAll({ order: ['channel'] })).filter(
    ({ pausedAt }) => pausedAt !== null,
  );
  const ids = rows.flatMap(({ pausedBy }) => pausedBy ?? []);
  const staff = ids.length > 0 ? await Staff.findAll({ attributes: ['id', 'name'], where: { id: ids } }) : [];
  return rows.flatMap(({ channel, pausedAt, pausedBy }) =>
    pausedAt ? [{ channel, at: pausedAt, by: staff.find(({ id }) => id === pausedBy)?.name ?? null }] : [],
  );
}

/**
 * Pauses a channel, or lets it go on, for all processes. Doing it twice changes nothing, so that the first who paused
 * stays known. Writes an audit row with what changed. Returns whether something did.
 */
export async function setPaused(
  deps: Deps,
  actor: Actor,
  channel: Channel,
  paused: boolean,
): Promise<boolean> {
  const changed = await inTransaction(deps.sequelize, async (transaction) => {
    const lock = transaction.LOCK.UPDATE;
    await ChannelControl.findOrCreate({ where: { channel }, transaction });
    const row = await ChannelControl.findByPk(channel, { transaction, lock, rejectOnEmpty: true });
    if ((row.pausedAt !== null) === paused) return false;
    const pausedBy = paused && actor.kind === 'staff' ? actor.staffId : null;
    await row.update({ pausedAt: paused ? deps.clock.now() : null, pausedBy }, { transaction });
    const action = paused ? 'messages.pause' : 'messages.resume';
    await audit(deps.clock, transaction, actor, action, {}, { channel });
    return true;
  });
  if (changed && !paused) deps.messagesDue();
  return changed;
}
