import { addSeconds } from '../../kernel/clock.ts';
import type { SendResult } from '../../kernel/ports.ts';
import { Appointment, type AppointmentStatus } from '../../models/Appointment.ts';
import type { Deps } from '../../models/deps.ts';
import { OutboxMessage, type MessageKind } from '../../models/OutboxMessage.ts';
import { openBody, sealBody, type RenderedBody } from './body.ts';
import { renderMessage } from './render.ts';
import { settle } from './settle.ts';

/** In which states of its appointment a message still makes sense. */
const SENDABLE: Record<MessageKind, AppointmentStatus[]> = {
  confirmation: ['confirmed', 'waiting', 'in_call'],
  change: ['confirmed', 'waiting', 'in_call'],
  link: ['confirmed', 'waiting'],
  pin: ['waiting', 'in_call'],
  cancellation: ['cancelled'],
  reminder: ['confirmed'],
  test: [],
};

interface Ready {
  message: OutboxMessage;
  body: RenderedBody;
}

/** One message's trouble must not hold up the others: it is logged, and its lease runs out. */
async function guarded<Result>(
  deps: Deps,
  message: OutboxMessage,
  work: () => Promise<Result | null>,
): Promise<Result | null> {
  try {
    return await work();
  } catch (error) {
    const subject = { message: message.uid, kind: message.kind };
    deps.log.error({ err: error, ...subject }, 'message could not be handed over');
    return null;
  }
}

/** The message with its text, as rendered at an earlier try or now; null when its appointment has no use for it. */
async function prepare(deps: Deps, message: OutboxMessage): Promise<Ready | null> {
  const appointment = message.appointmentId && (await Appointment.findByPk(message.appointmentId));
  if (!appointment || !SENDABLE[message.kind].includes(appointment.status)) {
    const columns = { state: 'cancelled' as const, settledAt: deps.clock.now() };
    const { id, leaseOwner } = message;
    await OutboxMessage.update(columns, { where: { id, leaseOwner, state: 'leased' } });
    return null;
  }
  const body = message.body ? openBody(deps, message) : await renderMessage(deps, message, appointment);
  return { message, body };
}

/** Last look before the wire: still ours, not withdrawn? Keeps the text, and renews the lease. */
async function stillOurs(deps: Deps, { message, body }: Ready): Promise<true | null> {
  const leasedUntil = addSeconds(deps.clock.now(), deps.settings.OUTBOX_LEASE_SECONDS);
  const [count] = await OutboxMessage.update(
    { body: sealBody(deps, message, body), leasedUntil },
    { where: { id: message.id, state: 'leased', leaseOwner: message.leaseOwner } },
  );
  return count === 1 || null;
}

function send(deps: Deps, { message, body }: Ready): Promise<SendResult> {
  if (body.channel === 'email') return deps.mailer.send(body);
  return deps.sms.send({
    to: body.to,
    text: body.text,
    expiresAt: message.expiresAt,
    priority: message.kind === 'pin' ? 1 : 0,
    reference: message.id,
  });
}

/**
 * Puts claimed messages on the wire in their order, without waiting for one's answer before the next, and records
 * all answers. Those that were withdrawn since are left out. Never throws; returns true when the link was the
 * trouble of one of them.
 */
export async function handOver(deps: Deps, batch: OutboxMessage[]): Promise<boolean> {
  const prepared = await Promise.all(
    batch.map((message) => guarded(deps, message, () => prepare(deps, message))),
  );
  const answers: Promise<SendResult | null>[] = [];
  for (const ready of prepared.filter((one) => one !== null)) {
    const { message } = ready;
    if (!(await guarded(deps, message, () => stillOurs(deps, ready)))) continue;
    const answer = guarded(deps, message, async () => {
      const result = await send(deps, ready);
      await settle(deps, message, result);
      return result;
    });
    answers.push(answer);
  }
  const results = await Promise.all(answers);
  return results.some((result) => result?.kind === 'retry' && !result.countsAsAttempt);
}
