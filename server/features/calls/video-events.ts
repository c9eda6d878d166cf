import { Op } from 'sequelize';
import { z } from 'zod';
import { addSeconds, latest } from '../../kernel/clock.ts';
import { Appointment } from '../../models/Appointment.ts';
import { AuditEntry } from '../../models/AuditEntry.ts';
import { announce, audit } from '../../models/audit.ts';
import type { Deps } from '../../models/deps.ts';
import { RoomEvent } from '../../models/RoomEvent.ts';
import { inTransaction, type Transaction } from '../../models/transaction.ts';

/** ASCII, as our own names are and the columns want them. */
const ascii = z.string().regex(/^[\x21-\x7e]+$/);
/** Later instants don't fit the columns; milliseconds since 1970. */
const LATEST_AT = Date.UTC(9999, 11, 31);

/** One report of the guard module in the video server. */
export const videoEventSchema = z.object({
  id: ascii.max(64),
  room: ascii.max(200),
  user: z.string().max(200).optional(),
  event: z.enum(['joined', 'left', 'refused', 'destroyed']),
  reason: z.string().max(200).optional(),
  at: z.number().int().positive().max(LATEST_AT),
});
export type VideoEvent = z.output<typeof videoEventSchema>;

const partyOf = (user: string | undefined) =>
  user?.startsWith('agent-') ? 'agent' : user?.startsWith('citizen-') ? 'citizen' : null;

/** When the later of the two came in; null unless both are in the room. */
async function togetherSince(transaction: Transaction, appointmentId: number): Promise<Date | null> {
  const events = await RoomEvent.findAll({ where: { appointmentId }, order: ['at', 'id'], transaction });
  const last = new Map(events.map((event) => [event.party, event]));
  const [agent, citizen] = [last.get('agent'), last.get('citizen')];
  if (agent?.event !== 'joined' || citizen?.event !== 'joined') return null;
  return latest(agent.at, citizen.at);
}

async function recordPresence(
  deps: Deps,
  transaction: Transaction,
  appointment: Appointment,
  report: VideoEvent & { event: 'joined' | 'left' },
): Promise<void> {
  const party = partyOf(report.user);
  if (!party) return;
  const at = new Date(report.at);
  const known = await RoomEvent.count({ where: { eventUid: report.id }, transaction });
  if (known > 0) return;
  const { id: appointmentId, officeId } = appointment;
  await RoomEvent.create(
    { eventUid: report.id, appointmentId, party, event: report.event, at },
    { transaction },
  );
  if (appointment.metAt === null) {
    await appointment.update({ metAt: await togetherSince(transaction, appointmentId) }, { transaction });
  }
  await announce(deps.clock, transaction, officeId, appointmentId);
}

/** A refusal a minute for each reason is all that anybody needs to know; a browser can be refused without end. */
const REFUSAL_SECONDS = 60;

async function recordRefusal(
  deps: Deps,
  transaction: Transaction,
  appointment: Appointment,
  reason: string,
): Promise<void> {
  const { id: appointmentId, officeId } = appointment;
  const at = { [Op.gt]: addSeconds(deps.clock.now(), -REFUSAL_SECONDS) };
  const rows = await AuditEntry.findAll({
    where: { appointmentId, action: 'video.refused', at },
    transaction,
  });
  if (rows.some((row) => row.details?.reason === reason)) return;
  const subject = { officeId, appointmentId };
  await audit(deps.clock, transaction, { kind: 'video' }, 'video.refused', subject, { reason });
}

/**
 * Stores who came into a room and who left, as the video server saw it, so that attendance and duration are facts.
 * A repeated report changes nothing; one about an unknown room is ignored.
 */
export async function recordVideoEvent(deps: Deps, report: VideoEvent): Promise<void> {
  await inTransaction(deps.sequelize, async (transaction) => {
    const where = { room: report.room };
    const appointment = await Appointment.findOne({ where, transaction, lock: transaction.LOCK.UPDATE });
    if (!appointment) return;
    if (report.event === 'joined' || report.event === 'left') {
      return recordPresence(deps, transaction, appointment, { ...report, event: report.event });
    }
    if (report.event === 'refused')
      await recordRefusal(deps, transaction, appointment, report.reason ?? 'unknown');
  });
  deps.changes.poke();
}
