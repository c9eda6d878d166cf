import type { Role } from '../../models/Staff.ts';

/** May read and change the texts that citizens are sent, and send a test: administrators, as texts concern all offices. */
export function mayEditTexts(person: { role: Role }): boolean {
  return person.role === 'administrator';
}
