import { addMinutes, addSeconds, latest } from '../../kernel/clock.ts';
import type { AppointmentStatus } from '../../models/Appointment.ts';
import type { MessageKind, MessageState, OutboxMessage } from '../../models/OutboxMessage.ts';
import { newsOf } from './outbox-row.ts';

/** A text needs some seconds to arrive; pressing again before that only costs money. */
const COOLDOWN_SECONDS = 60;
/** Nobody reads a sixth text: after five within an hour a phone call is what helps. */
export const RESENDS_PER_HOUR = 5;
/** Rows of the audit that tell of a message sent again by hand. */
export const RESEND_ACTIONS = ['appointment.resendLink', 'appointment.resendMessage'];

type Seen = Pick<
  OutboxMessage,
  'id' | 'kind' | 'channel' | 'state' | 'dedupeKey' | 'acceptedAt' | 'doubts' | 'nextAt'
>;
interface Subject {
  status: AppointmentStatus;
  sequence: number;
  startsAt: Date;
  endsAt: Date;
}

const NOT_ARRIVED: ReadonlySet<MessageState> = new Set(['failed', 'expired', 'in_doubt']);
type Repeatable = Exclude<MessageKind, 'pin' | 'test'>;
/** In which states of the appointment the news still helps. */
const HELPS: Record<Repeatable, readonly AppointmentStatus[]> = {
  confirmation: ['confirmed', 'waiting'],
  change: ['confirmed', 'waiting'],
  reminder: ['confirmed'],
  link: ['confirmed', 'waiting'],
  cancellation: ['cancelled'],
};

const isRepeatable = (kind: MessageKind): kind is Repeatable => kind !== 'pin' && kind !== 'test';

/**
 * True when an agent may want to send the message again: it has not arrived as far as anybody knows, and nothing after
 * it says the same on the same channel. A PIN is sent again from the room, where the person is.
 */
export function mayHaveFailed(message: Seen, all: readonly Seen[]): boolean {
  if (!isRepeatable(message.kind) || !NOT_ARRIVED.has(message.state)) return false;
  return !all.some(
    (other) =>
      other.id > message.id &&
      other.kind === message.kind &&
      other.channel === message.channel &&
      other.state !== 'cancelled' &&
      newsOf(other) === newsOf(message),
  );
}

/** Why sending a message again makes no sense; keys of the catalogue `timeline`, below `whyNot`. */
export type WhyNot = 'cancelled' | 'over' | 'underway' | 'moved' | 'linkLeft' | 'noAddress';

/** Why sending it again makes no sense now, or null when it does. `linkLeaves` is when the link goes by itself. */
export function whyNotAgain(
  message: Seen,
  appointment: Subject,
  hasEmail: boolean,
  linkLeaves: Date,
  now: Date,
): WhyNot | null {
  const { kind, channel } = message;
  const { status, endsAt, startsAt, sequence } = appointment;
  if (!isRepeatable(kind)) return 'over';
  if (kind === 'cancellation' ? startsAt <= now : endsAt <= now) return 'over';
  if (!HELPS[kind].includes(status)) return notNow(status);
  if (newsOf(message) !== String(sequence)) return 'moved';
  if (kind === 'reminder' && linkLeaves <= now) return 'linkLeft';
  return channel === 'email' && !hasEmail ? 'noAddress' : null;
}

function notNow(status: AppointmentStatus): WhyNot {
  if (status === 'cancelled' || status === 'declined') return 'cancelled';
  return status === 'waiting' || status === 'in_call' ? 'underway' : 'over';
}

/** When the next message may be sent by hand, or null when it may be now. */
export interface Wait {
  until: Date;
  code: 'resendNotYet' | 'resendTooOften';
}

/**
 * The wait that the messages sent by hand so far impose (`sent`, in any order): a minute after each, and an hour
 * between the first and the sixth.
 */
export function waitAfter(sent: readonly Date[], now: Date): Wait | null {
  const recent = sent.filter((at) => at > addMinutes(now, -60)).sort((a, b) => b.getTime() - a.getTime());
  const [last] = recent;
  if (!last) return null;
  const fifth = recent[RESENDS_PER_HOUR - 1];
  const cooled = addSeconds(last, COOLDOWN_SECONDS);
  if (fifth) return { until: latest(addMinutes(fifth, 60), cooled), code: 'resendTooOften' };
  return cooled > now ? { until: cooled, code: 'resendNotYet' } : null;
}

/** Each correction sends messages to another number; who mistypes does so once or twice. */
export const CORRECTIONS_PER_HOUR = 5;

/** When number and address may be corrected again, from the moments of the corrections so far; null when now. */
export function correctionWait(made: readonly Date[], now: Date): Date | null {
  const recent = made.filter((at) => at > addMinutes(now, -60)).sort((a, b) => b.getTime() - a.getTime());
  const fifth = recent[CORRECTIONS_PER_HOUR - 1];
  return fifth ? addMinutes(fifth, 60) : null;
}
