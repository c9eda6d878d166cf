import { forbidden } from '../../kernel/errors.ts';
import type { Actor } from '../../models/audit.ts';
import type { Ctx, Step } from '../../web/context.ts';
import { officeOf, staffOf, uidOf } from '../../web/guards.ts';
import { mayHandleAppointments } from './policy.ts';

/** Lets only those pass who handle the appointments of the office in the path. */
export function handlesOffice(): Step {
  return async (ctx, next) => {
    if (!mayHandleAppointments(staffOf(ctx), officeOf(ctx).id)) throw forbidden('role');
    return next();
  };
}

/** The signed-in person as audit rows name them. */
export function actorOf(ctx: Ctx): Actor {
  return { kind: 'staff', staffId: staffOf(ctx).id };
}

/** The appointment of the path, within its office. */
export function appointmentKey(ctx: Ctx): { officeId: number; uid: string } {
  return { officeId: officeOf(ctx).id, uid: uidOf(ctx) };
}

/** The appointment's own address. */
export function appointmentPath(ctx: Ctx): string {
  return `/o/${officeOf(ctx).slug}/appointments/${uidOf(ctx)}`;
}
