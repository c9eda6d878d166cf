import { InvalidInput } from '../../kernel/errors.ts';
import { newToken, newUid, sha256 } from '../../kernel/ids.ts';
import { Appointment, sealCitizen, sealLink } from '../../models/Appointment.ts';
import { announce, audit, type Actor } from '../../models/audit.ts';
import type { Deps } from '../../models/deps.ts';
import { Procedure } from '../../models/Procedure.ts';
import { inTransaction } from '../../models/transaction.ts';
import type { NewAppointment } from './schema.ts';
import { lockOffice, requireDesk, wantedInterval } from './slot.ts';

async function procedureFor(input: NewAppointment): Promise<Procedure> {
  const procedure = await Procedure.findOne({ where: { code: input.procedure } });
  if (!procedure) throw new InvalidInput({ procedure: 'procedureMissing' }, {});
  if (!procedure.byVideo) throw new InvalidInput({ procedure: 'procedureNotByVideo' }, {});
  return procedure;
}

/**
 * Writes a new appointment down as `requested`: it waits to be phoned, and nothing is sent before that.
 * Throws InvalidInput when the procedure is not done by video, the time is impossible, or all desks are taken.
 */
export async function book(
  deps: Deps,
  actor: Actor,
  officeId: number,
  input: NewAppointment,
): Promise<Appointment> {
  const procedure = await procedureFor(input);
  const appointment = await inTransaction(deps.sequelize, async (transaction) => {
    const office = await lockOffice(transaction, officeId);
    const interval = wantedInterval(deps.clock, office, input, procedure.minutes);
    await requireDesk(transaction, office, interval);
    const { name, mobile, email, notes } = input;
    const [uid, link, now] = [newUid(), newToken(), deps.clock.now()];
    const created = await Appointment.create(
      {
        uid,
        officeId,
        procedureId: procedure.id,
        status: 'requested',
        ...interval,
        locale: input.locale,
        citizen: sealCitizen(deps.vault, uid, { name, mobile, email, notes }),
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
