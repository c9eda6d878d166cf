export { identityRoutes } from './routes.ts';
export { hashPassword } from './passwords.ts';
export { mayAdminister, mayHandleAppointments, type Person } from './policy.ts';
