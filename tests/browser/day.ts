import type { LocalisedText } from '../../server/kernel/locale.ts';
import { PROCEDURES } from '../../server/cli/demo/catalogue.ts';
import type { Office } from '../../server/models/Office.ts';
import type { Procedure } from '../../server/models/Procedure.ts';
import { makeAppointment, makeProcedure, makeStaff, type AppointmentValues } from '../helpers/factories.ts';
import type { World } from '../helpers/world.ts';

/** An office at work: what the board shows besides the two people of the test. All invented. */
const OTHERS: (AppointmentValues & { name: string })[] = [
  { name: 'Fina Fictícia Mas', status: 'requested', inMinutes: 180 },
  { name: 'Omar Exemple Demo', status: 'requested', inMinutes: 210, locale: 'es' },
  { name: 'Roser Inventada Pla', inMinutes: 45 },
  { name: 'Sample Person Smith', inMinutes: 75, locale: 'en' },
  { name: 'Lluís de Mostra', inMinutes: 110 },
  { name: 'Jan Imaginari Roure', status: 'in_call', inMinutes: -10 },
  { name: 'Quim Provisional', status: 'completed', inMinutes: -80 },
  { name: 'Teresa Imaginària', status: 'no_show', inMinutes: -120 },
];

/** The demo's procedure number `index`, as a row of this test's own. */
function procedureLike(index: number): Promise<Procedure> {
  const seed = PROCEDURES[index % 6];
  const name: LocalisedText = seed?.name ?? { ca: '', es: '', en: '' };
  return makeProcedure({ name, documents: seed?.documents ?? { ca: [], es: [], en: [] } });
}

/** Fills the office's day and answers with a procedure for the appointment that is going to be made. */
export async function fillDay(world: World, office: Office): Promise<Procedure> {
  const colleague = await makeStaff([office], 'agent', 'Pau de Prova');
  for (const [index, values] of OTHERS.entries()) {
    const agentId = values.status === 'in_call' ? colleague.id : undefined;
    await makeAppointment(world, office, { ...values, agentId, procedure: await procedureLike(index) });
  }
  return procedureLike(4);
}
