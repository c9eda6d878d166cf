import { Op, type Order } from 'sequelize';
import { dayBounds } from '../../kernel/dates.ts';
import { notFound } from '../../kernel/errors.ts';
import { Appointment } from '../../models/Appointment.ts';
import { AuditEntry } from '../../models/AuditEntry.ts';
import { Office } from '../../models/Office.ts';
import { ChannelControl } from '../../models/ChannelControl.ts';
import { OutboxEvent } from '../../models/OutboxEvent.ts';
import { OutboxMessage, type Channel } from '../../models/OutboxMessage.ts';
import { Procedure } from '../../models/Procedure.ts';
import { RoomEvent } from '../../models/RoomEvent.ts';
import { Staff } from '../../models/Staff.ts';
import type { Transaction } from '../../models/transaction.ts';

/** More than an office can phone in a day; the board says how many more there are. */
const WORKLIST_LIMIT = 200;
const BY_TIME: Order = ['startsAt', 'id'];

/**
 * The office by id. Throws `notFound`. Inside a transaction hand that over: a second connection taken while holding
 * one lets a busy pool wait for itself.
 */
export async function officeById(id: number, transaction: Transaction | null = null): Promise<Office> {
  const office = await Office.findByPk(id, { transaction });
  if (!office) throw notFound('office');
  return office;
}

/** An appointment of this office. Throws `notFound`, also when it belongs to another office. */
export async function appointmentOf(officeId: number, uid: string): Promise<Appointment> {
  const appointment = await Appointment.findOne({ where: { officeId, uid } });
  if (!appointment) throw notFound('appointment');
  return appointment;
}

/** All procedures in the department's order. */
export function allProcedures(): Promise<Procedure[]> {
  return Procedure.findAll({ order: ['position', 'code'] });
}

export interface BoardRows {
  appointments: Appointment[];
  /** How many more are to be phoned than are among `appointments`. */
  uncalled: number;
  procedures: Map<number, Procedure>;
  agents: Map<number, Staff>;
}

interface DayRows {
  appointments: Appointment[];
  uncalled: number;
}

function ofDay(officeId: number, from: Date, to: Date): Promise<Appointment[]> {
  return Appointment.findAll({
    where: { officeId, startsAt: { [Op.gte]: from, [Op.lt]: to } },
    order: BY_TIME,
  });
}

/** Today's board is also the worklist: whoever is here now or still to be phoned, whatever the day. */
async function today(officeId: number, from: Date, to: Date): Promise<DayRows> {
  const toCall = { officeId, status: 'requested' as const };
  const [day, here, worklist, allToCall] = await Promise.all([
    ofDay(officeId, from, to),
    Appointment.findAll({ where: { officeId, status: ['waiting', 'in_call'] } }),
    Appointment.findAll({ where: toCall, order: BY_TIME, limit: WORKLIST_LIMIT }),
    Appointment.count({ where: toCall }),
  ]);
  const unique = new Map([...day, ...here, ...worklist].map((appointment) => [appointment.id, appointment]));
  const appointments = [...unique.values()].sort(
    (a, b) => a.startsAt.getTime() - b.startsAt.getTime() || a.id - b.id,
  );
  const shown = appointments.filter(({ status }) => status === 'requested').length;
  return { appointments, uncalled: Math.max(0, allToCall - shown) };
}

/** What the board of a day shows. `day` is `yyyy-mm-dd` in the office's zone; null when it is no date. */
export async function boardRows(office: Office, day: string, isToday: boolean): Promise<BoardRows | null> {
  const bounds = dayBounds(day, office.timeZone);
  if (!bounds) return null;
  const { from, to } = bounds;
  const [{ appointments, uncalled }, procedures] = await Promise.all([
    isToday
      ? today(office.id, from, to)
      : ofDay(office.id, from, to).then((rows) => ({ appointments: rows, uncalled: 0 })),
    Procedure.findAll(),
  ]);
  return {
    appointments,
    uncalled,
    procedures: new Map(procedures.map((procedure) => [procedure.id, procedure])),
    agents: await agentsOf(appointments),
  };
}

async function agentsOf(appointments: Appointment[]): Promise<Map<number, Staff>> {
  const ids = [
    ...new Set(appointments.map((appointment) => appointment.agentId).filter((id) => id !== null)),
  ];
  const staff = ids.length > 0 ? await Staff.findAll({ where: { id: ids } }) : [];
  return new Map(staff.map((one) => [one.id, one]));
}

export interface AppointmentRows {
  appointment: Appointment;
  office: Office;
  procedure: Procedure;
  agent: Staff | null;
  audit: AuditEntry[];
  auditors: Map<number, Staff>;
  messages: OutboxMessage[];
  /** What happened to messages besides leaving and arriving, oldest first. */
  messageEvents: OutboxEvent[];
  /** Channels that people have stopped, and since when. */
  paused: Map<Channel, Date>;
  roomEvents: RoomEvent[];
}

/** A message that was refused for days has told enough by then. */
const EVENTS_LIMIT = 1000;

/** Messages with their history, as the outbox has them. */
async function messageRows(appointmentId: number) {
  const messages = await OutboxMessage.findAll({
    where: { appointmentId },
    attributes: { exclude: ['payload', 'body'] },
    order: ['id'],
  });
  const messageId = messages.map(({ id }) => id);
  const [messageEvents, controls] = await Promise.all([
    OutboxEvent.findAll({ where: { messageId }, order: ['id'], limit: EVENTS_LIMIT }),
    ChannelControl.findAll({ where: { pausedAt: { [Op.ne]: null } } }),
  ]);
  const paused = new Map<Channel, Date>();
  for (const { channel, pausedAt } of controls) if (pausedAt) paused.set(channel, pausedAt);
  return { messages, messageEvents, paused };
}

/** One appointment with all that its page tells. Throws `notFound`. */
export async function appointmentRows(officeId: number, uid: string): Promise<AppointmentRows> {
  const appointment = await appointmentOf(officeId, uid);
  const where = { appointmentId: appointment.id };
  const [office, procedure, agent, audit, outbox, roomEvents] = await Promise.all([
    officeById(officeId),
    Procedure.findByPk(appointment.procedureId),
    appointment.agentId === null ? null : Staff.findByPk(appointment.agentId),
    AuditEntry.findAll({ where, order: ['id'] }),
    messageRows(appointment.id),
    RoomEvent.findAll({ where, order: ['at', 'id'] }),
  ]);
  if (!procedure) throw notFound('procedure');
  const ids = [...new Set(audit.map((entry) => entry.staffId).filter((id) => id !== null))];
  const staff = ids.length > 0 ? await Staff.findAll({ where: { id: ids } }) : [];
  const auditors = new Map(staff.map((one) => [one.id, one]));
  return { appointment, office, procedure, agent, audit, auditors, ...outbox, roomEvents };
}
