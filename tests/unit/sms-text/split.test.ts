import test from 'ava';
import type { SmsAlphabet } from '../../../server/kernel/carriers.ts';
import { describeText, encodeText, recodeAsUcs2 } from '../../../server/kernel/sms-text/encode.ts';

const LINK = 'https://cita.example.cat/v/AbCdEf123456';

const encode = (text: string, spanishShift = false) => encodeText(text, { spanishShift });
const lengths = (text: string, spanishShift = false) =>
  encode(text, spanishShift).parts.map((part) => part.length);

/** Texts of the kind that we send: what each costs without and with the Spanish table, and as UCS-2. */
const COSTS: [
  what: string,
  chars: number,
  plain: [SmsAlphabet, number],
  shift: [SmsAlphabet, number],
  ucs2: number,
  text: string,
][] = [
  [
    'ca reminder',
    137,
    ['ucs2', 3],
    ['ucs2', 3],
    3,
    `Recordatori: la vostra videocita és avui a les 10.30 h. Accediu-hi des de ${LINK} (no cal instal·lar res)`,
  ],
  [
    'ca reminder without ela geminada',
    133,
    ['gsm', 1],
    ['gsm', 1],
    2,
    `Recordatori: la vostra videocita és avui a les 10.30 h. Accediu-hi des de ${LINK} (no cal baixar res)`,
  ],
  [
    'ca confirmation',
    181,
    ['ucs2', 3],
    ['ucs2', 3],
    3,
    `Oficina d'Atenció: videocita el 24/11. Enllaç per entrar-hi: ${LINK} Si al final no hi podeu venir, anul·leu-la des del mateix lloc o truqueu-nos ara`,
  ],
  [
    'ca PIN',
    81,
    ['ucs2', 2],
    ['gsm-es', 1],
    2,
    "El vostre codi d'accés és 482913. Caduca d'aquí a 10 minuts. No el doneu a ningú.",
  ],
  [
    'ca PIN reworded',
    97,
    ['gsm', 1],
    ['gsm', 1],
    2,
    'Codi per entrar a la videocita: 482913. Caduca en 10 minuts. No el compartiu amb altres persones.',
  ],
  [
    'es confirmation',
    176,
    ['ucs2', 3],
    ['gsm-es', 2],
    3,
    `Oficina de Atención Ciudadana: videocita confirmada para el martes 24 de noviembre a las 10.30 h. Entre desde ${LINK} Si no puede acudir, avise.`,
  ],
  [
    'es PIN',
    78,
    ['ucs2', 2],
    ['gsm-es', 1],
    2,
    'Su código de acceso es 482913. Caduca en 10 minutos. No lo comparta con nadie.',
  ],
  [
    'oc reminder',
    131,
    ['gsm', 1],
    ['gsm', 1],
    2,
    `Rebrembe: era vòsta videocita ei aué a les 10.30 h. Entratz des de ${LINK} (non cau installar ren).`,
  ],
  [
    'oc PIN',
    87,
    ['gsm', 1],
    ['gsm', 1],
    2,
    "Eth vòste còdi d'accès ei 482913. Caduque en 10 minutes. Non lo compartiscatz. Mercés!!",
  ],
  [
    'en reminder',
    120,
    ['gsm', 1],
    ['gsm', 1],
    2,
    `Reminder: your video appointment is today at 10.30. Join at ${LINK} (nothing to install)`,
  ],
];

for (const [what, chars, plain, shift, ucs2, text] of COSTS) {
  test(`${what} of ${chars} characters costs ${plain[1]}, with the Spanish table ${shift[1]}, as UCS-2 ${ucs2}`, (t) => {
    t.is(text.length, chars);
    const costs = [false, true].map((spanishShift) => {
      const { alphabet, parts } = encode(text, spanishShift);
      t.is(parts.join(''), text);
      return [alphabet, parts.length];
    });
    t.deepEqual(costs, [plain, shift]);
    t.is(recodeAsUcs2([text]).parts.length, ucs2);
  });
}

const BOUNDARIES: [SmsAlphabet, char: string, single: number, part: number][] = [
  ['gsm', 'a', 160, 153],
  ['gsm', '€', 80, 76],
  ['gsm-es', 'ç', 77, 74],
  ['ucs2', 'ï', 70, 67],
  ['ucs2', '😀', 35, 33],
];

for (const [alphabet, char, single, part] of BOUNDARIES) {
  test(`${single} times ${char} fit alone, and ${part} into each part`, (t) => {
    const count = (times: number) => {
      const encoded = encode(char.repeat(times), true);
      t.is(encoded.alphabet, alphabet);
      return encoded.parts.length;
    };
    t.deepEqual([count(single), count(single + 1)], [1, 2]);
    for (const parts of [2, 3, 7])
      t.deepEqual([count(part * parts), count(part * parts + 1)], [parts, parts + 1]);
    t.is(count(part * 8), 8);
    t.throws(() => encode(char.repeat(part * 8 + 1), true), { instanceOf: RangeError });
  });
}

test('one letter of the Spanish table leaves room for 155, and 149 in each part', (t) => {
  t.deepEqual(lengths(`ç${'a'.repeat(153)}`, true), [154]);
  t.deepEqual(lengths(`ç${'a'.repeat(154)}`, true), [148, 7]);
  t.deepEqual(lengths(`ç${'a'.repeat(149 * 2 - 2)}`, true), [148, 149]);
});

test('an empty text is one empty part', (t) => {
  t.deepEqual(encode(''), { alphabet: 'gsm', parts: [''] });
});

test('an escape pair at a boundary goes whole into the next part', (t) => {
  t.deepEqual(lengths(`${'a'.repeat(152)}€${'b'.repeat(20)}`), [152, 21]);
  t.deepEqual(lengths(`${'a'.repeat(151)}€${'b'.repeat(20)}`), [152, 20]);
  t.deepEqual(lengths(`${'a'.repeat(148)}ç${'b'.repeat(20)}`, true), [148, 21]);
});

test('a surrogate pair at a boundary goes whole into the next part', (t) => {
  t.deepEqual(lengths(`${'ï'.repeat(66)}😀${'b'.repeat(9)}`), [66, 11]);
  t.deepEqual(lengths(`${'ï'.repeat(65)}😀${'b'.repeat(9)}`), [67, 9]);
});

test('what is read as one character is not torn, unless it is longer than a part', (t) => {
  for (const whole of ['x\u0323\u0302', '👩‍👩‍👧‍👦', '🇦🇩', '👍🏽', 'ث\u0651']) {
    for (let before = 60; before < 67; before += 1) {
      const { parts } = encode(`${'ï'.repeat(before)}${whole}${'b'.repeat(20)}`);
      t.true(
        parts.some((part) => part.includes(whole)),
        `${whole} after ${before}`,
      );
    }
  }
  const endless = `a${'\u0302'.repeat(150)}`;
  t.is(encode(endless).parts.join(''), endless.normalize('NFC'));
  t.is(encode(endless).parts.length, 3);
});

test('a web address is torn nowhere when it fits one part, in any alphabet', (t) => {
  for (const [letter, spanishShift] of [
    ['a', false],
    ['ç', true],
    ['ï', false],
  ] as const) {
    for (let before = 0; before < 170; before += 1) {
      const text = `${letter.repeat(before)} ${LINK} ${'b'.repeat(60)}`;
      const { parts } = encode(text, spanishShift);
      t.true(
        parts.some((part) => part.includes(LINK)),
        `${letter} ${before}: ${parts.join(' | ')}`,
      );
      t.is(parts.join(''), text);
    }
  }
});

test('only the address moves to the next part: the rest is filled up to the last character', (t) => {
  t.deepEqual(lengths(`${'a'.repeat(130)} ${LINK} ${'b'.repeat(200)}`), [131, 153, 87]);
  t.deepEqual(lengths(`${'a'.repeat(113)} ${LINK} ${'b'.repeat(200)}`), [153, 201 - 48, 48]);
});

test('a web address longer than a part is split rather than lost', (t) => {
  const text = `a https://example.cat/${'x'.repeat(200)}`;
  t.deepEqual(lengths(text), [153, text.length - 153]);
  t.is(encode(text).parts.join(''), text);
});

test('a text refused as GSM goes again as UCS-2 with the same characters', (t) => {
  const first = encode(`${"d'aquí ".repeat(30)}${LINK}`, true);
  t.is(first.alphabet, 'gsm-es');
  const again = recodeAsUcs2(first.parts);
  t.is(again.alphabet, 'ucs2');
  t.is(again.parts.join(''), first.parts.join(''));
  t.true(again.parts.every((part) => part.length <= 67));
  t.throws(() => recodeAsUcs2(['a'.repeat(67 * 8 + 1)]), { instanceOf: RangeError });
});

test('the cost of a text is told while one writes it', (t) => {
  const describe = (text: string, spanishShift: boolean) => describeText(text, { spanishShift });
  t.deepEqual(describe('Hola', false), { alphabet: 'gsm', segments: 1, used: 4, left: 156, forcing: [] });
  t.deepEqual(describe('', true), { alphabet: 'gsm', segments: 1, used: 0, left: 160, forcing: [] });
  t.deepEqual(describe('Plaça 3 €', true), {
    alphabet: 'gsm-es',
    segments: 1,
    used: 11,
    left: 144,
    forcing: [],
  });
  t.deepEqual(describe('Plaça, ací', false), {
    alphabet: 'ucs2',
    segments: 1,
    used: 10,
    left: 60,
    forcing: ['ç', 'í'],
  });
  t.deepEqual(describe('Plaça, instal·lar', true).forcing, ['·']);
  t.deepEqual(describe('a'.repeat(161), false), {
    alphabet: 'gsm',
    segments: 2,
    used: 161,
    left: 145,
    forcing: [],
  });
  t.is(describe('a'.repeat(5000), false).segments, 33, 'also beyond what can be sent');
});
