import { AppError } from '../../kernel/errors.ts';
import type { Appointment } from '../../models/Appointment.ts';
import { audit, type Actor } from '../../models/audit.ts';
import type { Deps } from '../../models/deps.ts';
import type { Ctx } from '../../web/context.ts';
import { roomReportSchema } from './schema.ts';

/** Answers the room page's request for a token; a closed appointment is no error but news. */
export async function answerToken(
  ctx: Ctx,
  token: () => Promise<{ token: string; room: string }>,
): Promise<void> {
  try {
    ctx.body = await token();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'callEnded') throw error;
    ctx.body = { ended: true };
  }
}

/** Keeps what the room page reports: a technical failure, or the alarm that something records. */
export async function keepReport(
  deps: Deps,
  ctx: Ctx,
  actor: Actor,
  appointment: Appointment,
): Promise<void> {
  const { kind, reason } = roomReportSchema.parse(ctx.request.body);
  const subject = { officeId: appointment.officeId, appointmentId: appointment.id };
  await audit(deps.clock, null, actor, `video.${kind}`, subject, { reason });
  if (kind === 'recorder') deps.log.error({ appointment: appointment.uid, reason }, 'recorder alarm');
  ctx.status = 204;
}
