import type { SimulatedMail } from '../../appliance/simulators/smtp.ts';
import type { SimulatedSms } from '../../appliance/simulators/smsc.ts';
import {
  cancel,
  recordPhoneCheck,
  reschedule,
  type AppointmentKey,
} from '../../server/features/appointments/index.ts';
import { enterWaitingRoom } from '../../server/features/calls/waiting-room.ts';
import { isoDay, isoTime } from '../../server/kernel/dates.ts';
import { randomBase32 } from '../../server/kernel/ids.ts';
import type { Appointment } from '../../server/models/Appointment.ts';
import type { Actor } from '../../server/models/audit.ts';
import type { Office } from '../../server/models/Office.ts';
import { OutboxEvent } from '../../server/models/OutboxEvent.ts';
import { OutboxMessage, type Channel, type MessageKind } from '../../server/models/OutboxMessage.ts';
import { makeAppointment, makeOffice, type AppointmentValues } from '../helpers/factories.ts';
import { messageList } from '../helpers/outbox.ts';
import type { World } from '../helpers/world.ts';

export const SYSTEM: Actor = { kind: 'system' };
const PATIENCE_MS = 30_000;

export const keyOf = ({ officeId, uid }: Appointment): { officeId: number; uid: string } => ({
  officeId,
  uid,
});

/** One appointment in an office of its own, to be phoned unless `values` says otherwise. */
export interface Case {
  office: Office;
  appointment: Appointment;
  mobile: string;
  email: string;
  token: string;
}

export async function makeCase(
  world: World,
  values: AppointmentValues = {},
  anOffice?: Office,
): Promise<Case> {
  const office = anOffice ?? (await makeOffice());
  const email = `${randomBase32(8)}@ficticia.example`;
  const made = await makeAppointment(world, office, { status: 'requested', inMinutes: 60, email, ...values });
  return { office, email, ...made };
}

/** The agent phoned, and the citizen said yes: messages are written. */
export async function confirm(world: World, { appointment }: Case): Promise<void> {
  const key: AppointmentKey = keyOf(appointment);
  const input = { outcome: 'confirmed' as const, papersReady: true, deviceReady: true, notes: '' };
  await recordPhoneCheck(world.deps, key, SYSTEM, input);
}

export async function makeConfirmed(
  world: World,
  values: AppointmentValues = {},
  anOffice?: Office,
): Promise<Case> {
  const made = await makeCase(world, values, anOffice);
  await confirm(world, made);
  return made;
}

/** The citizen takes a place in the waiting room, which writes the PIN. */
export function enter(world: World, { appointment }: Case): Promise<void> {
  return enterWaitingRoom(world.deps, keyOf(appointment), 'a'.repeat(64));
}

export function callOff(world: World, { appointment }: Case): Promise<void> {
  return cancel(world.deps, keyOf(appointment), SYSTEM, 'prova');
}

/** Moves the appointment to so many minutes from the world's now. */
export async function moveTo(world: World, { appointment, office }: Case, inMinutes: number): Promise<void> {
  const start = new Date(world.clock.now().getTime() + inMinutes * 60_000);
  const input = { date: isoDay(start, office.timeZone), time: isoTime(start, office.timeZone) };
  await reschedule(world.deps, keyOf(appointment), SYSTEM, input);
  await appointment.reload();
}

export function textsTo(world: World, mobile: string): SimulatedSms[] {
  return world.smsc.messages.filter((message) => message.to === mobile);
}

export function mailsTo(world: World, email: string): SimulatedMail[] {
  return world.smtp.messages.filter((message) => message.to.includes(email));
}

/** Waits, woken by the change feed, until the messages of the appointment are exactly these, in few words. */
export async function untilMessages(world: World, appointment: Appointment, wanted: string[]): Promise<void> {
  let latest: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer);
      stop();
      settle();
    };
    const timer = setTimeout(
      () => end(() => reject(new Error(`Messages stayed ${JSON.stringify(latest)}`))),
      PATIENCE_MS,
    );
    const look = () => {
      messageList(appointment).then(
        (list) => {
          latest = list;
          if (JSON.stringify(list) === JSON.stringify(wanted)) end(resolve);
        },
        (error: Error) => end(() => reject(error)),
      );
    };
    const stop = world.deps.changes.subscribe({ appointmentId: appointment.id }, look);
    look();
  });
}

/** The latest message of this kind about the appointment; throws when there is none. */
export function messageOf(
  { appointment }: Case,
  kind: MessageKind,
  channel: Channel = 'sms',
): Promise<OutboxMessage> {
  return OutboxMessage.findOne({
    where: { appointmentId: appointment.id, kind, channel },
    order: [['id', 'DESC']],
    rejectOnEmpty: true,
  });
}

/** The history of a message in single words, oldest first. */
export async function eventsOf({ id }: OutboxMessage): Promise<string[]> {
  const events = await OutboxEvent.findAll({ where: { messageId: id }, order: ['id'] });
  return events.map(({ event }) => event);
}

/** The messages of a case's own office. */
export const scopeOf = ({ office }: Case): { officeIds: number[] } => ({ officeIds: [office.id] });
