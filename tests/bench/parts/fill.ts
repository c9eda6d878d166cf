import { addMinutes } from '../../../server/kernel/clock.ts';
import { newToken, newUid, sha256 } from '../../../server/kernel/ids.ts';
import { Appointment, sealCitizen, sealLink } from '../../../server/models/Appointment.ts';
import type { Deps } from '../../../server/models/deps.ts';
import type { Office } from '../../../server/models/Office.ts';
import { OutboxMessage } from '../../../server/models/OutboxMessage.ts';
import type { Procedure } from '../../../server/models/Procedure.ts';

const BATCH = 1000;
let people = 0;

/** Somebody with a confirmed appointment and a link that has not left. */
export interface Person {
  appointmentId: number;
  /** As the gateway sees it: without `+`. */
  number: string;
  token: string;
}

export interface Crowd {
  office: Office;
  procedure: Procedure;
  count: number;
  startsAt: Date;
  /** When their links are due; without it none is written. */
  linksDueAt?: Date;
}

/** Confirmed appointments with sealed citizens, and their links in the outbox, as the product would have written them. */
export async function makeCrowd(deps: Deps, crowd: Crowd): Promise<Person[]> {
  const persons: Person[] = [];
  for (let left = crowd.count; left > 0; left -= BATCH)
    persons.push(...(await makeBatch(deps, { ...crowd, count: Math.min(left, BATCH) })));
  return persons;
}

async function makeBatch({ vault, clock }: Deps, crowd: Crowd): Promise<Person[]> {
  const { office, procedure, startsAt, linksDueAt, count } = crowd;
  const now = clock.now();
  const made = Array.from({ length: count }, () => {
    people += 1;
    return { uid: newUid(), token: newToken(), number: `346${String(people).padStart(8, '0')}` };
  });
  const citizen = { name: 'Persona Fictícia i Llarga', email: null, notes: '' };
  await Appointment.bulkCreate(
    made.map(({ uid, token, number }) => ({
      uid,
      officeId: office.id,
      procedureId: procedure.id,
      status: 'confirmed' as const,
      startsAt,
      endsAt: addMinutes(startsAt, procedure.minutes),
      locale: 'ca' as const,
      citizen: sealCitizen(vault, uid, { ...citizen, mobile: `+${number}` }),
      linkHash: sha256(token),
      linkSealed: sealLink(vault, uid, token),
      createdAt: now,
      updatedAt: now,
    })),
  );
  const rows = await Appointment.findAll({
    attributes: ['id', 'uid'],
    where: { uid: made.map(({ uid }) => uid) },
  });
  const ids = new Map(rows.map(({ id, uid }) => [uid, id]));
  const persons = made.map(({ uid, token, number }) => ({
    uid,
    appointmentId: ids.get(uid) ?? 0,
    number,
    token,
  }));
  if (linksDueAt)
    await OutboxMessage.bulkCreate(persons.map((person) => link(person, office, linksDueAt, startsAt)));
  return persons;
}

function link(
  { uid, appointmentId }: { uid: string; appointmentId: number },
  office: Office,
  dueAt: Date,
  expiresAt: Date,
) {
  return {
    uid: newUid(),
    officeId: office.id,
    appointmentId,
    kind: 'link' as const,
    channel: 'sms' as const,
    state: 'queued' as const,
    priority: 1,
    dueAt,
    nextAt: dueAt,
    expiresAt,
    dedupeKey: `${uid}.link.sms.0`,
    createdAt: new Date(),
  };
}
