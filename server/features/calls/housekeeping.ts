import { Op } from 'sequelize';
import { addMinutes } from '../../kernel/clock.ts';
import { Appointment, type AppointmentStatus } from '../../models/Appointment.ts';
import type { Actor } from '../../models/audit.ts';
import type { Deps } from '../../models/deps.ts';
import { isOnline, markNoShow } from '../appointments/index.ts';
import { close } from './attend.ts';

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

/** Ends what people left open: nobody came, the phone was put away, or the agent forgot to close. */
export async function endForgotten(deps: Deps): Promise<void> {
  const key = (row: Appointment) => ({ officeId: row.officeId, uid: row.uid });
  const now = deps.clock.now();
  const gone = (await endedBefore(deps, 'waiting', GONE_MINUTES)).filter((row) => !isOnline(row, now));
  const absent = await endedBefore(deps, 'confirmed', ABSENT_MINUTES);
  await each(deps, [...absent, ...gone], (row) => markNoShow(deps, key(row), SYSTEM));
  const forgotten = await endedBefore(deps, 'in_call', FORGOTTEN_MINUTES);
  await each(deps, forgotten, (row) => close(deps, key(row), SYSTEM, { outcome: 'not_closed', notes: '' }));
}
