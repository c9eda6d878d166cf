import test from 'ava';
import {
  afterAnswer,
  afterBreakage,
  afterDoubt,
  afterExpiry,
  afterFailure,
  afterHold,
  type Settled,
} from '../../server/features/messages/rules.ts';
import type { SendResult } from '../../server/kernel/carriers.ts';
import { addSeconds } from '../../server/kernel/clock.ts';
import { MESSAGE_KINDS, type MessageKind } from '../../server/models/OutboxMessage.ts';
import { TUESDAY as NOW } from '../helpers/clock.ts';

const BLAMES = ['message', 'link', 'sender'] as const;
const RESULTS: SendResult[] = [
  { kind: 'accepted', taken: [] },
  { kind: 'rejected', reason: 'smpp 0x0000000B', taken: [] },
  { kind: 'rejected', reason: 'expired', taken: [] },
  { kind: 'recode', reason: 'smpp 0x00000104', taken: [] },
  { kind: 'inDoubt', reason: 'no answer to submit_sm', taken: [] },
  ...BLAMES.flatMap((blame): SendResult[] => [
    { kind: 'retry', reason: 'x', blame, taken: [] },
    { kind: 'retry', reason: 'x', blame, tries: 3, afterMs: 60_000, taken: [] },
  ]),
];

/** Messages at every point of their life that an answer can meet. */
const MESSAGES = MESSAGE_KINDS.flatMap((kind: MessageKind) =>
  [0, 2, 4, 1000].flatMap((attempts) =>
    [
      { doubts: 0, repeats: 0 },
      { doubts: 1, repeats: 0 },
      { doubts: 1, repeats: 1 },
      { doubts: 2, repeats: 1 },
    ].map((counts) => ({ kind, attempts, ...counts, reason: null, segments: null, acceptedAt: null })),
  ),
);

const WAITS = new Set(['queued', 'in_doubt']);

/** Somebody will look at it again, or it is settled for good: never neither, never both. */
function isSomewhere({ state, nextAt, settledAt }: Settled): boolean {
  if (nextAt === null) return settledAt !== null && state !== 'queued';
  return settledAt === null && WAITS.has(state) && nextAt >= NOW;
}

test('whatever answer comes, a message is looked at again or settled for good', (t) => {
  for (const message of MESSAGES)
    for (const result of RESULTS) {
      const settled = afterAnswer(message, result, 1, NOW);
      t.true(isSomewhere(settled), JSON.stringify({ message, result, settled }));
    }
});

test('so it is after a doubt, a breakage, a hold, a failure and the end of its time', (t) => {
  for (const message of MESSAGES) {
    const all = [
      afterDoubt(message, 'sender stopped', NOW),
      afterBreakage(message, NOW),
      afterHold(message, 'no link', addSeconds(NOW, 30)),
      afterFailure(message, 'text too long', NOW),
      afterExpiry(message, true, NOW, 'paused'),
      afterExpiry(message, false, NOW, 'paused'),
    ];
    for (const settled of all) t.true(isSomewhere(settled), JSON.stringify({ message, settled }));
    t.true(all.slice(3).every(({ nextAt }) => nextAt === null));
  }
});

test('a message is in doubt twice at most, and then left alone', (t) => {
  for (const kind of MESSAGE_KINDS) {
    const fresh = {
      kind,
      attempts: 0,
      doubts: 0,
      repeats: 0,
      reason: null,
      segments: null,
      acceptedAt: null,
    };
    const first = afterDoubt(fresh, 'no answer', NOW);
    t.not(first.nextAt, null);
    const second = afterDoubt({ ...fresh, doubts: first.doubts, repeats: 1 }, 'no answer', NOW);
    t.deepEqual([second.state, second.nextAt, second.settledAt], ['in_doubt', null, NOW]);
  }
});
