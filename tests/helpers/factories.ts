import { addMinutes } from '../../server/kernel/clock.ts';
import { newToken, newUid, randomBase32, sha256 } from '../../server/kernel/ids.ts';
import type { Locale } from '../../server/kernel/locale.ts';
import {
  Appointment,
  sealCitizen,
  sealLink,
  type AppointmentStatus,
} from '../../server/models/Appointment.ts';
import { Office } from '../../server/models/Office.ts';
import { Procedure } from '../../server/models/Procedure.ts';
import { Staff, StaffOffice, type Role } from '../../server/models/Staff.ts';
import { hashPassword } from '../../server/features/identity/index.ts';
import type { World } from './world.ts';

export const PASSWORD = 'una contrasenya de prova';
let passwordHash: Promise<string> | null = null;
let counter = 0;

/** An office of its own for a test. */
export function makeOffice(
  values: Partial<
    Pick<Office, 'desks' | 'pinMoment' | 'doorMinutes' | 'name' | 'reminderHours' | 'timeZone'>
  > = {},
): Promise<Office> {
  const slug = `oac-${randomBase32(10)}`;
  return Office.create({
    slug,
    name: 'OAC de Prova',
    address: 'Carrer Fictici, 1',
    phone: '+34972000000',
    email: 'oac@prova.example',
    timeZone: 'Europe/Madrid',
    desks: 2,
    ...values,
  });
}

/** A member of staff with PASSWORD. */
export async function makeStaff(
  offices: Office[],
  role: Role = 'agent',
  name = 'Agent de Prova',
): Promise<Staff> {
  passwordHash ??= hashPassword(PASSWORD);
  const key = randomBase32(10);
  const staff = await Staff.create({
    email: `${key}@oac.example`,
    name,
    staffNumber: `P-${key}`,
    role,
    passwordHash: await passwordHash,
  });
  await StaffOffice.bulkCreate(offices.map((office) => ({ staffId: staff.id, officeId: office.id })));
  return staff;
}

/** A procedure of its own, half an hour, by video. */
export function makeProcedure(
  values: Partial<Pick<Procedure, 'byVideo' | 'minutes' | 'whyNot' | 'name' | 'documents'>> = {},
): Promise<Procedure> {
  return Procedure.create({
    code: `p-${randomBase32(10)}`,
    name: { ca: 'Tràmit de prova', es: 'Trámite de prueba', en: 'Test procedure' },
    documents: { ca: ['DNI'], es: ['DNI'], en: ['Identity card'] },
    minutes: 30,
    byVideo: true,
    ...values,
  });
}

export interface AppointmentValues {
  status?: AppointmentStatus;
  /** Minutes from the world's now; 5 by default. */
  inMinutes?: number;
  locale?: Locale;
  name?: string;
  mobile?: string;
  email?: string | null;
  /** One of its own unless given. */
  procedure?: Procedure;
  agentId?: number;
}

/** A mobile number nobody else in this process has. */
export function nextMobile(): string {
  counter += 1;
  return `+346${String(process.pid % 1000).padStart(3, '0')}${String(counter).padStart(5, '0')}`;
}

/** An appointment written straight into the table, with its link's secret. */
export async function makeAppointment(
  world: World,
  office: Office,
  values: AppointmentValues = {},
): Promise<{ appointment: Appointment; token: string; mobile: string }> {
  const procedure = values.procedure ?? (await makeProcedure());
  const now = world.deps.clock.now();
  const [uid, token, mobile] = [newUid(), newToken(), values.mobile ?? nextMobile()];
  const startsAt = addMinutes(now, values.inMinutes ?? 5);
  const { vault } = world.deps;
  const appointment = await Appointment.create({
    uid,
    officeId: office.id,
    procedureId: procedure.id,
    status: values.status ?? 'confirmed',
    startsAt,
    endsAt: addMinutes(startsAt, procedure.minutes),
    locale: values.locale ?? 'ca',
    agentId: values.agentId ?? null,
    citizen: sealCitizen(vault, uid, {
      name: values.name ?? 'Persona Fictícia',
      mobile,
      email: values.email === undefined ? 'persona@ficticia.example' : values.email,
      notes: '',
    }),
    linkHash: sha256(token),
    linkSealed: sealLink(vault, uid, token),
    createdAt: now,
    updatedAt: now,
  });
  return { appointment, token, mobile };
}
