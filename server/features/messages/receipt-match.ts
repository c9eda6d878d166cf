import { Op } from 'sequelize';
import { MAX_PARTS, type DeliveryReceipt } from '../../kernel/carriers.ts';
import { addSeconds } from '../../kernel/clock.ts';
import type { Deps } from '../../models/deps.ts';
import { OutboxMessage, type OutboxRow } from '../../models/OutboxMessage.ts';
import { OutboxPart } from '../../models/OutboxPart.ts';
import type { Transaction } from '../../models/transaction.ts';
import { openBody } from './body.ts';

/** A final report about one part. */
export type FinalReceipt = Omit<DeliveryReceipt, 'state' | 'recipient'> & {
  state: 'delivered' | 'failed';
  /** Keyed hash of the number the text was for, see `recipientMac`; null where the receipt does not say. */
  recipient: string | null;
};

export interface Matched {
  receipt: FinalReceipt;
  part: OutboxPart;
}

/** Which part each receipt is about; repetitions are in neither list. */
export interface Matches {
  matched: Matched[];
  /** Not (yet) known to us. */
  unknown: FinalReceipt[];
}

/** Gateways give ids again after a while: what is older than this is another text. Texts live for two days at most. */
const ID_LIFE_SECONDS = 72 * 3600;
/**
 * An answer is recorded at most this long after the receipt that overtook it. A receipt that is older than that was for
 * a text of another day with the same id.
 */
const EARLY_SECONDS = 600;
/** A receipt that names nobody repeats another if its part had one this recently; ids are not given again so soon. */
const REPEAT_SECONDS = 3600;
/** References come round after 8,192 messages; a text in doubt is among the last so many rounds. */
const ROUND = 0x2000;
const ROUNDS = 32;

/** Parts with these ids, and their messages, which tell one text from another with the same id. */
interface Known {
  parts: OutboxPart[];
  messages: Map<number, OutboxRow>;
}

/** Newest first, so that an id that was given again means the newest text. */
async function loadKnown(deps: Deps, receipts: FinalReceipt[], transaction: Transaction): Promise<Known> {
  const keys = [...new Set(receipts.map(({ providerKey }) => providerKey))].filter((key) => key !== '');
  if (keys.length === 0) return { parts: [], messages: new Map() };
  const since = addSeconds(deps.clock.now(), -ID_LIFE_SECONDS);
  const parts = await OutboxPart.findAll({
    where: { providerKey: keys, createdAt: { [Op.gt]: since } },
    order: [['id', 'DESC']],
    lock: transaction.LOCK.UPDATE,
    transaction,
  });
  const ids = [...new Set(parts.map(({ messageId }) => messageId))];
  const rows: OutboxRow[] = await OutboxMessage.findAll({ where: { id: ids }, transaction, raw: true });
  return { parts, messages: new Map(rows.map((row) => [row.id, row])) };
}

/** Numbers are compared by a keyed hash, so that a receipt that has to wait keeps none. */
export function recipientMac(deps: Pick<Deps, 'vault'>, phone: string): string {
  return deps.vault.mac('receipt.recipient', phone);
}

/** Who a text went to, as a hash; null when that was forgotten, or cannot be read, which must not hold up other receipts. */
function recipientOf(deps: Deps, row: OutboxRow | undefined): string | null {
  if (!row?.body) return null;
  try {
    const body = openBody(deps, row);
    return body.channel === 'sms' ? recipientMac(deps, body.to) : null;
  } catch (error) {
    deps.log.error({ err: error, message: row.uid }, 'text of a message cannot be opened');
    return null;
  }
}

function sort(deps: Deps, receipts: FinalReceipt[], { parts, messages }: Known): Matches {
  const matches: Matches = { matched: [], unknown: [] };
  const used = new Set<number>();
  const wentTo = (part: OutboxPart) => recipientOf(deps, messages.get(part.messageId));
  for (const receipt of receipts) {
    const same = parts.filter(
      ({ providerKey, createdAt }) =>
        providerKey === receipt.providerKey && createdAt <= addSeconds(receipt.at, EARLY_SECONDS),
    );
    const own = ({ link }: OutboxPart) => link === receipt.link || link === '';
    const named = (one: OutboxPart) => receipt.recipient !== null && wentTo(one) === receipt.recipient;
    const another = (one: OutboxPart) => receipt.recipient !== null && wentTo(one) !== null && !named(one);
    const waiting = same.filter(({ id, state }) => state === 'pending' && !used.has(id));
    // Two links to one provider share its ids, two providers do not: elsewhere the recipient must be the same.
    const part = waiting.find((one) => own(one) && !another(one)) ?? waiting.find(named);
    if (part) {
      used.add(part.id);
      matches.matched.push({ receipt, part });
      continue;
    }
    // Reported already. An id that was given again to somebody else is no repetition, but early.
    const lately = addSeconds(receipt.at, -REPEAT_SECONDS);
    const repeated = same
      .filter(own)
      .some(
        (one) =>
          used.has(one.id) ||
          named(one) ||
          (receipt.recipient === null && one.state !== 'pending' && one.createdAt > lately),
      );
    if (!repeated) matches.unknown.push(receipt);
  }
  return matches;
}

/** Ids of the messages that a reference can mean: it holds the low 13 bits, so there is one in each round. */
function idsFor(reference: number, newest: number): number[] {
  const low = Math.floor(reference / MAX_PARTS);
  const last = newest - ((((newest - low) % ROUND) + ROUND) % ROUND);
  return Array.from({ length: ROUNDS }, (_, round) => last - round * ROUND).filter((id) => id > 0);
}

const DOUBTFUL = {
  channel: 'sms' as const,
  // Claimed for its repeat, or given back since, it is in doubt all the same.
  state: ['in_doubt' as const, 'leased' as const, 'queued' as const],
  doubts: { [Op.gt]: 0 },
};

/**
 * Texts in doubt that receipts without a known id are about, told by the reference that we sent with them and the gateway
 * echoes. The reference is short, so the recipient must be the same and only one text may fit.
 */
async function matchByReference(
  deps: Deps,
  unknown: FinalReceipt[],
  transaction: Transaction,
): Promise<Map<FinalReceipt, OutboxRow>> {
  const told = unknown.filter(({ reference }) => reference !== null);
  const found = new Map<FinalReceipt, OutboxRow>();
  if (told.length === 0) return found;
  const newest = (await OutboxMessage.max<number | null, OutboxMessage>('id', { transaction })) ?? 0;
  const ids = [...new Set(told.flatMap(({ reference }) => idsFor(reference ?? 0, newest)))];
  const since = addSeconds(deps.clock.now(), -ID_LIFE_SECONDS);
  const rows: OutboxRow[] = await OutboxMessage.findAll({
    where: { id: ids, ...DOUBTFUL, [Op.or]: [{ settledAt: null }, { settledAt: { [Op.gt]: since } }] },
    transaction,
    raw: true,
  });
  for (const receipt of told) {
    const low = Math.floor((receipt.reference ?? 0) / MAX_PARTS);
    const [row, another] = rows.filter((one) => {
      if (one.id % ROUND !== low) return false;
      // What was reported before the text was written was another one.
      if (receipt.at < one.createdAt) return false;
      const to = recipientOf(deps, one);
      return to !== null && (receipt.recipient === null || receipt.recipient === to);
    });
    if (row && !another) found.set(receipt, row);
  }
  return found;
}

/**
 * Finds which part each receipt is about, and locks it; a text in doubt gets a part now that it is known to be taken.
 * Where receipt and text both tell who it went to, that must be the same person.
 */
export async function matchReceipts(
  deps: Deps,
  receipts: FinalReceipt[],
  transaction: Transaction,
): Promise<Matches> {
  const known = await loadKnown(deps, receipts, transaction);
  const { matched, unknown } = sort(deps, receipts, known);
  const doubted = await matchByReference(deps, unknown, transaction);
  const createdAt = deps.clock.now();
  for (const [receipt, { id: messageId }] of doubted) {
    const { link, providerId, providerKey } = receipt;
    const position = (receipt.reference ?? 0) % MAX_PARTS;
    const [part] = await OutboxPart.findOrCreate({
      where: { messageId, position, providerId },
      defaults: { messageId, position, link, providerId, providerKey, createdAt },
      transaction,
    });
    matched.push({ receipt, part });
  }
  return { matched, unknown: unknown.filter((receipt) => !doubted.has(receipt)) };
}
