import { isDeepStrictEqual } from 'node:util';
import { Op } from 'sequelize';
import { addSeconds } from '../../kernel/clock.ts';
import { InvalidInput } from '../../kernel/errors.ts';
import { newToken, newUid, sha256 } from '../../kernel/ids.ts';
import { Appointment, sealCitizen, sealLink, type CitizenData } from '../../models/Appointment.ts';
import { announce, audit, type Actor } from '../../models/audit.ts';
import type { Deps } from '../../models/deps.ts';
import { Procedure } from '../../models/Procedure.ts';
import { inTransaction, type Transaction } from '../../models/transaction.ts';
import { officeById } from './queries.ts';
import type { NewAppointment } from './schema.ts';
import { lockDay, requireDesk, wantedInterval } from './slot.ts';

async function procedureFor(input: NewAppointment): Promise<Procedure> {
  const procedure = await Procedure.findOne({ where: { code: input.procedure } });
  if (!procedure) throw new InvalidInput({ procedure: 'procedureMissing' }, {});
  if (!procedure.byVideo) throw new InvalidInput({ procedure: 'procedureNotByVideo' }, {});
  return procedure;
}

/** A form sent twice arrives again within this time. */
const REPEATED_SECONDS = 120;

/** The appointment that this very form made a moment ago, if it was sent twice. Call it with the day locked. */
async function justMade(
  deps: Deps,
  transaction: Transaction,
  wanted: Pick<Appointment, 'officeId' | 'procedureId' | 'startsAt' | 'locale'>,
  citizen: CitizenData,
): Promise<Appointment | undefined> {
  const createdAt = { [Op.gte]: addSeconds(deps.clock.now(), -REPEATED_SECONDS) };
  const where = { ...wanted, status: 'requested' as const, createdAt };
  const rows = await Appointment.findAll({ where, transaction });
  return rows.find((row) => isDeepStrictEqual(row.citizenData(deps.vault), citizen));
}

/**
 * Writes a new appointment down as `requested`: it waits to be phoned, and nothing is sent before that.
 * The same form sent twice makes one appointment. Throws InvalidInput when the procedure is not done by video, the
 * time is impossible, or all desks are taken.
 */
export async function book(
  deps: Deps,
  actor: Actor,
  officeId: number,
  input: NewAppointment,
): Promise<Appointment> {
  const procedure = await procedureFor(input);
  const appointment = await inTransaction(deps.sequelize, async (transaction) => {
    const office = await officeById(officeId, transaction);
    const interval = wantedInterval(deps.clock, office, input, procedure.minutes);
    await lockDay(deps.sequelize, transaction, office, interval.startsAt);
    const { name, mobile, email, notes, locale } = input;
    const citizen = { name, mobile, email, notes };
    const wanted = { officeId, procedureId: procedure.id, startsAt: interval.startsAt, locale };
    const before = await justMade(deps, transaction, wanted, citizen);
    if (before) return before;
    await requireDesk(transaction, office, interval);
    const [uid, link, now] = [newUid(), newToken(), deps.clock.now()];
    const created = await Appointment.create(
      {
        uid,
        ...wanted,
        ...interval,
        status: 'requested',
        citizen: sealCitizen(deps.vault, uid, citizen),
        linkHash: sha256(link),
        linkSealed: sealLink(deps.vault, uid, link),
        createdAt: now,
        updatedAt: now,
      },
      { transaction },
    );
    const subject = { officeId, appointmentId: created.id };
    await audit(deps.clock, transaction, actor, 'appointment.book', subject);
    await announce(deps.clock, transaction, officeId, created.id);
    return created;
  });
  deps.changes.poke();
  return appointment;
}
