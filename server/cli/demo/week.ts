import { addMinutes, earliest } from '../../kernel/clock.ts';
import { instantOf, isoDay, shiftDay } from '../../kernel/dates.ts';
import { newToken, newUid, randomBase32, sha256 } from '../../kernel/ids.ts';
import { Appointment, sealCitizen, sealLink, type AppointmentStatus } from '../../models/Appointment.ts';
import { AuditEntry } from '../../models/AuditEntry.ts';
import type { Deps } from '../../models/deps.ts';
import { Office } from '../../models/Office.ts';
import { OutboxMessage } from '../../models/OutboxMessage.ts';
import { Procedure } from '../../models/Procedure.ts';
import { Staff } from '../../models/Staff.ts';
import { PEOPLE, type PersonSeed } from './people.ts';

/** Events that led to each status, each some minutes before or after the start. */
const HISTORY: Record<AppointmentStatus, [action: string, minutes: number][]> = {
  requested: [['book', -3000]],
  confirmed: [
    ['book', -3000],
    ['confirm', -1500],
  ],
  waiting: [
    ['book', -3000],
    ['confirm', -1500],
    ['enter', -8],
  ],
  in_call: [
    ['book', -3000],
    ['confirm', -1500],
    ['enter', -6],
    ['attend', 1],
  ],
  completed: [
    ['book', -3000],
    ['confirm', -1500],
    ['enter', -6],
    ['attend', 1],
    ['close', 18],
  ],
  cancelled: [
    ['book', -3000],
    ['confirm', -1500],
    ['cancel', -200],
  ],
  declined: [
    ['book', -3000],
    ['decline', -1500],
  ],
  no_show: [
    ['book', -3000],
    ['confirm', -1500],
    ['miss', 40],
  ],
};
const STAFF_ACTIONS = new Set(['book', 'confirm', 'attend', 'close', 'cancel', 'decline']);

/** The next five-minute mark after now plus so many minutes, or a working hour of a day around today. */
function startOf(person: PersonSeed, now: Date, zone: string): Date {
  if ('minutes' in person.when) {
    const step = 5 * 60_000;
    return new Date(Math.ceil(addMinutes(now, person.when.minutes).getTime() / step) * step);
  }
  const { day, at } = person.when;
  const instant = instantOf(shiftDay(isoDay(now, zone), day), at, zone);
  if (!instant) throw new Error(`The demo has no such time: ${at}`);
  return instant;
}

const progress = (status: AppointmentStatus) => ({
  reached: (event: string) => HISTORY[status].some(([action]) => action === event),
});

async function createAppointment(
  deps: Deps,
  person: PersonSeed,
  number: number,
  agentId: number,
): Promise<Appointment> {
  const office = await Office.findOne({ where: { slug: person.office }, rejectOnEmpty: true });
  const procedure = await Procedure.findOne({ where: { code: person.procedure }, rejectOnEmpty: true });
  const now = deps.clock.now();
  const startsAt = startOf(person, now, office.timeZone);
  const [uid, link] = [newUid(), newToken()];
  const { reached } = progress(person.status);
  const digits = String(number).padStart(3, '0');
  const email = number % 3 === 0 ? null : `persona${number}@ficticia.example`;
  return Appointment.create({
    uid,
    officeId: office.id,
    procedureId: procedure.id,
    status: person.status,
    startsAt,
    endsAt: addMinutes(startsAt, procedure.minutes),
    locale: person.locale,
    citizen: sealCitizen(deps.vault, uid, {
      name: person.name,
      mobile: `+34600000${digits}`,
      email,
      notes: person.notes ?? '',
    }),
    linkHash: sha256(link),
    linkSealed: sealLink(deps.vault, uid, link),
    phoneAttempts: reached('confirm') ? 1 : 0,
    papersReady: reached('confirm'),
    deviceReady: reached('confirm'),
    arrivedAt: reached('enter') ? earliest(addMinutes(startsAt, -7), addMinutes(now, -4)) : null,
    lastSeenAt: reached('enter') ? now : null,
    admittedAt: reached('enter') ? addMinutes(startsAt, -6) : null,
    agentId: reached('attend') ? agentId : null,
    room: reached('attend') ? `va${randomBase32(22)}` : null,
    attendedAt: reached('attend') ? addMinutes(startsAt, 1) : null,
    metAt: reached('close') ? addMinutes(startsAt, 2) : null,
    roomEndedAt: reached('close') ? addMinutes(startsAt, 18) : null,
    endedAt: reached('close') ? addMinutes(startsAt, 18) : null,
    outcome: person.outcome ?? null,
    rating: person.rating ?? null,
    createdAt: addMinutes(startsAt, -3000),
    updatedAt: now,
  });
}

async function createHistory(
  appointment: Appointment,
  status: AppointmentStatus,
  staffId: number,
): Promise<void> {
  const { id: appointmentId, officeId } = appointment;
  await AuditEntry.bulkCreate(
    HISTORY[status].map(([action, minutes]) => ({
      at: addMinutes(appointment.startsAt, minutes),
      actorKind: STAFF_ACTIONS.has(action)
        ? ('staff' as const)
        : action === 'miss'
          ? ('system' as const)
          : ('citizen' as const),
      staffId: STAFF_ACTIONS.has(action) ? staffId : null,
      action: `appointment.${action}`,
      officeId,
      appointmentId,
    })),
  );
}

/** The messages of a confirmed appointment: news already delivered, the link still to come at its time. */
async function createMessages(deps: Deps, appointment: Appointment): Promise<void> {
  const { id: appointmentId, officeId, uid, startsAt, endsAt } = appointment;
  const confirmedAt = addMinutes(startsAt, -1500);
  const linkAt = addMinutes(startsAt, -10);
  const future = linkAt > deps.clock.now();
  const common = { officeId, appointmentId, createdAt: confirmedAt };
  const delivered = { state: 'delivered' as const, segments: 1 };
  const news = {
    ...common,
    ...delivered,
    kind: 'confirmation' as const,
    priority: 3,
    dueAt: confirmedAt,
    expiresAt: endsAt,
    acceptedAt: confirmedAt,
    settledAt: confirmedAt,
  };
  const link = future
    ? { state: 'queued' as const, nextAt: linkAt }
    : { ...delivered, acceptedAt: linkAt, settledAt: linkAt };
  const hasMail = appointment.citizenData(deps.vault).email !== null;
  await OutboxMessage.bulkCreate([
    { ...news, uid: newUid(), channel: 'sms', dedupeKey: `${uid}.confirmation.sms.0` },
    ...(hasMail
      ? [
          {
            ...news,
            uid: newUid(),
            channel: 'email' as const,
            segments: null,
            dedupeKey: `${uid}.confirmation.email.0`,
          },
        ]
      : []),
    {
      ...common,
      ...link,
      uid: newUid(),
      kind: 'link',
      channel: 'sms',
      priority: 1,
      dueAt: linkAt,
      expiresAt: startsAt,
      dedupeKey: `${uid}.link.sms.0`,
    },
  ]);
}

/** Fills the week around today, with history and messages, as if the offices had worked all along. */
export async function createWeek(deps: Deps): Promise<void> {
  const agents = {
    girona: await Staff.findOne({ where: { email: 'pau@oac.example' }, rejectOnEmpty: true }),
    'terres-ebre': await Staff.findOne({ where: { email: 'jordi@oac.example' }, rejectOnEmpty: true }),
  };
  let number = 100;
  for (const person of PEOPLE) {
    number += 1;
    const agentId = agents[person.office].id;
    const appointment = await createAppointment(deps, person, number, agentId);
    await createHistory(appointment, person.status, agentId);
    if (progress(person.status).reached('confirm')) await createMessages(deps, appointment);
  }
}
