import type { BackoffTimes } from './backoff.ts';
import type { SmscTimes } from './smsc.ts';
import type { ThrottleTimes } from './throttle.ts';

/** How long a link waits for what its contract does not say. */
export interface Times {
  session: Omit<SmscTimes, 'answerMs' | 'enquireMs'>;
  reconnect: BackoffTimes;
  throttle: ThrottleTimes;
}

/** What gateways and their operators find reasonable. */
export const DEFAULT_TIMES: Times = {
  session: { connectMs: 10_000, enquireAnswerMs: 10_000, unbindMs: 5000 },
  reconnect: { minMs: 1000, maxMs: 60_000 },
  throttle: { firstMs: 1000, longestMs: 30_000, recoverMs: 10_000 },
};
