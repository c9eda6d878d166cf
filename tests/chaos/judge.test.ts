import test from 'ava';
import type { Submit } from '../../appliance/simulators/log.ts';
import { partReference } from '../../server/kernel/carriers.ts';
import type { OutboxMessage } from '../../server/models/OutboxMessage.ts';
import type { Fate } from './fates.ts';
import { judge, type Evidence } from './judge.ts';
import type { Person } from './population.ts';

// A judge that acquits everybody would make the chaos test worthless: here it is shown one fault after the other.

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 24, 9, 0, seconds));
const TOLERANCE_MS = 1000;

function personOf(fate: Fate): Person {
  const drawn = { dueMs: 0, actMs: 0, chance: 0.5 };
  return { fate, mobile: '+34600000001', ...drawn, officeId: 1, appointmentId: 7, uid: 'u' };
}

const MESSAGE = {
  id: 100,
  appointmentId: 7,
  kind: 'confirmation',
  state: 'delivered',
  dueAt: at(0),
  expiresAt: at(30),
  dedupeKey: 'u.confirmation.sms.0',
  doubts: 0,
  repeats: 0,
  segments: 1,
  reason: null,
  nextAt: null,
};
const SUBMIT = {
  submit: 1,
  link: 'a',
  messageId: '5',
  to: '+34600000001',
  reference: partReference(100, 0),
  part: null,
  status: 0,
  at: at(1),
  validUntil: at(30),
};

type Row = { [Key in keyof typeof MESSAGE]?: unknown };
type Text = { [Key in keyof typeof SUBMIT]?: unknown };

/** What the judge says of one message and its submits, where they differ from a message that came through. */
function saysOf(fate: Fate, row: Row, texts: Text[], act?: [number, number]): string[] {
  const evidence: Evidence = {
    people: [personOf(fate)],
    rows: [{ ...MESSAGE, ...row } as unknown as OutboxMessage],
    submits: texts.map((text) => ({ ...SUBMIT, ...text }) as unknown as Submit),
    confirmed: new Map([['a', new Set(['5'])]]),
    acts: new Map(act ? [[7, { after: at(act[0]), before: at(act[1]) }]] : []),
    toleranceMs: TOLERANCE_MS,
    endedAt: at(60),
  };
  return judge(evidence).problems;
}

const CLEAN: [string, Fate, Row, Text[], [number, number]?][] = [
  ['came through', 'plain', {}, [{}]],
  ['was refused once and came through', 'plain', {}, [{ status: 0x58 }, { at: at(5) }]],
  ['was perhaps sent twice, and counted', 'plain', { doubts: 1, repeats: 1 }, [{}, { at: at(9) }]],
  ['stays in doubt, with a reason', 'plain', { state: 'in_doubt', doubts: 2, reason: 'no answer' }, [{}]],
  ['is not due yet', 'later', { state: 'queued', dueAt: at(90), expiresAt: at(99) }, []],
  ['expired', 'expiring', { state: 'expired', expiresAt: at(4) }, []],
  ['was withdrawn', 'cancelled', { state: 'cancelled' }, [], [2, 3]],
  ['was on the wire when it was withdrawn', 'cancelled', {}, [{ at: at(3) }], [2, 3]],
  ['is on its way', 'plain', { state: 'accepted' }, [{ messageId: '6' }]],
  ['came in two parts', 'plain', { segments: 2 }, [{ part: part(1) }, secondPart()]],
];

function part(number: number): object {
  return { reference: 1, total: 2, number };
}

function secondPart(): Text {
  return { part: part(2), reference: partReference(100, 1) };
}

for (const [what, fate, row, texts, act] of CLEAN) {
  test(`a message that ${what} is no problem`, (t) => {
    t.deepEqual(saysOf(fate, row, texts, act), []);
  });
}

const FAULTS: [string, RegExp, Fate, Row, Text[], [number, number]?][] = [
  ['was never sent', /was not sent/, 'plain', { state: 'queued' }, []],
  ['still lies on a lease', /was not sent/, 'plain', { state: 'leased' }, [{}]],
  ['failed', /was not sent/, 'plain', { state: 'failed', reason: 'smpp' }, []],
  ['expired without need', /was not sent/, 'plain', { state: 'expired' }, []],
  ['is said to have come through', /no gateway took/, 'plain', {}, []],
  ['came through by half', /took its part 2/, 'plain', { segments: 2 }, [{ part: part(1) }]],
  ['was refused only', /no gateway took/, 'plain', {}, [{ status: 0x58 }]],
  ['was sent twice in silence', /2 times and not counted/, 'plain', {}, [{}, { at: at(9) }]],
  [
    'is in doubt for ever',
    /was not sent/,
    'plain',
    { state: 'in_doubt', doubts: 1, reason: 'x', nextAt: at(9) },
    [{}],
  ],
  ['left too early', /before it was due/, 'plain', { dueAt: at(2) }, [{}]],
  [
    'left too late',
    /after it had expired/,
    'plain',
    { expiresAt: at(4) },
    [{ at: at(6), validUntil: at(4) }],
  ],
  ['outlives its use at the gateway', /valid longer/, 'plain', {}, [{ validUntil: at(40) }]],
  ['left though it had expired', /from the beginning/, 'expired', {}, [{}]],
  [
    'is said to have expired, and was taken',
    /but was taken/,
    'expiring',
    { state: 'expired', expiresAt: at(4) },
    [{}],
  ],
  ['left without a confirmation', /nobody had confirmed/, 'planted', {}, [{}]],
  ['left before the confirmation', /before it was decided/, 'confirmed', {}, [{}], [2, 3]],
  ['left after the cancellation', /after it was withdrawn/, 'cancelled', {}, [{ at: at(5) }], [2, 3]],
  [
    'left after it was refused and withdrawn',
    /after it was withdrawn/,
    'moved',
    { state: 'cancelled' },
    [{ at: at(5), status: 0x58 }],
    [2, 3],
  ],
  ['is still on its way, although its receipt came', /nobody can see/, 'plain', { state: 'accepted' }, [{}]],
  ['nobody knows', /is of 0 messages/, 'plain', {}, [{}, { reference: 3 }]],
  ['went to somebody else', /is of 0 messages/, 'plain', {}, [{}, { to: '+34600000002' }]],
];

for (const [what, says, fate, row, texts, act] of FAULTS) {
  test(`the judge notices a message that ${what}`, (t) => {
    const problems = saysOf(fate, row, texts, act);
    t.true(
      problems.some((problem) => says.test(problem)),
      problems.join('; ') || 'nothing noticed',
    );
  });
}

test('copies are counted as a phone gets them, not by parts', (t) => {
  const twice = [{ part: part(1) }, secondPart(), { part: part(1) }, secondPart()];
  const evidence: Evidence = {
    people: [personOf('plain')],
    rows: [{ ...MESSAGE, segments: 2, doubts: 1, repeats: 1 } as unknown as OutboxMessage],
    submits: twice.map((text) => ({ ...SUBMIT, ...text }) as unknown as Submit),
    confirmed: new Map(),
    acts: new Map(),
    toleranceMs: TOLERANCE_MS,
    endedAt: at(60),
  };
  t.like(judge(evidence), { problems: [], figures: { duplicates: 1, counted: 1, submits: 4 } });
});
