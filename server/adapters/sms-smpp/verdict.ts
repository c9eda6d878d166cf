import type { SendResult, SmsAlphabet } from '../../kernel/carriers.ts';
import type { StatusAction } from '../../config/smpp-links.ts';
import { statusReason } from './status.ts';

/** A failed result without the parts that were taken, which the one who sends keeps count of. */
export type Verdict = Failure<Exclude<SendResult, { kind: 'accepted' }>>;
type Failure<Result> = Result extends unknown ? Omit<Result, 'taken'> : never;

export interface VerdictContext {
  alphabet: SmsAlphabet;
  /** Some part was taken, now or earlier. */
  begun: boolean;
  /** Milliseconds for which the link pauses, after what the status did to it. */
  pausedMs: number;
  /** The status found the whole gateway full, not this recipient's queue. */
  gatewayFull: boolean;
}

const LATER_MS = 30_000;
const QUEUE_FULL_MS = 60_000;
const TRIES = 3;

/** What a refusal means for the message. Pure. */
export function verdictOn(status: number, action: StatusAction, context: VerdictContext): Verdict {
  const reason = statusReason(status);
  const retry = { kind: 'retry', reason } as const;
  switch (action) {
    case 'reject':
    case 'mistake':
      return { kind: 'rejected', reason };
    case 'recode':
      // Half a message in one alphabet and half in another would be joined by no phone.
      return { kind: context.begun || context.alphabet === 'ucs2' ? 'rejected' : 'recode', reason };
    case 'retry':
      return { ...retry, blame: 'message', tries: TRIES };
    case 'later':
      return { ...retry, blame: 'message', afterMs: LATER_MS };
    case 'queue':
      return context.gatewayFull
        ? { ...retry, blame: 'link', afterMs: context.pausedMs }
        : { ...retry, blame: 'message', afterMs: QUEUE_FULL_MS };
    case 'throttle':
      return { ...retry, blame: 'link', afterMs: context.pausedMs };
    case 'sender':
      return { ...retry, blame: 'sender' };
    case 'rebind':
      return { ...retry, blame: 'link' };
  }
}
