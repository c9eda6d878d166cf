import { Op } from 'sequelize';
import { addMinutes, type Clock } from '../../kernel/clock.ts';
import { instantOf } from '../../kernel/dates.ts';
import { InvalidInput, notFound } from '../../kernel/errors.ts';
import { Appointment } from '../../models/Appointment.ts';
import { Office } from '../../models/Office.ts';
import type { Transaction } from '../../models/transaction.ts';
import { fits, type Interval } from './capacity.ts';
import { OCCUPYING } from './state-machine.ts';

/** Somebody at the desk right now may be written down a moment late. */
const GRACE_MINUTES = 5;
/** Further ahead than this is a typing mistake. */
const AHEAD_MINUTES = 366 * 24 * 60;

/** The stretch of time that was asked for. Throws InvalidInput (`date` or `time`) when it can't be. */
export function wantedInterval(
  clock: Clock,
  office: Office,
  input: { date: string; time: string },
  minutes: number,
): Interval {
  const startsAt = instantOf(input.date, input.time, office.timeZone);
  if (!startsAt) throw new InvalidInput({ date: 'dateWrong' }, input);
  const now = clock.now();
  if (startsAt < addMinutes(now, -GRACE_MINUTES)) throw new InvalidInput({ date: 'datePast' }, input);
  if (startsAt > addMinutes(now, AHEAD_MINUTES)) throw new InvalidInput({ date: 'dateFar' }, input);
  if (startsAt.getUTCMinutes() % 5 !== 0) throw new InvalidInput({ time: 'timeStep' }, input);
  return { startsAt, endsAt: addMinutes(startsAt, minutes) };
}

/**
 * Locks the office's agenda until the transaction ends, so that bookings of one office follow one another.
 * Throws `notFound` when there is no such office.
 */
export async function lockOffice(transaction: Transaction, officeId: number): Promise<Office> {
  const office = await Office.findByPk(officeId, { transaction, lock: transaction.LOCK.UPDATE });
  if (!office) throw notFound('office');
  return office;
}

/** Throws InvalidInput on `time` when all desks are taken then. Call it with the office locked. */
export async function requireDesk(
  transaction: Transaction,
  office: Office,
  wanted: Interval,
  exceptId?: number,
): Promise<void> {
  const others = await Appointment.findAll({
    where: {
      officeId: office.id,
      status: [...OCCUPYING],
      startsAt: { [Op.lt]: wanted.endsAt },
      endsAt: { [Op.gt]: wanted.startsAt },
      ...(exceptId === undefined ? {} : { id: { [Op.ne]: exceptId } }),
    },
    attributes: ['startsAt', 'endsAt'],
    transaction,
  });
  if (!fits(wanted, others, office.desks)) throw new InvalidInput({ time: 'timeTaken' }, {});
}
