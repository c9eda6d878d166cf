import { displayPhone } from '../../kernel/people.ts';
import { Appointment, type AppointmentRow } from '../../models/Appointment.ts';
import type { Deps } from '../../models/deps.ts';
import { Office } from '../../models/Office.ts';
import { OutboxPart } from '../../models/OutboxPart.ts';
import { Procedure } from '../../models/Procedure.ts';
import { SenderHold } from '../../models/SenderHold.ts';
import type { OutboxRow } from '../../models/OutboxMessage.ts';
import { senderOf, type OfficeSender } from './senders.ts';
import { loadTexts, type TextKey, type Texts } from './texts.ts';

/** What texts are made of; the rest of an appointment's many columns is not read. */
const ATTRIBUTES = [
  'id',
  'uid',
  'officeId',
  'procedureId',
  'status',
  'startsAt',
  'endsAt',
  'locale',
  'citizen',
  'linkSealed',
  'sequence',
] as const;
export type SubjectRow = Pick<AppointmentRow, (typeof ATTRIBUTES)[number]>;

/** What a message is about. */
export interface Subject {
  appointment: SubjectRow;
  office: Office;
  /** The office's telephone as people write it. */
  phone: string;
  procedure: Procedure;
}

/** All that a batch of messages needs to be filled and sent, each thing read once. */
export interface Subjects {
  /** By id; the subject of a message whose appointment is gone is missing. */
  ofAppointment: Map<number, Subject>;
  /** By id of the office. */
  senders: Map<number, OfficeSender>;
  /** Senders that the gateway has refused, by address. */
  holds: Map<string, SenderHold>;
  /** The wordings that count. */
  texts: Texts;
  /** Positions of parts that were taken at an earlier try, by id of the message. */
  taken: Map<number, number[]>;
}

const idsOf = <Thing>(things: Thing[], id: (thing: Thing) => number) => [...new Set(things.map(id))];

async function subjectsOf(rows: OutboxRow[]): Promise<Map<number, Subject>> {
  const ids = rows.flatMap(({ appointmentId }) => (appointmentId === null ? [] : [appointmentId]));
  if (ids.length === 0) return new Map();
  const appointments: SubjectRow[] = await Appointment.findAll({
    attributes: [...ATTRIBUTES],
    where: { id: [...new Set(ids)] },
    raw: true,
  });
  const [offices, procedures] = await Promise.all([
    Office.findAll({ where: { id: idsOf(appointments, ({ officeId }) => officeId) } }),
    Procedure.findAll({ where: { id: idsOf(appointments, ({ procedureId }) => procedureId) } }),
  ]);
  const office = new Map(offices.map((one) => [one.id, { office: one, phone: displayPhone(one.phone) }]));
  const procedure = new Map(procedures.map((one) => [one.id, one]));
  return new Map(
    appointments.flatMap((appointment) => {
      const [where, what] = [office.get(appointment.officeId), procedure.get(appointment.procedureId)];
      return where && what ? [[appointment.id, { appointment, ...where, procedure: what }]] : [];
    }),
  );
}

async function takenBefore(rows: OutboxRow[]): Promise<Map<number, number[]>> {
  const ids = rows.filter(({ body }) => body !== null).map(({ id }) => id);
  const taken = new Map<number, number[]>();
  if (ids.length === 0) return taken;
  const parts = await OutboxPart.findAll({ where: { messageId: ids } });
  for (const { messageId, position } of parts)
    taken.set(messageId, [...(taken.get(messageId) ?? []), position]);
  return taken;
}

async function holdsOf(rows: OutboxRow[]): Promise<Map<string, SenderHold>> {
  if (!rows.some(({ channel }) => channel === 'sms')) return new Map();
  const holds = await SenderHold.findAll();
  return new Map(holds.map((hold) => [hold.address, hold]));
}

/** Which texts the messages need that have none yet. */
function textKeys(rows: OutboxRow[], subjects: Map<number, Subject>): TextKey[] {
  return rows.flatMap(({ kind, channel, body, appointmentId }) => {
    const appointment = subjects.get(appointmentId ?? 0)?.appointment;
    if (body !== null || kind === 'test' || !appointment) return [];
    return [{ kind, channel, locale: appointment.locale, officeId: appointment.officeId }];
  });
}

/** Reads what a batch needs, as it is now. A handful of queries, however many messages. */
export async function loadSubjects(deps: Deps, rows: OutboxRow[]): Promise<Subjects> {
  const ours = rows.filter(({ channel }) => channel === 'sms');
  const [ofAppointment, senders, holds, taken] = await Promise.all([
    subjectsOf(rows),
    senderOf(
      deps,
      ours.map(({ officeId }) => officeId),
    ),
    holdsOf(rows),
    takenBefore(rows),
  ]);
  const texts = await loadTexts(deps, textKeys(rows, ofAppointment));
  return { ofAppointment, senders, holds, taken, texts };
}
