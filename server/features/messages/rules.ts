import type { SendResult } from '../../kernel/carriers.ts';
import { addSeconds } from '../../kernel/clock.ts';
import type { AppointmentStatus } from '../../models/Appointment.ts';
import type { MessageKind, OutboxMessage } from '../../models/OutboxMessage.ts';

/** In which states of its appointment a message still makes sense. */
const SENDABLE: Record<Exclude<MessageKind, 'test'>, AppointmentStatus[]> = {
  confirmation: ['confirmed', 'waiting', 'in_call'],
  change: ['confirmed', 'waiting', 'in_call'],
  reminder: ['confirmed'],
  link: ['confirmed', 'waiting'],
  pin: ['waiting', 'in_call'],
  cancellation: ['cancelled'],
};

/** True when a message of this kind may be sent about an appointment in this state. */
export function isSendable(kind: MessageKind, status: AppointmentStatus | undefined): boolean {
  if (kind === 'test') return true;
  return status !== undefined && SENDABLE[kind].includes(status);
}

/**
 * What is done about a message whose answer is missing. First a grace time, in which a late receipt may tell that it was
 * taken; then it is sent once more, word for word. A second doubt is left as it is: two copies are enough.
 *
 * The grace is shorter the sooner the person needs the text: a PIN lives for ten minutes and somebody is looking at the
 * phone for it; a second confirmation next day would only puzzle.
 */
export const DOUBT_GRACE_SECONDS: Record<MessageKind, number> = {
  pin: 15,
  link: 45,
  reminder: 120,
  confirmation: 120,
  cancellation: 120,
  change: 120,
  test: 120,
};
const MAX_REPEATS = 1;

/** What nobody needs once it is over: a PIN, and a test with the address that somebody typed for it. */
export function isForgotten(kind: MessageKind): boolean {
  return kind === 'pin' || kind === 'test';
}

/** When the link was the trouble the message is not to blame: soon again, by another link if there is one. */
const LINK_RETRY_SECONDS = 2;
/** A sender that was refused is tried again after this long, or when somebody lifts the hold. */
export const SENDER_HOLD_SECONDS = 600;
/** After this many failures to fill its template a message has failed: something is wrong with the data. */
const MAX_BROKEN = 5;

/** The columns of a row that the answer of the wire changes. */
export type Settled = Pick<
  OutboxMessage,
  'state' | 'nextAt' | 'attempts' | 'doubts' | 'segments' | 'reason' | 'acceptedAt' | 'settledAt'
> & {
  /** A PIN that was handed over, or never will be, is nobody's business any more: its text goes. */
  forget: boolean;
  /** A word for the message's history; null when the history has nothing to tell. */
  event: string | null;
};

type Counts = Pick<
  OutboxMessage,
  'kind' | 'attempts' | 'doubts' | 'repeats' | 'reason' | 'segments' | 'acceptedAt'
>;

function unchanged(message: Counts): Settled {
  const { attempts, doubts, segments, acceptedAt } = message;
  const rest = { attempts, doubts, segments, acceptedAt };
  return {
    state: 'queued',
    nextAt: null,
    reason: null,
    settledAt: null,
    forget: false,
    event: null,
    ...rest,
  };
}

/** 30 s, 1, 2, 4, 8 and at most 15 minutes. */
function backOff(attempts: number): number {
  return Math.min(15 * 60, 30 * 2 ** (Math.max(1, attempts) - 1));
}

const clip = (reason: string) => reason.slice(0, 200);

/** The row of a message that will never be handed over. Pure. */
export function afterFailure(message: Counts, reason: string, now: Date, event = 'failed'): Settled {
  const forget = isForgotten(message.kind);
  return { ...unchanged(message), state: 'failed', reason: clip(reason), settledAt: now, forget, event };
}

/**
 * The row of a message of which nobody can tell whether it was taken: once more after the grace time (of its kind, or
 * `graceSeconds` where an installation says so), or, after the last try, left as it is. Pure.
 */
export function afterDoubt(message: Counts, reason: string, now: Date, graceSeconds?: number): Settled {
  const doubts = message.doubts + 1;
  const doubtful = { ...unchanged(message), state: 'in_doubt' as const, doubts, reason: clip(reason) };
  if (message.repeats >= MAX_REPEATS)
    return { ...doubtful, settledAt: now, forget: isForgotten(message.kind), event: 'unanswered' };
  const grace = graceSeconds ?? DOUBT_GRACE_SECONDS[message.kind];
  return { ...doubtful, nextAt: addSeconds(now, grace), event: 'in_doubt' };
}

/** The row of a message whose template could not be filled: again later, a few times. Pure. */
export function afterBreakage(message: Counts, now: Date): Settled {
  const attempts = message.attempts + 1;
  if (attempts >= MAX_BROKEN) return { ...afterFailure(message, 'broken', now), attempts };
  return {
    ...unchanged(message),
    attempts,
    reason: 'broken',
    nextAt: addSeconds(now, backOff(attempts)),
    event: 'broken',
  };
}

/** The row of a message whose sender or link cannot be used now: it keeps its place until then. Pure. */
export function afterHold(message: Counts, reason: string, until: Date, event = 'held'): Settled {
  // The same hold is told once, however often it is met.
  const news = message.reason === reason ? null : event;
  return { ...unchanged(message), reason: clip(reason), nextAt: until, event: news };
}

function afterRetry(message: Counts, result: SendResult & { kind: 'retry' }, now: Date): Settled {
  const wait = (result.afterMs ?? 0) / 1000;
  if (result.blame === 'sender')
    return afterHold(message, result.reason, addSeconds(now, SENDER_HOLD_SECONDS));
  if (result.blame === 'link') {
    const event = message.reason === result.reason ? null : 'throttled';
    const nextAt = addSeconds(now, Math.max(LINK_RETRY_SECONDS, wait));
    return { ...unchanged(message), reason: clip(result.reason), nextAt, event };
  }
  const attempts = message.attempts + 1;
  if (result.tries !== undefined && attempts >= result.tries)
    return { ...afterFailure(message, result.reason, now), attempts };
  const nextAt = addSeconds(now, Math.max(wait, backOff(attempts)));
  return { ...unchanged(message), attempts, reason: clip(result.reason), nextAt, event: 'refused' };
}

/** What one answer of the wire means for the row; `parts` is how many parts the message has. Pure. */
export function afterAnswer(
  message: Counts,
  result: SendResult,
  parts: number,
  now: Date,
  graceSeconds?: number,
): Settled {
  switch (result.kind) {
    case 'accepted':
      return {
        ...unchanged(message),
        state: 'accepted',
        segments: parts,
        acceptedAt: now,
        settledAt: now,
        forget: isForgotten(message.kind),
      };
    case 'rejected':
      // One look before the wire belongs to the carrier as well: what expired there was not sent.
      if (result.reason === 'expired' && message.doubts === 0)
        return { ...afterFailure(message, result.reason, now, 'expired'), state: 'expired' };
      return afterFailure(message, result.reason, now);
    case 'recode':
      return { ...unchanged(message), reason: clip(result.reason), nextAt: now, event: 'recoded' };
    case 'inDoubt':
      return afterDoubt(message, result.reason, now, graceSeconds);
    case 'retry':
      return afterRetry(message, result, now);
  }
}

/**
 * The row of a message that is too late to be useful. One that may have left already stays in doubt. `why` tells what
 * kept it, where the row does not know. Pure.
 */
export function afterExpiry(message: Counts, mayHaveLeft: boolean, now: Date, why: string): Settled {
  if (mayHaveLeft || message.doubts > 0) {
    const last = { ...message, repeats: MAX_REPEATS };
    return { ...afterDoubt(last, message.reason ?? 'no answer', now), forget: true };
  }
  const failure = afterFailure(message, message.reason ?? why, now, 'expired');
  return { ...failure, state: 'expired', forget: true };
}
