import test from 'ava';
import { csv } from '../../server/features/administration/csv-rules.ts';
import {
  eurosOf,
  monthOf,
  monthRange,
  monthStart,
  shiftMonth,
} from '../../server/features/administration/cost-rules.ts';
import type { LightState } from '../../server/features/administration/pages.ts';
import { FINER_WORDS, operatorWord } from '../../server/features/administration/reasons-rules.ts';
import {
  durationLabel,
  lightOf,
  linksState,
  percentile,
  withinLabel,
  worthShowing,
} from '../../server/features/administration/rules.ts';
import { senderProblems } from '../../server/features/administration/schema.ts';
import { presentNotices } from '../../server/features/administration/present-notices.ts';
import { remembered, type Trouble } from '../../server/features/administration/trouble.ts';
import { addSeconds } from '../../server/kernel/clock.ts';
import { LOCALES } from '../../server/kernel/locale.ts';
import { REASON_WORDS } from '../../server/kernel/reasons.ts';
import { createTemplates } from '../../server/adapters/templates/index.ts';
import { testClock, TUESDAY } from '../helpers/clock.ts';

test('a file opens in Excel as it is, whatever an office is called', (t) => {
  const rows = [
    ['Oficina', 1],
    ['OAC; "la nova"', -2],
    ['=1+1', 0],
    ['@sum', 0],
    ['+34', 0],
    ['-1', 0],
    ['\t=1', 0],
    ['a\nb', 0],
  ];
  const lines = csv(rows).split('\r\n');
  t.is(lines[0], '\uFEFFOficina;1');
  t.deepEqual(lines.slice(1), [
    '"OAC; ""la nova""";-2',
    "'=1+1;0",
    "'@sum;0",
    "'+34;0",
    "'-1;0",
    "'\t=1;0",
    '"a\nb";0',
    '',
  ]);
});

test('months are those of the zone', (t) => {
  t.is(monthOf(new Date('2026-10-31T23:30:00Z'), 'Europe/Madrid'), '2026-11');
  t.is(monthOf(new Date('2026-10-31T23:30:00Z'), 'Atlantic/Canary'), '2026-10');
  t.is(monthStart('2026-07', 'Europe/Madrid').toISOString(), '2026-06-30T22:00:00.000Z');
  t.is(shiftMonth('2026-01', -1), '2025-12');
});

/** From, to -> first month, last month, how many, when it is November 2026. */
const RANGES: [unknown, unknown, string, string, number][] = [
  [undefined, undefined, '2025-12', '2026-11', 12],
  ['2026-03', '2026-05', '2026-03', '2026-05', 3],
  ['2026-05', '2026-03', '2026-03', '2026-05', 3],
  ['2026-05', '2026-05', '2026-05', '2026-05', 1],
  ['1999-01', '2030-01', '2025-12', '2026-11', 12],
  ["2026-01' OR 1", ['2026-02'], '2025-12', '2026-11', 12],
];
for (const [from, to, first, last, count] of RANGES) {
  test(`asked for ${String(from)} to ${String(to)}, the months are ${first} to ${last}`, (t) => {
    const months = monthRange(from, to, '2026-11');
    t.deepEqual([months[0], months.at(-1), months.length], [first, last, count]);
  });
}

test('amounts have a comma', (t) => {
  t.is(eurosOf(1234, 4.5), '55,53');
  t.is(eurosOf(0, 4.5), '0,00');
});

/** State, seconds since it was seen, seconds until throttling ends -> light. */
const LIGHTS: ['up' | 'connecting' | 'refused' | 'stopped', number, number | null, LightState][] = [
  ['up', 45, null, 'up'],
  ['up', 46, null, 'gone'],
  ['up', 0, 1, 'slowed'],
  ['up', 0, 0, 'up'],
  ['connecting', 0, 1, 'connecting'],
  ['refused', 0, null, 'refused'],
  ['stopped', 0, null, 'stopped'],
  ['refused', 60, null, 'gone'],
];
const linkRow = (state: (typeof LIGHTS)[number][0], seen: number, throttled: number | null = null) => ({
  state,
  seenAt: addSeconds(TUESDAY, -seen),
  throttledUntil: throttled === null ? null : addSeconds(TUESDAY, throttled),
});
for (const [state, seen, throttled, light] of LIGHTS) {
  test(`a link that is ${state}, seen ${seen} s ago, slowed for ${throttled ?? 'no'} s, shows ${light}`, (t) => {
    t.is(lightOf(linkRow(state, seen, throttled), TUESDAY), light);
  });
}

test('a channel works when one living link is up, and nothing is claimed where nobody ever wrote', (t) => {
  t.is(linksState([], TUESDAY), 'unknown');
  t.is(linksState([linkRow('refused', 0), linkRow('up', 10)], TUESDAY), 'up');
  t.is(linksState([linkRow('up', 100)], TUESDAY), 'down');
  t.is(linksState([linkRow('connecting', 0), linkRow('up', 100)], TUESDAY), 'down');
});

test('processes that left long ago are not shown beside a living one, but all are when none lives', (t) => {
  const [living, lately, long] = [linkRow('up', 0), linkRow('up', 600), linkRow('up', 2000)];
  t.deepEqual(worthShowing([living, lately, long], TUESDAY), [living, lately]);
  t.deepEqual(worthShowing([lately, long], TUESDAY), [lately, long]);
});

test('half and nearly all are counted by nearest rank', (t) => {
  const values = Array.from({ length: 20 }, (_, index) => ({ value: 20 - index, count: 5 }));
  t.is(percentile(values, 0.5), 10);
  t.is(percentile(values, 0.95), 19);
  t.is(percentile([{ value: 7, count: 1 }], 0.95), 7);
  t.is(percentile([], 0.5), null);
});

test('durations are short', (t) => {
  const seconds = [0.4, 59, 60, 3599, 3600, 7500, 86_400, 100_000, -5];
  t.deepEqual(seconds.map(durationLabel), [
    '0 s',
    '59 s',
    '1 min',
    '59 min',
    '1 h',
    '2 h 5 min',
    '1 d',
    '1 d 3 h',
    '0 s',
  ]);
});

test('what took less than a time is never told a time that it took', (t) => {
  t.deepEqual([-1, 0, 2, 58, 59, 60, 300, 7260].map(withinLabel), [
    '1 s',
    '1 s',
    '3 s',
    '59 s',
    '1 min',
    '2 min',
    '6 min',
    '2 h 2 min',
  ]);
});

const REASONS: Record<string, ReturnType<typeof operatorWord>> = {
  '': 'none',
  'smpp 0x0000000B': 'numberUnknown',
  'smpp 0x0000000A': 'senderRefused',
  'smpp 0x00000058': 'throttled',
  'smpp 0x00000005': 'alreadyBound',
  'smpp 0x0000000E': 'loginRefused',
  'smpp 0x00000458': 'networkRefused',
  'UNDELIV 005': 'notDelivered',
  'smtp 550 EENVELOPE': 'addressUnknown',
  ECONNREFUSED: 'portClosed',
  'getaddrinfo ENOTFOUND smpp.operador.example': 'nameUnknown',
  'connect ETIMEDOUT 10.0.0.1:2775': 'silent',
  CERT_HAS_EXPIRED: 'certificate',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate',
  'sender unregistered': 'unregistered',
  'sender expired': 'registrationExpired',
  broken: 'broken',
  expired: 'expired',
};
for (const [reason, word] of Object.entries(REASONS)) {
  test(`operators are told of "${reason}" as ${word}`, (t) => t.is(operatorWord(reason), word));
}

test('each word has what it means and what to do, in each language', (t) => {
  const templates = createTemplates({ root: 'views', cache: true });
  for (const locale of LOCALES) {
    for (const word of [...REASON_WORDS, ...FINER_WORDS]) {
      for (const part of ['what', 'todo']) {
        t.regex(templates.text(`operations:reason.${word}.${part}`, locale), /\.$/, `${locale} ${word}`);
      }
    }
  }
});

/** What was typed -> the problems beside the fields. */
const FORMS: [Record<string, string>, Record<string, string>][] = [
  [{ use: 'settings', address: '!!' }, {}],
  [{ use: 'own' }, { address: 'senderMissing' }],
  [{ use: 'own', address: 'OACProva' }, { registeredUntil: 'registeredMissing' }],
  [{ use: 'own', address: 'OACProva', registeredUntil: 'ahir' }, { registeredUntil: 'registeredWrong' }],
  [
    { use: 'own', address: 'OACProva', registeredUntil: '2027-02-30' },
    { registeredUntil: 'registeredWrong' },
  ],
  [{ use: 'own', address: 'OACProva', registeredUntil: '2026-11-23' }, { registeredUntil: 'registeredPast' }],
  [{ use: 'own', address: 'OACProva', registeredUntil: '2028-11-25' }, { registeredUntil: 'registeredFar' }],
  [{ use: 'own', address: 'OACProva', registeredUntil: '2028-11-24' }, {}],
  [{ use: 'own', address: '25060', registeredUntil: 'ahir' }, {}],
  [{ use: 'own', address: '25060', provider: 'cap' }, { provider: 'providerUnknown' }],
  [{ use: 'own', address: '25060', provider: 'a' }, {}],
];
for (const [values, problems] of FORMS) {
  test(`the sender ${JSON.stringify(values)} has the problems ${JSON.stringify(problems)}`, (t) => {
    t.deepEqual(senderProblems(values, '2026-11-24', ['a', 'b']), problems);
  });
}

test('all who ask within the time share one look, also while it lasts', async (t) => {
  const clock = testClock();
  let looks = 0;
  const memory = remembered(
    clock,
    5,
    () => {
      looks += 1;
      return Promise.resolve(looks);
    },
    () => t.fail(),
  );
  t.deepEqual(await Promise.all([memory.get(), memory.get(), memory.get()]), [1, 1, 1]);
  clock.set(addSeconds(TUESDAY, 4.9));
  t.is(await memory.get(), 1);
  clock.set(addSeconds(TUESDAY, 5));
  t.is(await memory.get(), 2);
  memory.forget();
  t.is(await memory.get(), 3);
});

test('what was forgotten while somebody looked is looked for again', async (t) => {
  const answers: ((seen: string) => void)[] = [];
  const look = () => new Promise<string>((resolve) => answers.push(resolve));
  const memory = remembered(testClock(), 5, look, () => t.fail());
  const first = memory.get();
  memory.forget();
  const second = memory.get();
  answers[1]?.('after the change');
  t.is(await second, 'after the change');
  answers[0]?.('before the change');
  await first;
  t.is(await memory.get(), 'after the change');
});

test('a look that fails is reported, and leaves what was seen before', async (t) => {
  const clock = testClock();
  const errors: unknown[] = [];
  const look = () =>
    clock.now() < addSeconds(TUESDAY, 5) ? Promise.resolve('seen') : Promise.reject(new Error('away'));
  const memory = remembered(clock, 5, look, (error) => errors.push(error));
  t.is(await memory.get(), 'seen');
  clock.set(addSeconds(TUESDAY, 6));
  t.is(await memory.get(), 'seen');
  t.is(errors.length, 1);
});

const CALM: Trouble = {
  zone: 'Europe/Madrid',
  pauses: [],
  links: { sms: 'up', email: 'up' },
  late: [],
  senders: [],
  expiring: [],
};
const LATE = [{ officeId: 1, count: 2, oldest: addSeconds(TUESDAY, -300) }];
const PAUSE = { channel: 'sms' as const, at: TUESDAY, by: 'Algú' };
const HELD = { officeId: 1, office: 'OAC 1', address: 'OACProva', trouble: 'held' as const };
const AGENT = { role: 'agent' as const, offices: [{ id: 1 }] };
const ELSEWHERE = { role: 'agent' as const, offices: [{ id: 2 }] };
const ADMINISTRATOR = { role: 'administrator' as const, offices: [] };

/** Trouble, who reads -> how the notices begin. */
const NOTICES: [string, Partial<Trouble>, typeof AGENT | typeof ADMINISTRATOR, RegExp[]][] = [
  ['nothing', {}, AGENT, []],
  ['links nobody wrote of', { links: { sms: 'unknown', email: 'unknown' } }, AGENT, []],
  ['late texts', { late: LATE }, AGENT, [/^2 texts are late; the oldest by 5 min/]],
  ['late texts of others', { late: LATE }, ELSEWHERE, []],
  ['late texts', { late: LATE }, ADMINISTRATOR, [/^2 texts are late/]],
  [
    'a pause that makes texts late',
    { late: LATE, pauses: [PAUSE] },
    AGENT,
    [/has paused texts \(since 9:30\)/],
  ],
  [
    'a pause without links',
    { pauses: [PAUSE], links: { sms: 'down', email: 'down' } },
    AGENT,
    [/has paused texts/, /^E-mail is not leaving/],
  ],
  ['no link, and late texts', { late: LATE, links: { sms: 'down', email: 'up' } }, AGENT, [/^Texts are not/]],
  [
    'a sender on hold, and its late texts',
    { late: LATE, senders: [HELD] },
    AGENT,
    [/refuses the sender “OACProva”/],
  ],
  ['a sender of others', { senders: [HELD] }, ELSEWHERE, []],
  [
    'the sender of five offices',
    { senders: [1, 2, 3, 4, 5].map((officeId) => ({ ...HELD, officeId, office: `OAC ${officeId}` })) },
    ADMINISTRATOR,
    [/no texts leave from OAC 1, OAC 2, OAC 3,? and 2 more offices\./],
  ],
];
for (const [what, trouble, person, expected] of NOTICES) {
  const offices = person.offices.map(({ id }) => id).join() || 'all';
  test(`of ${what}, ${person.role} of ${offices} is told ${expected.length} thing(s)`, (t) => {
    const templates = createTemplates({ root: 'views', cache: true });
    const reader = { templates, locale: 'en' as const, zone: 'Europe/Madrid', now: TUESDAY };
    const notices = presentNotices(reader, { ...CALM, ...trouble }, person);
    t.is(notices.length, expected.length);
    for (const [index, pattern] of expected.entries()) t.regex(notices[index]?.text ?? '', pattern);
  });
}
