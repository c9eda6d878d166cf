import test from 'ava';
import {
  afterAnswer,
  afterBreakage,
  afterDoubt,
  afterExpiry,
  afterFailure,
  afterHold,
} from '../../server/features/messages/rules.ts';
import type { SendResult } from '../../server/kernel/carriers.ts';

const NOW = new Date('2026-11-24T10:00:00Z');
const RESULTS: SendResult[] = [
  { kind: 'accepted', taken: [] },
  { kind: 'rejected', reason: 'smpp 0x0000000B', taken: [] },
  { kind: 'rejected', reason: 'expired', taken: [] },
  { kind: 'recode', reason: 'smpp 0x00000104', taken: [] },
  { kind: 'inDoubt', reason: 'no answer', taken: [] },
  { kind: 'retry', reason: 'x', blame: 'message', tries: 3, taken: [] },
  { kind: 'retry', reason: 'x', blame: 'message', taken: [] },
  { kind: 'retry', reason: 'x', blame: 'link', taken: [] },
  { kind: 'retry', reason: 'x', blame: 'sender', taken: [] },
];

test('however the message with a PIN ends, its text is forgotten with it', (t) => {
  let ends = 0;
  for (const kind of ['pin', 'test'] as const)
    for (const attempts of [0, 2, 4, 9])
      for (const doubts of [0, 1, 2])
        for (const repeats of [0, 1]) {
          const row = { kind, attempts, doubts, repeats, reason: null, segments: null, acceptedAt: null };
          const outcomes = [
            ...RESULTS.map((result) => afterAnswer(row, result, 1, NOW)),
            afterFailure(row, 'x', NOW),
            afterDoubt(row, 'x', NOW),
            afterBreakage(row, NOW),
            afterExpiry(row, true, NOW, 'x'),
            afterExpiry(row, false, NOW, 'x'),
            afterHold(row, 'x', NOW),
          ];
          for (const { nextAt, forget, state } of outcomes) {
            t.is(forget, nextAt === null, `${kind} ${state} ${attempts} ${doubts} ${repeats}`);
            if (forget) ends += 1;
          }
        }
  t.true(ends > 100);
});
