import type { Role } from '../../models/Staff.ts';

/** What policies need to know of the person who acts. */
export interface Person {
  role: Role;
  offices: { id: number }[];
}

const worksIn = (person: Person, officeId: number) => person.offices.some((office) => office.id === officeId);

/** May see and change appointments of the office: those who work there. Administrators see no citizen data. */
export function mayHandleAppointments(person: Person, officeId: number): boolean {
  return person.role !== 'administrator' && worksIn(person, officeId);
}

/** May see how the installation is set up and how it runs. */
export function mayAdminister(person: Person): boolean {
  return person.role === 'administrator';
}
