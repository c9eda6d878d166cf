import { Op } from 'sequelize';
import { addMinutes } from '../../kernel/clock.ts';
import { Appointment, type AppointmentStatus } from '../../models/Appointment.ts';
import type { Actor } from '../../models/audit.ts';
import type { Deps } from '../../models/deps.ts';
import { endUnanswered, endUnattended, markNoShow } from '../appointments/index.ts';
import { close, endRoom } from './attend.ts';

const SYSTEM: Actor = { kind: 'system' };
const BATCH = 100;
/** A confirmed citizen may enter until half an hour after the end; after that nobody comes any more. */
const ABSENT_MINUTES = 31;
/** A person in the waiting room whose page is gone is waited for longer. */
const GONE_MINUTES = 60;
/** Three hours past the end an agent has forgotten to close. */
const FORGOTTEN_MINUTES = 180;

function endedBefore(deps: Deps, status: AppointmentStatus, minutes: number): Promise<Appointment[]> {
  const limit = addMinutes(deps.clock.now(), -minutes);
  return Appointment.findAll({ where: { status, endsAt: { [Op.lt]: limit } }, limit: BATCH });
}

async function each(
  deps: Deps,
  rows: Appointment[],
  work: (row: Appointment) => Promise<void>,
): Promise<void> {
  for (const row of rows) {
    try {
      await work(row);
    } catch (error) {
      // Somebody changed it a moment ago; the next round sees it as it then is.
      deps.log.warn({ err: error, appointment: row.uid }, 'housekeeping passed over an appointment');
    }
  }
}

/** Two days on, nobody phones any more about a time that is over. */
const UNANSWERED_MINUTES = 2 * 24 * 60;

const keyOf = (row: Appointment) => ({ officeId: row.officeId, uid: row.uid });

/** Ends what people left open: nobody came, nobody attended, nobody was reached, or the agent forgot to close. */
export async function endForgotten(deps: Deps): Promise<void> {
  const confirmed = await endedBefore(deps, 'confirmed', ABSENT_MINUTES);
  await each(deps, confirmed, (row) =>
    row.arrivedAt ? endUnattended(deps, keyOf(row)) : markNoShow(deps, keyOf(row), SYSTEM),
  );
  await each(deps, await endedBefore(deps, 'waiting', GONE_MINUTES), (row) =>
    endUnattended(deps, keyOf(row)),
  );
  await each(deps, await endedBefore(deps, 'requested', UNANSWERED_MINUTES), (row) =>
    endUnanswered(deps, keyOf(row)),
  );
  await each(deps, await endedBefore(deps, 'in_call', FORGOTTEN_MINUTES), (row) =>
    close(deps, keyOf(row), SYSTEM, { outcome: 'not_closed', notes: '' }),
  );
}

/** Ends rooms whose appointment is over but which the video server has not been heard to end. */
export async function endLeftRooms(deps: Deps): Promise<void> {
  const where = { status: 'completed' as const, room: { [Op.ne]: null }, roomEndedAt: null };
  await each(deps, await Appointment.findAll({ where, limit: BATCH }), (row) => endRoom(deps, row));
}
