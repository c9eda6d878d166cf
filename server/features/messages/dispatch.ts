import { addSeconds } from '../../kernel/clock.ts';
import { newUid } from '../../kernel/ids.ts';
import type { SendResult } from '../../kernel/ports.ts';
import { Appointment, type AppointmentStatus } from '../../models/Appointment.ts';
import type { Deps } from '../../models/deps.ts';
import { OutboxMessage, type Channel, type MessageKind } from '../../models/OutboxMessage.ts';
import { claimDue, expireStale, type Scope } from './claim.ts';
import { renderMessage, type RenderedBody } from './render.ts';
import { settle } from './settle.ts';

/** Twice the SMPP window, so that the link never idles and a crash leaves little in doubt. */
const BATCH = 20;

/** In which states of its appointment a message still makes sense. */
const SENDABLE: Record<MessageKind, AppointmentStatus[]> = {
  confirmation: ['confirmed', 'waiting', 'in_call'],
  change: ['confirmed', 'waiting', 'in_call'],
  link: ['confirmed', 'waiting'],
  pin: ['waiting', 'in_call'],
  cancellation: ['cancelled'],
};

const bodyContext = (message: OutboxMessage) => `outbox.body.${message.uid}`;

/** The text of the message: as rendered at an earlier try, or rendered now. */
async function bodyOf(deps: Deps, message: OutboxMessage, appointment: Appointment): Promise<RenderedBody> {
  if (message.body) return JSON.parse(deps.vault.open(message.body, bodyContext(message))) as RenderedBody;
  return renderMessage(deps, message, appointment);
}

/** Last look before the wire: still ours, not withdrawn? Keeps the text, and renews the lease. */
async function stillOurs(deps: Deps, message: OutboxMessage, body: RenderedBody): Promise<boolean> {
  const sealed = deps.vault.seal(JSON.stringify(body), bodyContext(message));
  const leasedUntil = addSeconds(deps.clock.now(), deps.settings.OUTBOX_LEASE_SECONDS);
  const [count] = await OutboxMessage.update(
    { body: sealed, leasedUntil },
    { where: { id: message.id, state: 'leased', leaseOwner: message.leaseOwner } },
  );
  return count === 1;
}

function send(deps: Deps, message: OutboxMessage, body: RenderedBody): Promise<SendResult> {
  if (body.channel === 'email') return deps.mailer.send(body);
  return deps.sms.send({
    to: body.to,
    text: body.text,
    expiresAt: message.expiresAt,
    priority: message.kind === 'pin' ? 1 : 0,
    reference: message.id,
  });
}

async function deliver(deps: Deps, message: OutboxMessage): Promise<void> {
  const appointment = await Appointment.findByPk(message.appointmentId);
  if (!appointment || !SENDABLE[message.kind].includes(appointment.status)) {
    const columns = { state: 'cancelled' as const, settledAt: deps.clock.now() };
    await OutboxMessage.update(columns, { where: { id: message.id, state: 'leased' } });
    return;
  }
  const body = await bodyOf(deps, message, appointment);
  if (!(await stillOurs(deps, message, body))) return;
  await settle(deps, message, await send(deps, message, body));
}

/** One message's trouble must not hold up the others: it is logged, and its lease runs out. */
async function deliverSafely(deps: Deps, message: OutboxMessage): Promise<void> {
  try {
    await deliver(deps, message);
  } catch (error) {
    deps.log.error(
      { err: error, message: message.uid, kind: message.kind },
      'message could not be handed over',
    );
  }
}

/**
 * Sends all that is due and returns how many were handed over or refused. Safe to run in any number of processes at
 * once. Texts wait in the table while the gateway is away.
 */
export async function dispatchDue(deps: Deps, scope: Scope = {}): Promise<number> {
  const owner = newUid();
  await expireStale(deps, scope);
  let total = 0;
  for (;;) {
    const channels: Channel[] = deps.sms.state() === 'up' ? ['sms', 'email'] : ['email'];
    const batch = await claimDue(deps, owner, channels, BATCH, scope);
    await Promise.all(batch.map((message) => deliverSafely(deps, message)));
    total += batch.length;
    if (batch.length < BATCH) return total;
  }
}
