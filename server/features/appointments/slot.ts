import { Op, QueryTypes, type Sequelize } from 'sequelize';
import { addMinutes, type Clock } from '../../kernel/clock.ts';
import { instantOf, isoDay } from '../../kernel/dates.ts';
import { InvalidInput, type FieldErrors } from '../../kernel/errors.ts';
import { Appointment } from '../../models/Appointment.ts';
import type { Office } from '../../models/Office.ts';
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

/** What is wrong with day and time as typed, beyond their form; for telling it together with all other problems. */
export function timeProblems(clock: Clock, office: Office, values: Record<string, string>): FieldErrors {
  const { date = '', time = '' } = values;
  // What is no date or time at all is the schema's to say.
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || !/^\d\d:\d\d$/.test(time)) return {};
  try {
    wantedInterval(clock, office, { date, time }, 0);
    return {};
  } catch (error) {
    if (error instanceof InvalidInput) return error.fields;
    throw error;
  }
}

const LOCK_DAY = `INSERT INTO office_days (office_id, day) VALUES (:officeId, :day)
  ON DUPLICATE KEY UPDATE bookings = bookings + 1`;

/**
 * Locks one day of the office's agenda until the transaction ends, so that bookings of that day follow one another.
 * A row of its own, not the office's: every audit row and message refers to the office, and would wait too. The row
 * really changes, as a cluster (Galera) notices only changes that meet, not locks.
 */
export async function lockDay(
  sequelize: Sequelize,
  transaction: Transaction,
  office: Office,
  startsAt: Date,
): Promise<void> {
  const replacements = { officeId: office.id, day: isoDay(startsAt, office.timeZone) };
  await sequelize.query(LOCK_DAY, { type: QueryTypes.INSERT, replacements, transaction });
}

/** Throws InvalidInput on `time` when all desks are taken then. Call it with the day locked. */
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
