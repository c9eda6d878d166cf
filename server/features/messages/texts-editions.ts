import { QueryTypes } from 'sequelize';
import { conflict, notFound } from '../../kernel/errors.ts';
import type { Locale } from '../../kernel/locale.ts';
import { audit, type Actor } from '../../models/audit.ts';
import { ChannelControl } from '../../models/ChannelControl.ts';
import type { Deps } from '../../models/deps.ts';
import { MessageTemplate, type EditableKind } from '../../models/MessageTemplate.ts';
import { Office } from '../../models/Office.ts';
import type { Channel } from '../../models/OutboxMessage.ts';
import { Staff } from '../../models/Staff.ts';
import { inTransaction, type Transaction } from '../../models/transaction.ts';
import type { TextKey } from './texts.ts';
import type { Wording } from './texts-rules.ts';

/** One edition in the history of a text. `body` null: the shipped text counted again from then on. */
export interface HistoryRow {
  id: number;
  subject: string | null;
  body: string | null;
  at: Date;
  by: string;
}

const whereKey = ({ kind, channel, locale, officeId }: TextKey) => ({ kind, channel, locale, officeId });

/** The newest edition of exactly this text, also one that reset it; null when it was never changed. */
export function newestEdition(key: TextKey, transaction?: Transaction): Promise<MessageTemplate | null> {
  const order: [string, string][] = [['id', 'DESC']];
  return MessageTemplate.findOne({ where: whereKey(key), order, ...(transaction ? { transaction } : {}) });
}

/** A page of the history of exactly this text, newest first, and how long the history is. */
export async function historyOf(
  key: TextKey,
  page: { offset: number; limit: number },
): Promise<{ rows: HistoryRow[]; count: number }> {
  const { rows, count } = await MessageTemplate.findAndCountAll({
    where: whereKey(key),
    order: [['id', 'DESC']],
    ...page,
  });
  const people = await Staff.findAll({
    attributes: ['id', 'name'],
    where: { id: rows.map(({ staffId }) => staffId) },
  });
  const names = new Map(people.map(({ id, name }) => [id, name]));
  return {
    count,
    rows: rows.map(({ id, subject, body, createdAt, staffId }) => ({
      id,
      subject,
      body,
      at: createdAt,
      by: names.get(staffId) ?? '',
    })),
  };
}

/** One older edition of exactly this text. Throws `notFound` for one of another text. */
export async function editionOf(key: TextKey, id: number): Promise<Pick<HistoryRow, 'subject' | 'body'>> {
  const row = await MessageTemplate.findOne({ where: { id, ...whereKey(key) } });
  if (!row) throw notFound('edition');
  return row;
}

/** Which offices have an edition of their own of each text. */
export async function officesWithEditions(
  deps: Pick<Deps, 'sequelize'>,
): Promise<{ kind: EditableKind; channel: Channel; locale: Locale; officeId: number }[]> {
  return deps.sequelize.query(
    `SELECT t.kind, t.channel, t.locale, t.office_id AS officeId FROM message_templates t
      JOIN (SELECT MAX(id) AS id FROM message_templates WHERE office_id IS NOT NULL
        GROUP BY kind, channel, locale, office_id) newest ON newest.id = t.id
      WHERE t.body IS NOT NULL`,
    { type: QueryTypes.SELECT },
  );
}

/**
 * Writers of one channel's texts wait for each other here, so that two people cannot both find the edition that they
 * started from to be the newest one.
 */
async function lockTexts(channel: Channel, transaction: Transaction): Promise<void> {
  await ChannelControl.findOne({ where: { channel }, lock: transaction.LOCK.UPDATE, transaction });
}

const sameWording = (a: { subject: string | null; body: string | null }, b: typeof a) =>
  a.subject === b.subject && a.body === b.body;

/** What a change of a text needs to know. */
export interface Change {
  key: TextKey;
  /** The edition that the person saw when they began, 0 when there was none. */
  base: number;
  /** Null resets the text: what counts above it counts again. */
  wording: Wording | null;
  /** What counts above it; saved unchanged, it needs no edition. */
  inherited: Wording;
}

/**
 * Keeps a new edition of a text, with its audit row; it counts from the next message on. The caller has checked it with
 * `problemsOf`. Resolves to false when it says what the newest edition says, and nothing was written. Throws conflict
 * `textStale` when somebody saved another edition since `base`.
 */
export function saveText(deps: Deps, actor: Actor & { kind: 'staff' }, change: Change): Promise<boolean> {
  const { key, base, wording, inherited } = change;
  const { kind, channel, locale, officeId } = key;
  return inTransaction(deps.sequelize, async (transaction) => {
    await lockTexts(channel, transaction);
    const newest = await newestEdition(key, transaction);
    const wanted = { subject: wording?.subject ?? null, body: wording?.body ?? null };
    const current = newest ?? { subject: null, body: null };
    if (sameWording(current, wanted)) return false;
    if (current.body === null && sameWording(inherited, wanted)) return false;
    if ((newest?.id ?? 0) !== base) throw conflict('textStale');
    const { id } = await MessageTemplate.create(
      { ...whereKey(key), ...wanted, staffId: actor.staffId, createdAt: deps.clock.now() },
      { transaction },
    );
    const office = officeId === null ? null : await Office.findByPk(officeId, { transaction });
    const details = { kind, channel, locale, edition: id, ...(office ? { office: office.slug } : {}) };
    const action = wording === null ? 'text.reset' : 'text.change';
    await audit(deps.clock, transaction, actor, action, officeId === null ? {} : { officeId }, details);
    return true;
  });
}

/** The offices that texts can be written for. */
export function officesForTexts(): Promise<Office[]> {
  return Office.findAll({ order: ['name', 'id'] });
}
