import { literal, Op } from 'sequelize';
import { MAX_PARTS, type DeliveryReceipt } from '../../kernel/carriers.ts';
import { addSeconds } from '../../kernel/clock.ts';
import type { Deps } from '../../models/deps.ts';
import { OutboxMessage } from '../../models/OutboxMessage.ts';
import { OutboxPart } from '../../models/OutboxPart.ts';
import { ParkedReceipt } from '../../models/ParkedReceipt.ts';
import { inTransaction, type Transaction } from '../../models/transaction.ts';
import { openBody } from './body.ts';
import { updateMessages } from './receipt-outcome.ts';

/** A final report about one part. */
export type FinalReceipt = Omit<DeliveryReceipt, 'state'> & { state: 'delivered' | 'failed' };

/** Gateways give ids again after a while: what is older than this is another text. Texts live for two days at most. */
const ID_LIFE_SECONDS = 72 * 3600;
/**
 * An answer is recorded at most this long after the receipt that overtook it. A receipt that is older than that was for
 * a text of another day with the same id.
 */
const EARLY_SECONDS = 600;
/** A receipt that came before its answer waits for it this long. */
const PARKED_SECONDS = 24 * 3600;
const SWEEP_BATCH = 500;

interface Matched {
  receipt: FinalReceipt;
  part: OutboxPart;
}

interface Sorted {
  matched: Matched[];
  /** Not (yet) known to us, or known long since. */
  unknown: FinalReceipt[];
}

/** Of parts that went out by other links: two links to one provider share its ids, two providers do not. */
type Elsewhere = (receipt: FinalReceipt, parts: OutboxPart[]) => OutboxPart | undefined;

function sortReceipts(receipts: FinalReceipt[], parts: OutboxPart[], elsewhere: Elsewhere): Sorted {
  const sorted: Sorted = { matched: [], unknown: [] };
  const used = new Set<number>();
  for (const receipt of receipts) {
    const same = parts.filter(
      ({ id, providerKey, createdAt }) =>
        !used.has(id) &&
        providerKey === receipt.providerKey &&
        createdAt <= addSeconds(receipt.at, EARLY_SECONDS),
    );
    const part = same.find(({ link }) => link === receipt.link || link === '') ?? elsewhere(receipt, same);
    if (part) {
      used.add(part.id);
      sorted.matched.push({ receipt, part });
    } else sorted.unknown.push(receipt);
  }
  return sorted;
}

/** Parts without receipt; newest first, so that an id that was given again means the newest text. */
async function partsOf(receipts: FinalReceipt[], now: Date, transaction: Transaction): Promise<OutboxPart[]> {
  const keys = [...new Set(receipts.map(({ providerKey }) => providerKey))].filter((key) => key !== '');
  if (keys.length === 0) return [];
  return OutboxPart.findAll({
    where: { providerKey: keys, state: 'pending', createdAt: { [Op.gt]: addSeconds(now, -ID_LIFE_SECONDS) } },
    order: [['id', 'DESC']],
    lock: transaction.LOCK.UPDATE,
    transaction,
  });
}

function isFor(deps: Deps, message: OutboxMessage, recipient: string | null): boolean {
  if (!message.body) return false;
  const body = openBody(deps, message);
  return body.channel === 'sms' && (recipient === null || body.to === recipient);
}

/** Recognises a text that went out by another link by the one who got it. */
async function byRecipient(
  deps: Deps,
  receipts: FinalReceipt[],
  parts: OutboxPart[],
  transaction: Transaction,
): Promise<Elsewhere> {
  const links = new Set(receipts.map(({ link }) => link));
  const strange = parts.filter(({ link }) => link !== '' && (links.size > 1 || !links.has(link)));
  if (strange.length === 0) return () => undefined;
  const ids = strange.map(({ messageId }) => messageId);
  const messages = await OutboxMessage.findAll({ where: { id: ids }, transaction });
  return ({ recipient }, candidates) => {
    if (recipient === null) return undefined;
    return candidates.find(({ messageId }) => {
      const message = messages.find(({ id }) => id === messageId);
      return message !== undefined && isFor(deps, message, recipient);
    });
  };
}

/**
 * The part of a text in doubt that a receipt without a known id is about, told by the reference that we sent with it and
 * the gateway echoes. The reference is short, so the recipient must be the same and only one text may fit.
 */
async function partByReference(
  deps: Deps,
  receipt: FinalReceipt,
  transaction: Transaction,
): Promise<OutboxPart | null> {
  if (receipt.reference === null) return null;
  const recent = addSeconds(deps.clock.now(), -ID_LIFE_SECONDS);
  const candidates = await OutboxMessage.findAll({
    where: {
      channel: 'sms',
      state: ['in_doubt', 'leased'],
      doubts: { [Op.gt]: 0 },
      [Op.or]: [{ nextAt: { [Op.ne]: null } }, { settledAt: { [Op.gt]: recent } }],
      [Op.and]: literal(`id % 8192 = ${Math.floor(receipt.reference / MAX_PARTS)}`),
    },
    lock: transaction.LOCK.UPDATE,
    transaction,
  });
  const [message, another] = candidates.filter((one) => isFor(deps, one, receipt.recipient));
  if (!message || another) return null;
  return OutboxPart.create(
    {
      messageId: message.id,
      position: receipt.reference % MAX_PARTS,
      link: receipt.link,
      providerId: receipt.providerId,
      providerKey: receipt.providerKey,
      createdAt: deps.clock.now(),
    },
    { transaction },
  );
}

/** Stores what is known about and returns the rest. */
async function apply(
  deps: Deps,
  receipts: FinalReceipt[],
  transaction: Transaction,
): Promise<FinalReceipt[]> {
  const now = deps.clock.now();
  const parts = await partsOf(receipts, now, transaction);
  const { matched, unknown } = sortReceipts(
    receipts,
    parts,
    await byRecipient(deps, receipts, parts, transaction),
  );
  const rest: FinalReceipt[] = [];
  for (const receipt of unknown) {
    const part = await partByReference(deps, receipt, transaction);
    if (part) matched.push({ receipt, part });
    else rest.push(receipt);
  }
  for (const state of ['delivered', 'failed'] as const) {
    const ids = matched.filter(({ receipt }) => receipt.state === state).map(({ part }) => part.id);
    if (ids.length > 0) await OutboxPart.update({ state }, { where: { id: ids }, transaction });
  }
  const reasons = new Map(matched.map(({ receipt, part }) => [part.messageId, receipt.reason]));
  await updateMessages(deps, transaction, reasons);
  return rest;
}

async function park(receipts: FinalReceipt[], transaction: Transaction): Promise<void> {
  const rows = receipts
    .filter(({ providerKey }) => providerKey !== '')
    .map(({ link, providerKey, state, reason, at }) => ({
      link,
      providerKey,
      state,
      reason: reason.slice(0, 200),
      at,
    }));
  if (rows.length > 0)
    await ParkedReceipt.bulkCreate(rows, { updateOnDuplicate: ['state', 'reason', 'at'], transaction });
}

/**
 * Stores what the network reports about parts, and what follows for their messages, in one transaction: a receipt that
 * was answered is never half stored. Repeated receipts change nothing, final states never change again, and receipts
 * that overtook the answer to their own text are kept until it is recorded.
 */
export async function recordReceipts(deps: Deps, receipts: DeliveryReceipt[]): Promise<void> {
  const finals = receipts.filter((receipt): receipt is FinalReceipt => receipt.state !== 'pending');
  if (finals.length === 0) return;
  const parked = await inTransaction(deps.sequelize, async (transaction) => {
    const unknown = await apply(deps, finals, transaction);
    await park(unknown, transaction);
    return unknown;
  });
  // Its answer may have been recorded meanwhile, by somebody who could not see the parked receipt yet.
  if (parked.length > 0)
    await matchParked(
      deps,
      parked.map(({ providerKey }) => providerKey),
    );
  deps.changes.poke();
}

/**
 * Looks whether receipts for these keys came early, and stores them. To be called after the commit that recorded the
 * answers: of the two who write, answer and receipt, the later one finds the other's row.
 */
export async function matchParked(deps: Deps, keys: string[]): Promise<void> {
  if (keys.length === 0) return;
  const waiting = await ParkedReceipt.findAll({ where: { providerKey: keys }, raw: true });
  if (waiting.length === 0) return;
  await inTransaction(deps.sequelize, async (transaction) => {
    const rows = await ParkedReceipt.findAll({
      where: { id: waiting.map(({ id }) => id) },
      lock: transaction.LOCK.UPDATE,
      transaction,
      raw: true,
    });
    const receipts = rows.map(({ id, link, providerKey, state, reason, at }) => {
      const known = { providerId: providerKey, reference: null, recipient: null };
      return { id, link, providerKey, state, reason, at, ...known };
    });
    const rest = new Set<object>(await apply(deps, receipts, transaction));
    const done = receipts.filter((receipt) => !rest.has(receipt)).map(({ id }) => id);
    if (done.length > 0) await ParkedReceipt.destroy({ where: { id: done }, transaction });
  });
  deps.changes.poke();
}

/** Matches what a crash between two commits left behind, and forgets what nobody asked for in a day. */
export async function sweepParked(deps: Deps): Promise<void> {
  const old = addSeconds(deps.clock.now(), -PARKED_SECONDS);
  await ParkedReceipt.destroy({ where: { at: { [Op.lt]: old } } });
  const rows = await ParkedReceipt.findAll({ attributes: ['providerKey'], limit: SWEEP_BATCH, raw: true });
  await matchParked(
    deps,
    rows.map(({ providerKey }) => providerKey),
  );
}
