/** May act in the room of this appointment: only who attends it. Colleagues see the appointment's page. */
export function mayActInRoom(person: { id: number }, appointment: { agentId: number | null }): boolean {
  return appointment.agentId === person.id;
}
