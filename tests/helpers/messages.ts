import { addMinutes } from '../../server/kernel/clock.ts';
import { newUid } from '../../server/kernel/ids.ts';
import { GatewayLink } from '../../server/models/GatewayLink.ts';
import type { Office } from '../../server/models/Office.ts';
import { OutboxMessage } from '../../server/models/OutboxMessage.ts';
import type { World } from './world.ts';

type Values = Partial<
  Pick<
    OutboxMessage,
    | 'kind'
    | 'channel'
    | 'state'
    | 'dueAt'
    | 'nextAt'
    | 'acceptedAt'
    | 'settledAt'
    | 'segments'
    | 'reason'
    | 'repeats'
    | 'expiresAt'
  >
>;

/** A message about nobody, written straight into the table: a text that is due now unless said otherwise. */
export function makeMessage(world: World, office: Office, values: Values = {}): Promise<OutboxMessage> {
  const now = world.deps.clock.now();
  const uid = newUid();
  const settled = values.settledAt !== undefined && values.settledAt !== null;
  return OutboxMessage.create({
    uid,
    officeId: office.id,
    appointmentId: null,
    kind: 'confirmation',
    channel: 'sms',
    state: 'queued',
    priority: 3,
    dueAt: now,
    nextAt: settled ? null : (values.dueAt ?? now),
    expiresAt: addMinutes(now, 600),
    dedupeKey: uid,
    createdAt: now,
    ...values,
  });
}

/** A link as a process writes it: up and seen now unless said otherwise. */
export function makeLink(world: World, values: Partial<GatewayLink> = {}): Promise<GatewayLink> {
  const now = world.deps.clock.now();
  return GatewayLink.create({
    process: newUid(),
    channel: 'sms',
    link: 'operador-a',
    state: 'up',
    since: now,
    reason: null,
    inFlight: 1,
    windowSize: 10,
    ratePerSecond: 30,
    throttledUntil: null,
    submitted: 12,
    seenAt: now,
    ...values,
  });
}
