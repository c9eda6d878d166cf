import { notFound } from '../../kernel/errors.ts';
import type { Appointment } from '../../models/Appointment.ts';
import { Procedure } from '../../models/Procedure.ts';
import { RoomEvent } from '../../models/RoomEvent.ts';
import { Staff } from '../../models/Staff.ts';
import { officeById } from '../appointments/index.ts';
import type { CitizenRows } from './present-citizen.ts';

/** True while the video server has the citizen in the room. */
export async function citizenInRoom(appointment: Appointment): Promise<boolean> {
  const where = { appointmentId: appointment.id, party: 'citizen' as const };
  const last = await RoomEvent.findOne({
    where,
    order: [
      ['at', 'DESC'],
      ['id', 'DESC'],
    ],
  });
  return last?.event === 'joined';
}

/** The appointment with its office, procedure and agent. */
export async function citizenRows(appointment: Appointment): Promise<CitizenRows> {
  const [office, procedure, agent] = await Promise.all([
    officeById(appointment.officeId),
    Procedure.findByPk(appointment.procedureId),
    appointment.agentId === null ? null : Staff.findByPk(appointment.agentId),
  ]);
  if (!procedure) throw notFound('procedure');
  return { appointment, office, procedure, agent };
}
