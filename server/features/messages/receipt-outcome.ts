import { Op } from 'sequelize';
import { announceAll } from '../../models/audit.ts';
import type { Deps } from '../../models/deps.ts';
import { OutboxEvent } from '../../models/OutboxEvent.ts';
import { OutboxMessage } from '../../models/OutboxMessage.ts';
import { OutboxPart } from '../../models/OutboxPart.ts';
import type { Transaction } from '../../models/transaction.ts';
import { openBody } from './body.ts';
import { fallBack } from './fallback.ts';
import { isForgotten } from './rules.ts';

type PartState = 'pending' | 'delivered' | 'failed';

/**
 * What the copies of one part come to. A part that was sent twice has arrived when one copy has, and has failed only
 * when no copy is still on its way. Pure.
 */
export function outcomeOf(copies: PartState[]): PartState {
  if (copies.includes('delivered')) return 'delivered';
  return copies.length === 0 || copies.includes('pending') ? 'pending' : 'failed';
}

function partsIn(deps: Deps, message: OutboxMessage): number {
  if (message.segments !== null) return message.segments;
  if (!message.body) return 1;
  const body = openBody(deps, message);
  return body.channel === 'sms' ? body.parts.length : 1;
}

type Change = Partial<
  Pick<OutboxMessage, 'state' | 'reason' | 'segments' | 'acceptedAt' | 'settledAt' | 'nextAt'>
>;

function changeOf(deps: Deps, message: OutboxMessage, parts: OutboxPart[], reason: string): Change | null {
  const total = partsIn(deps, message);
  const positions = Array.from({ length: total }, (_, position) =>
    parts.filter((one) => one.position === position),
  );
  // Taken at all? Of a text in doubt it is known now, if each of its parts is.
  if (message.state !== 'accepted' && positions.some((copies) => copies.length === 0)) return null;
  const now = deps.clock.now();
  const taken = { segments: total, acceptedAt: message.acceptedAt ?? now, nextAt: null, settledAt: now };
  const outcomes = new Set(positions.map((copies) => outcomeOf(copies.map(({ state }) => state))));
  if (outcomes.has('failed')) return { ...taken, state: 'failed', reason: reason.slice(0, 200) };
  if (outcomes.has('pending'))
    return message.state === 'accepted' ? null : { ...taken, state: 'accepted', reason: null };
  return { ...taken, state: 'delivered', reason: null };
}

/** Its parts may settle it: it left, or waits for its repeat and is not on the wire, so that it need not leave again. */
const MAY_CHANGE = [{ state: ['accepted', 'in_doubt', 'queued'] }, { state: 'leased', wiredAt: null }];

/**
 * Brings messages in line with their parts: delivered when all parts are, failed when one is. Final states stay. To be
 * called in the transaction that changed the parts; `reasons` gives for each message what the network said last.
 */
export async function updateMessages(
  deps: Deps,
  transaction: Transaction,
  reasons: Map<number, string>,
): Promise<void> {
  if (reasons.size === 0) return;
  const ids = [...reasons.keys()].sort((a, b) => a - b);
  const [messages, parts] = [
    await OutboxMessage.findAll({
      where: { id: ids, [Op.or]: MAY_CHANGE },
      order: ['id'],
      lock: transaction.LOCK.UPDATE,
      transaction,
    }),
    await OutboxPart.findAll({ where: { messageId: ids }, transaction }),
  ];
  const changed: OutboxMessage[] = [];
  for (const message of messages) {
    const own = parts.filter(({ messageId }) => messageId === message.id);
    const change = changeOf(deps, message, own, reasons.get(message.id) ?? '');
    if (!change) continue;
    changed.push(message);
    const forget = isForgotten(message.kind) ? { payload: null, body: null } : {};
    await message.update({ ...change, ...forget }, { transaction });
    if (change.state === 'failed') await tellFailure(deps, transaction, message);
  }
  await announceAll(deps.clock, deps.sequelize, transaction, changed);
}

async function tellFailure(deps: Deps, transaction: Transaction, message: OutboxMessage): Promise<void> {
  const { id: messageId, reason, link } = message;
  await OutboxEvent.create(
    { messageId, at: deps.clock.now(), event: 'failed', reason, link },
    { transaction },
  );
  await fallBack(deps, transaction, message);
}
