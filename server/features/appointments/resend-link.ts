import { Op } from 'sequelize';
import { addSeconds } from '../../kernel/clock.ts';
import { conflict } from '../../kernel/errors.ts';
import type { Actor } from '../../models/audit.ts';
import type { Deps } from '../../models/deps.ts';
import { OutboxMessage } from '../../models/OutboxMessage.ts';
import { changeAppointment, save, type AppointmentKey } from './change.ts';
import { writeLink } from './outbox.ts';

/** A text needs some seconds to arrive; pressing again before that only costs money. */
const COOLDOWN_SECONDS = 60;

/** Sends the link again, at once. Throws the conflicts `notPossibleNow` and `resendTooSoon`. */
export function resendLink(deps: Deps, key: AppointmentKey, actor: Actor): Promise<void> {
  return changeAppointment(deps, key, async (appointment, transaction) => {
    const now = deps.clock.now();
    if (!['confirmed', 'waiting'].includes(appointment.status) || appointment.endsAt <= now) {
      throw conflict('notPossibleNow', { status: appointment.status });
    }
    const recent = await OutboxMessage.count({
      where: {
        appointmentId: appointment.id,
        kind: 'link',
        state: { [Op.notIn]: ['cancelled', 'expired', 'failed'] },
        dueAt: { [Op.between]: [addSeconds(now, -COOLDOWN_SECONDS), now] },
      },
      transaction,
    });
    if (recent > 0) throw conflict('resendTooSoon');
    await writeLink(deps, transaction, appointment, `again${now.getTime()}`, now);
    await save(deps, transaction, appointment, 'appointment.resendLink', actor, {});
  });
}
