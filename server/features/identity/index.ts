export { identityRoutes } from './routes.ts';
export { hashPassword } from './passwords.ts';
export { actorOf, appointmentKey, appointmentPath, handlesOffice } from './routes-guard.ts';
export { mayAdminister, mayHandleAppointments, type Person } from './policy.ts';
