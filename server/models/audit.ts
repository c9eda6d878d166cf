import type { Sequelize } from 'sequelize';
import type { Clock } from '../kernel/clock.ts';
import { AuditEntry } from './AuditEntry.ts';
import { Change } from './Change.ts';
import { insertRows } from './bulk.ts';
import type { Transaction } from './transaction.ts';

/** Who acts. A citizen is known by the appointment alone. */
export type Actor =
  { kind: 'staff'; staffId: number } | { kind: 'citizen' } | { kind: 'system' } | { kind: 'video' };

export interface Subject {
  officeId?: number;
  appointmentId?: number;
}

/** Context under which an agent's own words (`details.sealed`, base64) are sealed into an audit row. */
export const reasonContext = (appointmentUid: string) => `audit.reason.${appointmentUid}`;

/** Appends one audit row within the transaction of what it tells about. `details` must hold no personal data. */
export async function audit(
  clock: Clock,
  transaction: Transaction | null,
  actor: Actor,
  action: string,
  subject: Subject,
  details: Record<string, string | number | boolean> | null = null,
): Promise<void> {
  await AuditEntry.create(
    {
      at: clock.now(),
      actorKind: actor.kind,
      staffId: actor.kind === 'staff' ? actor.staffId : null,
      action,
      officeId: subject.officeId ?? null,
      appointmentId: subject.appointmentId ?? null,
      details,
    },
    { transaction },
  );
}

/** Tells the live pages of all replicas, once the transaction commits, that the office or appointment changed. */
export async function announce(
  clock: Clock,
  transaction: Transaction | null,
  officeId: number,
  appointmentId: number | null,
): Promise<void> {
  await Change.create({ officeId, appointmentId, at: clock.now() }, { transaction });
}

/** Tells the live pages of many changes at once, see `announce`. */
export async function announceAll(
  clock: Clock,
  sequelize: Sequelize,
  transaction: Transaction | null,
  subjects: { officeId: number; appointmentId: number | null }[],
): Promise<void> {
  const at = clock.now();
  const rows = subjects.map((subject) => ({
    office_id: subject.officeId,
    appointment_id: subject.appointmentId,
    at,
  }));
  await insertRows(sequelize, 'change_feed', rows, transaction);
}
