import type { Actor } from '../../models/audit.ts';
import { Appointment } from '../../models/Appointment.ts';
import type { Deps } from '../../models/deps.ts';
import { InvalidInput, notFound } from '../../kernel/errors.ts';
import { inTransaction } from '../../models/transaction.ts';
import { transition } from './change.ts';
import { writeChange } from './outbox.ts';
import { officeById } from './queries.ts';
import type { Reschedule } from './schema.ts';
import { lockDay, requireDesk, wantedInterval } from './slot.ts';

/** Who came for the old time and left again has not come for the new one, and needs a PIN of that day. */
const NOT_HERE = {
  arrivedAt: null,
  lastSeenAt: null,
  noticeAcceptedAt: null,
  admittedAt: null,
  admittedBrowser: null,
  waitingBrowser: null,
  waitingSeenAt: null,
  rivalSeenAt: null,
  pinMac: null,
  pinIssuedAt: null,
  pinExpiresAt: null,
};

/**
 * Moves the appointment to another time. A confirmed one has its messages re-dated and the citizen told, in the same
 * transaction; the link stays the same. Throws InvalidInput when the time is impossible or taken, and the conflict
 * `notPossibleNow` once the citizen waits or the appointment has ended.
 */
export async function reschedule(
  deps: Deps,
  key: { officeId: number; uid: string },
  actor: Actor,
  input: Reschedule,
): Promise<void> {
  await inTransaction(deps.sequelize, async (transaction) => {
    const office = await officeById(key.officeId, transaction);
    const planned = await Appointment.findOne({ where: key, transaction });
    if (!planned) throw notFound('appointment');
    const minutes = (planned.endsAt.getTime() - planned.startsAt.getTime()) / 60_000;
    const interval = wantedInterval(deps.clock, office, input, minutes);
    // The day first, then the appointment: the same order as in booking, so that the two never wait for each other.
    await lockDay(deps.sequelize, transaction, office, interval.startsAt);
    const appointment = await planned.reload({ transaction, lock: transaction.LOCK.UPDATE });
    if (interval.startsAt.getTime() === appointment.startsAt.getTime())
      throw new InvalidInput({ time: 'timeSame' }, {});
    await requireDesk(transaction, office, interval, appointment.id);
    const columns = { ...interval, ...NOT_HERE, sequence: appointment.sequence + 1 };
    await transition(deps, transaction, appointment, 'reschedule', actor, columns);
    if (appointment.status === 'confirmed') await writeChange(deps, transaction, appointment);
  });
  deps.changes.poke();
  deps.messagesDue();
}
