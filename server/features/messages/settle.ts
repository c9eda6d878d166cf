import { addSeconds } from '../../kernel/clock.ts';
import type { SendResult } from '../../kernel/ports.ts';
import { announce } from '../../models/audit.ts';
import type { Deps } from '../../models/deps.ts';
import { OutboxMessage } from '../../models/OutboxMessage.ts';
import { OutboxPart } from '../../models/OutboxPart.ts';
import { inTransaction } from '../../models/transaction.ts';

/** After this many refused tries of the message itself it has failed. */
const MAX_ATTEMPTS = 8;
/** A late receipt may still tell that an unanswered message was taken; then one more try, with the same text. */
const DOUBT_SECONDS = 90;
const MAX_DOUBTS = 2;
/** When the link was the trouble the message is not to blame: soon again. */
const LINK_RETRY_SECONDS = 5;

type Columns = Partial<
  Pick<
    OutboxMessage,
    'state' | 'dueAt' | 'attempts' | 'doubts' | 'segments' | 'reason' | 'settledAt' | 'payload' | 'body'
  >
>;

/** 30 s, 1, 2, 4, 8 and at most 15 minutes. */
function backOff(attempts: number): number {
  return Math.min(15 * 60, 30 * 2 ** (attempts - 1));
}

/** What one answer of the wire means for the row. Pure. */
export function afterAnswer(message: OutboxMessage, result: SendResult, now: Date): Columns {
  // A PIN that was handed over, or never will be, is nobody's business any more.
  const forget = message.kind === 'pin' ? { payload: null, body: null } : {};
  const over = { settledAt: now, ...forget };
  if (result.kind === 'accepted')
    return { state: 'accepted', segments: result.segments, reason: null, ...over };
  const reason = result.reason.slice(0, 200);
  switch (result.kind) {
    case 'rejected':
      return { state: 'failed', reason, ...over };
    case 'retry': {
      const attempts = message.attempts + (result.countsAsAttempt ? 1 : 0);
      if (attempts >= MAX_ATTEMPTS) return { state: 'failed', attempts, reason, ...over };
      const seconds = result.countsAsAttempt ? backOff(attempts) : LINK_RETRY_SECONDS;
      return { state: 'queued', attempts, reason, dueAt: addSeconds(now, seconds) };
    }
    case 'inDoubt': {
      const doubts = message.doubts + 1;
      if (doubts >= MAX_DOUBTS) return { state: 'failed', doubts, reason, ...over };
      return { state: 'in_doubt', doubts, reason, dueAt: addSeconds(now, DOUBT_SECONDS) };
    }
  }
}

/**
 * Records the answer of the wire. Only the holder of the lease may; a message withdrawn while it was on the wire is
 * still recorded as taken, as that is what happened.
 */
export async function settle(deps: Deps, message: OutboxMessage, result: SendResult): Promise<void> {
  const now = deps.clock.now();
  await inTransaction(deps.sequelize, async (transaction) => {
    const row = await OutboxMessage.findOne({
      where: { id: message.id, leaseOwner: message.leaseOwner },
      lock: transaction.LOCK.UPDATE,
      transaction,
    });
    if (!row || (row.state === 'cancelled' && result.kind !== 'accepted')) return;
    await row.update({ ...afterAnswer(row, result, now), leasedUntil: null }, { transaction });
    if (result.kind === 'accepted') {
      const parts = result.providerIds.map((providerId) => ({
        messageId: row.id,
        providerId,
        createdAt: now,
      }));
      await OutboxPart.bulkCreate(parts, { transaction });
    }
    await announce(deps.clock, transaction, row.officeId, row.appointmentId);
  });
  deps.changes.poke();
}
