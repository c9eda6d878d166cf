import test from 'ava';
import { decodeBody } from '../../appliance/simulators/gsm-decoder.ts';
import { splitMessage, type SmsPart } from '../../server/adapters/sms-smpp/segments.ts';

const LINK = 'https://cita.example.cat/v/AbCdEf123456';

/** The text of each part, read as a handset would. */
function texts(parts: SmsPart[]): string[] {
  return parts.map(({ payload, esmClass, dataCoding }) =>
    decodeBody(esmClass ? payload.subarray(6) : payload, dataCoding),
  );
}

const COUNTS = [
  { text: '', coding: 0, parts: 1 },
  { text: 'a'.repeat(160), coding: 0, parts: 1 },
  { text: 'a'.repeat(161), coding: 0, parts: 2 },
  { text: 'a'.repeat(306), coding: 0, parts: 2 },
  { text: 'a'.repeat(307), coding: 0, parts: 3 },
  { text: '€'.repeat(80), coding: 0, parts: 1 },
  { text: '€'.repeat(81), coding: 0, parts: 2 },
  { text: 'ç'.repeat(70), coding: 8, parts: 1 },
  { text: 'ç'.repeat(71), coding: 8, parts: 2 },
  { text: 'ç'.repeat(134), coding: 8, parts: 2 },
  { text: 'ç'.repeat(135), coding: 8, parts: 3 },
  { text: '😀'.repeat(35), coding: 8, parts: 1 },
  { text: '😀'.repeat(36), coding: 8, parts: 2 },
  {
    text: 'Codi per entrar a la videocita: 482913. Caduca en 10 minuts. No el compartiu amb altres persones.',
    coding: 0,
    parts: 1,
  },
  {
    text: "PIN: 482913, el vostre codi d'accés. Caduca d'aquí a 10 minuts. No el doneu a ningú.",
    coding: 8,
    parts: 2,
  },
];

for (const { text, coding, parts } of COUNTS) {
  test(`«${text.slice(0, 12)}…» of ${text.length} units goes as ${parts} parts with data_coding ${coding}`, (t) => {
    const split = splitMessage(text, 7);
    t.is(split.length, parts);
    t.true(split.every((part) => part.dataCoding === coding));
    t.true(split.every((part) => part.payload.length <= (coding === 0 && !part.esmClass ? 160 : 159)));
    t.is(texts(split).join(''), text);
  });
}

test('one letter outside GSM makes a reminder three segments', (t) => {
  const base = `Recordatori: la vostra videocita és avui a les 10.30 h. Accediu-hi des de ${LINK}`;
  t.is(splitMessage(`${base} (no cal baixar res)`, 1).length, 1);
  t.is(splitMessage(`${base} (no cal instal·lar res)`, 1).length, 3);
});

test('parts carry the concatenation header with reference, total and number', (t) => {
  const parts = splitMessage('a'.repeat(400), 0x1234);
  t.deepEqual(
    parts.map((part) => part.payload.subarray(0, 6).toString('hex')),
    ['050003340301', '050003340302', '050003340303'],
  );
  t.true(parts.every((part) => part.esmClass === 0x40));
});

test('a web address is never torn when it fits one part', (t) => {
  for (let before = 0; before < 330; before += 1) {
    const parts = texts(splitMessage(`${'a'.repeat(before)} ${LINK} ${'b'.repeat(60)}`, 1));
    t.true(
      parts.some((part) => part.includes(LINK)),
      `after ${before} characters: ${parts.join(' | ')}`,
    );
    t.is(parts.join(''), `${'a'.repeat(before)} ${LINK} ${'b'.repeat(60)}`);
  }
});

test('a web address longer than a part is split rather than lost', (t) => {
  const text = `a https://example.cat/${'x'.repeat(200)}`;
  const parts = texts(splitMessage(text, 1));
  t.is(parts.join(''), text);
});

test('neither an escape pair nor a surrogate pair is torn', (t) => {
  for (let before = 0; before < 10; before += 1) {
    for (const text of [
      `${'a'.repeat(before)}${'€'.repeat(200)}`,
      `${'ç'.repeat(before)}${'😀'.repeat(100)}`,
    ]) {
      const parts = texts(splitMessage(text, 1));
      t.is(parts.join(''), text);
      t.notRegex(parts.join(''), /\uFFFD/);
      t.true(parts.every((part) => !/\p{Surrogate}/u.test(part)));
    }
  }
});

test('a text of more than eight parts is refused', (t) => {
  t.is(splitMessage('a'.repeat(153 * 8), 1).length, 8);
  t.throws(() => splitMessage('a'.repeat(153 * 8 + 1), 1), { instanceOf: RangeError });
});
