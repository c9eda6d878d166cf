import type { CreationAttributes } from 'sequelize';
import { addMinutes } from '../../server/kernel/clock.ts';
import { newToken, newUid, sha256 } from '../../server/kernel/ids.ts';
import { LOCALES } from '../../server/kernel/locale.ts';
import type { Vault } from '../../server/kernel/vault.ts';
import {
  Appointment,
  sealCitizen,
  sealLink,
  type AppointmentStatus,
} from '../../server/models/Appointment.ts';
import type { Deps } from '../../server/models/deps.ts';
import type { Office } from '../../server/models/Office.ts';
import { OutboxMessage, type MessageKind } from '../../server/models/OutboxMessage.ts';
import { makeOffice, makeProcedure } from '../helpers/factories.ts';
import type { Case, Fate } from './fates.ts';

/** A case with its appointment. */
export interface Person extends Case {
  officeId: number;
  appointmentId: number;
  uid: string;
}

const BATCH = 500;
const PRIORITIES: Partial<Record<MessageKind, number>> = { pin: 0, link: 1, confirmation: 3 };
const STATUS: Partial<Record<Fate, AppointmentStatus>> = {
  waiting: 'waiting',
  confirmed: 'requested',
  planted: 'requested',
};
/** The messages of a case that lie in the outbox from the beginning. */
const KINDS: Record<Fate, MessageKind[]> = {
  plain: ['confirmation', 'link'],
  later: ['confirmation', 'link'],
  waiting: ['confirmation', 'pin'],
  cancelled: ['confirmation', 'link'],
  moved: ['confirmation', 'link'],
  confirmed: [],
  expired: ['confirmation'],
  expiring: ['link'],
  planted: ['confirmation'],
};

type AppointmentValues = CreationAttributes<Appointment>;
type MessageValues = CreationAttributes<OutboxMessage>;

/** Writes all appointments and their messages in bulk; `began` is when the first become due. */
export async function populate(deps: Deps, cases: Case[], began: Date): Promise<Person[]> {
  const offices: Office[] = [];
  for (let count = 0; count < 3; count += 1) offices.push(await makeOffice({ desks: 500 }));
  const procedure = await makeProcedure();
  const people: Person[] = [];
  for (let at = 0; at < cases.length; at += BATCH) {
    const batch = cases.slice(at, at + BATCH);
    const values = batch.map((one, index) => {
      const office = offices[(at + index) % offices.length] as Office;
      return appointmentOf(deps.vault, one, office.id, procedure.id, at + index, began);
    });
    await Appointment.bulkCreate(values);
    const where = { uid: values.map(({ uid }) => uid) };
    const rows = await Appointment.findAll({ attributes: ['id', 'uid'], where, raw: true });
    const ids = new Map(rows.map(({ id, uid }) => [uid, id]));
    const made = batch.map((one, index) => {
      const { uid, officeId } = values[index] as AppointmentValues;
      return { ...one, appointmentId: ids.get(uid) ?? 0, uid, officeId };
    });
    await OutboxMessage.bulkCreate(made.flatMap((person) => messagesOf(deps.vault, person, began)));
    people.push(...made);
  }
  return people;
}

function startOf({ fate, chance }: Case, began: Date): Date {
  return addMinutes(began, fate === 'later' ? 180 + Math.floor(chance * 600) : 15);
}

function appointmentOf(
  vault: Vault,
  one: Case,
  officeId: number,
  procedureId: number,
  index: number,
  began: Date,
): AppointmentValues {
  const [uid, token] = [newUid(), newToken()];
  const startsAt = startOf(one, began);
  return {
    uid,
    officeId,
    procedureId,
    status: STATUS[one.fate] ?? 'confirmed',
    startsAt,
    endsAt: addMinutes(startsAt, 30),
    locale: LOCALES[index % LOCALES.length] ?? 'ca',
    citizen: sealCitizen(vault, uid, { name: 'Núria Vilà', mobile: one.mobile, email: null, notes: '' }),
    linkHash: sha256(token),
    linkSealed: sealLink(vault, uid, token),
    createdAt: began,
    updatedAt: began,
  };
}

function messagesOf(vault: Vault, person: Person, began: Date): MessageValues[] {
  return KINDS[person.fate].map((kind) => {
    const uid = newUid();
    const { dueAt, expiresAt } = timesOf(person, kind, began);
    const pin = String(Math.floor(person.chance * 1_000_000)).padStart(6, '0');
    return {
      uid,
      officeId: person.officeId,
      appointmentId: person.appointmentId,
      kind,
      channel: 'sms' as const,
      state: 'queued' as const,
      priority: PRIORITIES[kind] ?? 4,
      dueAt,
      nextAt: dueAt,
      expiresAt,
      dedupeKey: `${person.uid}.${kind}.sms.0`,
      payload: kind === 'pin' ? vault.seal(pin, `outbox.payload.${uid}`) : null,
      createdAt: began,
    };
  });
}

function timesOf(person: Person, kind: MessageKind, began: Date): { dueAt: Date; expiresAt: Date } {
  const startsAt = startOf(person, began);
  const dueAt = new Date(began.getTime() + person.dueMs);
  if (person.fate === 'later' && kind === 'link')
    return { dueAt: addMinutes(startsAt, -10), expiresAt: startsAt };
  if (person.fate === 'expired') return { dueAt, expiresAt: new Date(began.getTime() - 1000) };
  if (person.fate === 'expiring')
    return { dueAt, expiresAt: new Date(dueAt.getTime() + Math.floor(person.chance * 4000)) };
  return { dueAt, expiresAt: kind === 'confirmation' ? addMinutes(startsAt, 30) : startsAt };
}
