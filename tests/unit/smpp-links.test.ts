import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { loadSettings, SettingsError } from '../../server/config/settings.ts';
import { readLinks } from '../../server/config/smpp-links.ts';
import { smppLinks } from '../../server/config/smpp.ts';
import { makeCertificates } from '../adapters/certificates.ts';

const { ca } = makeCertificates('smpp.operador.test');

const LEAST = { name: 'a', host: 'smpp.operador.example', systemId: 'dept', password: 'hunter2' };

const OTHERS: Record<string, string> = {
  PUBLIC_URL: 'http://cita.exemple.cat/',
  DEPARTMENT_NAME: 'Departament de Prova',
  DATABASE_URL: 'mariadb://app:dbpassword@db:3306/videoatencio',
  APP_KEY: 'ab'.repeat(32),
  JITSI_APP_SECRET: 'jitsi-secret-of-24-chars',
  VIDEO_CONTROL_URL: 'http://127.0.0.1:5280/videoatencio',
  VIDEO_CONTROL_SECRET: 'control-secret-of-24-chr',
  SMPP_SOURCE_ADDRESS: 'OACProva',
  SMTP_URL: 'smtp://user:mailpassword@mail.exemple.cat:587',
  MAIL_FROM: 'cita@exemple.cat',
};
const SIMPLE = { SMPP_HOST: 'smpp.operador.example', SMPP_SYSTEM_ID: 'dept', SMPP_PASSWORD: 'hunter2' };

function problemsOf(t: ExecutionContext, env: Record<string, string>): string[] {
  const error = t.throws(() => loadSettings({ ...OTHERS, ...env }), { instanceOf: SettingsError });
  t.notRegex(error?.message ?? '', /hunter/);
  return error?.problems ?? [];
}

/** What is wrong with one link, by its path. */
function problemsWith(fields: object): Record<string, string> {
  const { problems } = readLinks(JSON.stringify([{ ...LEAST, ...fields }]));
  return Object.fromEntries(problems.map(({ path, problem }) => [path, problem]));
}

function file(t: ExecutionContext, content: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'va-links-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'content');
  writeFileSync(path, content);
  return path;
}

test('the simple settings are one link called main', (t) => {
  const links = smppLinks(
    loadSettings({ ...OTHERS, ...SIMPLE, SMPP_WINDOW: '3', SMPP_RATE_PER_SECOND: '2.5' }),
  );
  t.is(links.length, 1);
  t.like(links[0], {
    name: 'main',
    provider: 'main',
    host: 'smpp.operador.example',
    port: 2775,
    tls: false,
    bind: 'transceiver',
    window: 3,
    ratePerSecond: 2.5,
    answerSeconds: 30,
  });
});

test('a link needs a name, a host and credentials; the rest has defaults', (t) => {
  const [link] = smppLinks(loadSettings({ ...OTHERS, SMPP_LINKS: JSON.stringify([LEAST]) }));
  t.deepEqual(link, {
    ...LEAST,
    provider: 'a',
    port: 2775,
    tls: false,
    bind: 'transceiver',
    systemType: '',
    priority: 0,
    window: 10,
    ratePerSecond: null,
    answerSeconds: 30,
    enquireSeconds: 30,
    longText: 'udh',
    spanishShift: false,
    receiptIds: 'same',
    validity: 'absolute',
    shortCodeTon: 3,
    serviceType: '',
    replaceIfPresent: false,
    statuses: {},
  });
});

test('several links replace the simple settings, which are then not needed', (t) => {
  const two = JSON.stringify([LEAST, { ...LEAST, name: 'b', provider: 'operador-b', priority: 1 }]);
  t.deepEqual(
    smppLinks(loadSettings({ ...OTHERS, ...SIMPLE, SMPP_LINKS: two })).map(({ name, provider }) => [
      name,
      provider,
    ]),
    [
      ['a', 'a'],
      ['b', 'operador-b'],
    ],
  );
  t.is(smppLinks(loadSettings({ ...OTHERS, SMPP_LINKS: two })).length, 2);
});

test('the links may be in a file', (t) => {
  const env = { ...OTHERS, SMPP_LINKS_FILE: file(t, JSON.stringify([LEAST])) };
  t.is(smppLinks(loadSettings(env))[0]?.name, 'a');
});

test('without links the simple settings are needed', (t) => {
  t.deepEqual(
    problemsOf(t, {}).map((line) => line.split(':')[0]),
    ['SMPP_HOST', 'SMPP_SYSTEM_ID', 'SMPP_PASSWORD'],
  );
});

test('all that is wrong is said at once, with its place and without its value', (t) => {
  const links = [
    { ...LEAST, password: 'hunter'.repeat(20), port: 'hunter', colour: 'hunter' },
    {
      name: 'b',
      host: 'hunter',
      systemId: 'hunter2 hunter2 hunter2',
      password: 'hunter2',
      tls: { pin: 'hunter' },
    },
    7,
    { ...LEAST, window: 51, ratePerSecond: 0, bind: 'hunter', statuses: { '0x45': 'hunter' } },
  ];
  const problems = problemsOf(t, { SMPP_LINKS: JSON.stringify(links), PORT: '0' });
  const paths = problems.map((line) => line.split(': ')[0]);
  const expected = [
    'PORT',
    'SMPP_LINKS[0]',
    'SMPP_LINKS[0].password',
    'SMPP_LINKS[0].port',
    'SMPP_LINKS[1].systemId',
    'SMPP_LINKS[1].tls.pin',
    'SMPP_LINKS[2]',
    'SMPP_LINKS[3].bind',
    'SMPP_LINKS[3].name',
    'SMPP_LINKS[3].ratePerSecond',
    'SMPP_LINKS[3].statuses.0x45',
    'SMPP_LINKS[3].window',
  ];
  t.deepEqual(
    paths.toSorted((a = '', b = '') => (a < b ? -1 : 1)),
    expected,
  );
  t.true(problems.includes('SMPP_LINKS[3].window: must be a whole number from 1 to 50.'));
  t.true(problems.includes('SMPP_LINKS[0]: has keys that nobody knows: colour.'));
  t.true(problems.includes('SMPP_LINKS[3].name: is the same as that of [0].'));
});

for (const text of ['hunter2', '{}', '[]', '[{"password":"hunter2"', 'null']) {
  test(`«${text.slice(0, 8)}…» is no list of links, and is not printed`, (t) => {
    const problems = problemsOf(t, { SMPP_LINKS: text });
    t.is(problems.length, 1);
    t.regex(problems[0] ?? '', /^SMPP_LINKS: must be a JSON array with at least one link\. .+Example: /);
  });
}

test('what is missing is told as missing', (t) => {
  t.deepEqual(readLinks('[{}]').problems, [
    { path: '[0].name', problem: 'is missing' },
    { path: '[0].host', problem: 'is missing' },
    { path: '[0].systemId', problem: 'is missing' },
    { path: '[0].password', problem: 'is missing' },
  ]);
});

test('a status is a number that is not 0, and its meaning one of ours', (t) => {
  const { links } = readLinks(
    JSON.stringify([{ ...LEAST, statuses: { '0x45': 'reject', '0X00000400': 'sender' } }]),
  );
  t.deepEqual(links[0]?.statuses, { 0x45: 'reject', 0x400: 'sender' });
  const no = 'is no command_status; write it as "0x45"';
  t.deepEqual(problemsWith({ statuses: { '0x0': 'reject' } }), { '[0].statuses.0x0': no });
  t.deepEqual(problemsWith({ statuses: { '69': 'reject' } }), { '[0].statuses.69': no });
});

test('a certificate is given as text or as the path of a file, and must be one', (t) => {
  const read = (tls: object) => readLinks(JSON.stringify([{ ...LEAST, tls }]));
  t.deepEqual(read({ ca: ca.cert }).links[0]?.tls, { ca: ca.cert });
  t.deepEqual(read({ ca: file(t, ca.cert) }).links[0]?.tls, { ca: ca.cert });
  t.deepEqual(Object.keys(problemsWith({ tls: { ca: '/nowhere/ca.pem' } })), ['[0].tls.ca']);
  t.deepEqual(Object.keys(problemsWith({ tls: { ca: file(t, 'hunter2') } })), ['[0].tls.ca']);
  const broken = ca.cert.replace(/\n[^\n-]{30}/, '\nAAAA');
  t.deepEqual(problemsWith({ tls: { ca: broken } }), { '[0].tls.ca': 'holds no readable certificate (PEM)' });
});

test('TLS may be true, false or its details; fingerprints are read as they are printed', (t) => {
  const read = (tls: unknown) => readLinks(JSON.stringify([{ ...LEAST, tls }])).links[0]?.tls;
  t.deepEqual(read(true), {});
  t.is(read(false), false);
  const colons = ca.pin.match(/../g)?.join(':').toLowerCase() ?? '';
  t.deepEqual(read({ pin: `sha256 Fingerprint=${colons}` }), { pin: ca.pin });
  t.deepEqual(problemsWith({ tls: { pins: 'x' } }), { '[0].tls': 'has keys that nobody knows: pins' });
});

test('replacing needs a service type of our own', (t) => {
  t.deepEqual(Object.keys(problemsWith({ replaceIfPresent: true })), ['[0].replaceIfPresent']);
  t.deepEqual(problemsWith({ replaceIfPresent: true, serviceType: 'OAC' }), {});
});

test('checks of a certificate without TLS contradict each other', (t) => {
  const [problem, ...others] = problemsOf(t, { ...SIMPLE, SMPP_TLS_PIN: ca.pin });
  t.regex(problem ?? '', /^SMPP_TLS: is 0 although SMPP_TLS_PIN is given/);
  t.deepEqual(others, []);
  const settings = loadSettings({ ...OTHERS, ...SIMPLE, SMPP_TLS: '1', SMPP_TLS_CA: file(t, ca.cert) });
  t.deepEqual(smppLinks(settings)[0]?.tls, { ca: ca.cert, pin: undefined });
});
