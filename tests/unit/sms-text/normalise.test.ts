import test from 'ava';
import { normaliseText } from '../../../server/kernel/sms-text/normalise.ts';
import { encodeText } from '../../../server/kernel/sms-text/encode.ts';

const CHANGES: [why: string, from: string, to: string][] = [
  ['apostrophes', 'd’avui d‘avui d`avui d´avui 5′', "d'avui d'avui d'avui d'avui 5'"],
  ['quotation marks', '«a» “b” „c‟ ‹d› e″', '"a" "b" "c" "d" e"'],
  ['dashes', 'a–b—c―d‐e‑f−g‒h', 'a-b-c-d-e-f-g-h'],
  ['dots', 'més… • un', 'més... - un'],
  ['spaces', 'a\u00A0b\u202Fc\u2009d\u3000e\tf', 'a b c d e f'],
  ['ends of line', 'a\r\nb\rc\u2028d', 'a\nb\nc\nd'],
  ['invisible characters', 'a\u200Bb\u00ADc\uFEFFd\u2060e\u0000f\u0007g', 'abcdefg'],
  ['marks of direction in a text without any', 'a\u200Eb\u202Ac\u202C', 'abc'],
  ['split accents', 'e\u0301s fa c\u0327a', 'és fa ça'],
  ['accents behind something invisible', 'e\u200B\u0301', 'é'],
  ['ligatures', 'o\uFB01cina \uFB02or', 'oficina flor'],
  [
    'the Catalan ela geminada',
    'instaŀlar COL•LEGI al‧leluia pel⋅lícula',
    'instal·lar COL·LEGI al·leluia pel·lícula',
  ],
  ['half a surrogate pair', 'a\uD83Db', 'a\uFFFDb'],
];

for (const [what, from, to] of CHANGES) {
  test(`${what} become plain, once and for all`, (t) => {
    t.is(normaliseText(from), to);
    t.is(normaliseText(to), to);
  });
}

const KEPT = ['l·l', 'àèéíïòóúüçÀÈÉÍÏÒÓÚÜÇ', 'ªº', 'ș', 'موعدك \u200E10:30\u200F', '👩‍⚖️', 'a\nb'];

for (const text of KEPT) {
  test(`«${text.replace('\n', '\\n')}» stays as it is`, (t) => {
    t.is(normaliseText(text), text);
  });
}

test('a text is normalised before its alphabet is chosen', (t) => {
  t.deepEqual(encodeText('L’enllaç — «ací»…', { spanishShift: true }), {
    alphabet: 'gsm-es',
    parts: ['L\'enllaç - "ací"...'],
  });
  t.is(encodeText('D’acord — «sí»…'.replace('í', 'i'), { spanishShift: false }).alphabet, 'gsm');
});
