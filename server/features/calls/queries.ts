import { notFound } from '../../kernel/errors.ts';
import type { Appointment } from '../../models/Appointment.ts';
import { Procedure } from '../../models/Procedure.ts';
import { Staff } from '../../models/Staff.ts';
import { officeById } from '../appointments/index.ts';
import type { CitizenRows } from './present-citizen.ts';

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
