import { join } from 'node:path';
import test from 'ava';
import { createTemplates } from '../../server/adapters/templates/index.ts';
import { costOf } from '../../server/features/messages/texts-cost.ts';
import { filledPieces, fillText, paragraphsOf, piecesOf } from '../../server/features/messages/texts-fill.ts';
import { placeholdersFor, TEXT_KINDS } from '../../server/features/messages/texts-placeholders.ts';
import { problemsOf, tidy, warningsOf } from '../../server/features/messages/texts-rules.ts';
import { shippedText } from '../../server/features/messages/texts.ts';
import { LOCALES } from '../../server/kernel/locale.ts';
import type { EditableKind } from '../../server/models/MessageTemplate.ts';
import { CHANNELS } from '../../server/models/OutboxMessage.ts';

const templates = createTemplates({ root: join(import.meta.dirname, '../../views'), cache: true });
const DATA = {
  office: { name: 'OAC de Prova', phone: '972 00 00 00', address: 'Carrer Fictici, 1' },
  department: 'Departament de Prova',
  procedure: 'Tràmit',
  when: 'dimarts 24 de novembre a les 10.30 h',
  shortWhen: 'dt. 24/11, 10.30 h',
  time: '10.30 h',
  linkNotice: 'Rebreu un SMS.',
  link: 'https://cita.exemple.cat/v/AbCdEf_hIjKlMn-pQrStUv',
  pin: '048213',
  pinMinutes: 10,
};

const codesOf = (body: string, kind: EditableKind = 'confirmation') =>
  problemsOf({ subject: null, body }, kind, 'sms').map(({ code }) => code);
const mailCodes = (subject: string, body: string, kind: EditableKind = 'confirmation') =>
  problemsOf({ subject, body }, kind, 'email').map(({ field, code }) => `${field} ${code}`);

test('values take the place of their placeholders, also with blanks around the word', (t) => {
  t.is(fillText('{{office.name}}: PIN {{ pin }}.', DATA), 'OAC de Prova: PIN 048213.');
  t.is(fillText('{{pinMinutes}} minuts', DATA), '10 minuts');
});

test('a value that looks like a placeholder is put in as it is', (t) => {
  const data = { ...DATA, office: { ...DATA.office, name: '{{pin}} $& {{#if x}}' } };
  t.is(fillText('{{office.name}}', data), '{{pin}} $& {{#if x}}');
});

test('nothing is taken from prototypes, and a missing value is not filled with nothing', (t) => {
  t.throws(() => fillText('{{constructor}}', DATA), { message: /Unknown placeholder/ });
  t.throws(() => fillText('{{office.phone}}', { office: { name: 'x' } }), { message: /no value/ });
  t.throws(() => fillText('{{time}}', { ...DATA, time: undefined }), { message: /no text/ });
  const inherited: Record<string, unknown> = Object.create({ time: '10.30 h' });
  t.throws(() => fillText('{{time}}', inherited), { message: /no value/ });
});

test('the pieces of a text are the text', (t) => {
  for (const text of ['', 'a{{pin}}b', '{{pin', 'x}}y{z}{{{link}}}', '{{#each a}}{{/each}}', '{{a b}}{']) {
    t.is(
      piecesOf(text)
        .map((piece) => piece.text)
        .join(''),
      text,
    );
  }
});

/** What people may get wrong with braces -> the problem, the word, its column. */
const SLIPS: [string, string, string, number][] = [
  ['Hola {{nom}}', 'unknown', '{{nom}}', 6],
  ['{{office}}', 'unknown', '{{office}}', 1],
  ['{{constructor}}', 'unknown', '{{constructor}}', 1],
  ['{{office.name}', 'malformed', '{{office.name}', 1],
  ['{office.name}', 'malformed', '{office.name}', 1],
  ['{{{office.name}}}', 'malformed', '{{{office.name}}}', 1],
  ['{{#if pin}}x', 'malformed', '{{#if pin}}', 1],
  ['{{office name}}', 'malformed', '{{office name}}', 1],
  ['{{office.name', 'malformed', '{{office.name', 1],
  ['a }} b', 'malformed', '}}', 3],
];

for (const [body, code, word, column] of SLIPS) {
  test(`«${body}» is refused as ${code}, with the word and its place`, (t) => {
    const [problem, ...more] = problemsOf({ subject: null, body }, 'confirmation', 'sms');
    t.deepEqual(more, []);
    t.like(problem, { field: 'body', code, params: { word, line: 1, column } });
  });
}

test('places are told by line and by letters, not by bytes', (t) => {
  const [problem] = problemsOf({ subject: null, body: 'Primera\n👋 ç {{nom}}' }, 'confirmation', 'sms');
  t.like(problem?.params, { line: 2, column: 5 });
});

test('a text with the link must have it, one with the PIN too', (t) => {
  t.deepEqual(codesOf('Obriu {{link}}', 'link'), []);
  t.deepEqual(codesOf('Obriu', 'link'), ['linkMissing']);
  t.deepEqual(codesOf('El PIN és {{pin}}', 'pin'), []);
  t.deepEqual(codesOf('El PIN és', 'pin'), ['pinMissing']);
});

test('link and PIN stay in their own texts', (t) => {
  for (const kind of TEXT_KINDS.sms) {
    if (kind !== 'pin') t.true(codesOf('{{pin}} {{link}}', kind).includes('pinElsewhere'), kind);
    if (kind !== 'link') t.true(codesOf('{{pin}} {{link}}', kind).includes('linkElsewhere'), kind);
  }
  for (const kind of TEXT_KINDS.email) {
    t.deepEqual(mailCodes('{{pin}}', '{{link}}', kind), ['subject pinElsewhere', 'body linkElsewhere'], kind);
  }
});

test('neither texts nor subjects, which locked screens show, say what somebody comes for', (t) => {
  t.deepEqual(codesOf('{{procedure}}'), ['notHere']);
  t.deepEqual(mailCodes('{{procedure}}', 'x'), ['subject notHere']);
  t.deepEqual(mailCodes('x', '{{procedure}}'), []);
});

test('an empty text, and one of blanks, is refused', (t) => {
  t.deepEqual(codesOf(''), ['empty']);
  t.deepEqual(codesOf(' \n '), ['empty']);
  t.deepEqual(mailCodes('', ''), ['subject empty', 'body empty']);
});

test('controls and marks that turn the writing are refused, line breaks are not', (t) => {
  t.deepEqual(codesOf('Una línia\nUna altra'), []);
  for (const char of ['\0', '\u0007', '\u001B', '\u009F', '\u202E', '\u2066', '\uFEFF', '\uD83D']) {
    t.deepEqual(codesOf(`a${char}b`), ['control'], JSON.stringify(char));
  }
  t.deepEqual(mailCodes('Assumpte\nBcc: algu@exemple.cat', 'x'), ['subject lines']);
});

test('a text that could take more than eight parts is refused, counted with long values and dear letters', (t) => {
  t.deepEqual(codesOf('a'.repeat(8 * 67)), []);
  t.deepEqual(codesOf(`${'a'.repeat(8 * 67 - 119)}{{office.name}}`), ['parts']);
  t.deepEqual(codesOf('a'.repeat(1001)), ['letters']);
  t.deepEqual(mailCodes('a'.repeat(151), 'x'), ['subject letters']);
});

test('many parts, and addresses that look like a fraud, are warned about', (t) => {
  const warned = (body: string, kind: EditableKind, segments: number) =>
    warningsOf({ subject: null, body }, kind, 'sms', segments).map(({ code }) => code);
  t.deepEqual(warned('Obriu {{link}}', 'link', 1), []);
  t.deepEqual(warned('Obriu {{link}}', 'link', 2), ['urgentLong']);
  t.deepEqual(warned('x', 'confirmation', 3), []);
  t.deepEqual(warned('x', 'confirmation', 4), ['long']);
  for (const body of ['http://a.b/c', 'vegeu www.exemple.org', 'exemple.cat/paga', 'bit.ly/x1']) {
    t.deepEqual(warned(body, 'confirmation', 1), ['address'], body);
  }
  t.deepEqual(warned('A les 10.30 h. Truqueu al {{office.phone}}.', 'confirmation', 1), []);
});

test('what is shipped keeps to the rules, in every language', (t) => {
  for (const channel of CHANNELS) {
    for (const kind of TEXT_KINDS[channel]) {
      for (const locale of LOCALES) {
        const text = shippedText({ templates }, { kind, channel, locale });
        t.deepEqual(problemsOf(text, kind, channel), [], `${channel} ${kind} ${locale}`);
        t.deepEqual(warningsOf(text, kind, channel, 1), []);
      }
    }
  }
});

test('every placeholder that is offered can be filled', (t) => {
  for (const channel of CHANNELS) {
    for (const kind of TEXT_KINDS[channel]) {
      const words = [...placeholdersFor(kind, channel, 'subject'), ...placeholdersFor(kind, channel, 'body')];
      for (const word of words) t.truthy(fillText(`{{${word}}}`, DATA), word);
    }
  }
});

test('paragraphs are what stands between blank lines', (t) => {
  t.deepEqual(paragraphsOf('Un\nencara u\n\n  \nDos\n\n'), ['Un\nencara u', 'Dos']);
});

test('what people type is kept with one kind of line break and composed letters', (t) => {
  t.is(tidy('  a\r\nb \rc\u0327  '), 'a\nb\nç');
});

test('the letters that make a text dear are told with their word, where they come from and what would do', (t) => {
  const office = { ...DATA.office, name: 'OAC Atenció' };
  const pieces = filledPieces("{{office.name}}: l'adreça és avui. Adreça!", { ...DATA, office });
  const cost = costOf(pieces, false, 'ca');
  t.is(cost.alphabet, 'ucs2');
  t.deepEqual(
    cost.dear.map(({ char, word, placeholder }) => [char, word, placeholder]),
    [
      ['ó', 'Atenció', 'office.name'],
      ['ç', "l'adreça", null],
      ['ç', 'Adreça', null],
    ],
  );
  t.deepEqual(
    cost.dear.map(({ instead }) => instead),
    [['servei'], ['lloc'], ['lloc']],
  );
  t.is(cost.stretches.map(({ text }) => text).join(''), "OAC Atenció: l'adreça és avui. Adreça!");
  t.deepEqual(
    cost.stretches.filter(({ forcing }) => forcing).map(({ text }) => text),
    ['ó', 'ç', 'ç'],
  );
});

test('typographic signs make nothing dear, as plain ones are sent, and a confirmed Spanish table spares ç and í', (t) => {
  const plain = costOf(filledPieces('L’hora: «10.30»…', DATA), false, 'ca');
  t.deepEqual([plain.alphabet, plain.dear], ['gsm', []]);
  const spanish = costOf(filledPieces('Adreça i línia', DATA), true, 'ca');
  t.deepEqual([spanish.alphabet, spanish.dear], ['gsm-es', []]);
  const dot = costOf(filledPieces('Adreça: instal·lar', DATA), true, 'ca');
  t.deepEqual(
    dot.dear.map(({ char, instead }) => [char, instead]),
    [['·', ['baixar']]],
  );
});

test('a text that was made to be slow is refused at once', (t) => {
  // Walked through from each blank, or counted up to each brace, these would take minutes.
  const blanks = ' '.repeat(400_000);
  t.is(tidy(`x${blanks}y${blanks}\nz \t\n`), `x${blanks}y\nz`);
  const braces = problemsOf({ subject: null, body: '{ '.repeat(200_000) }, 'confirmation', 'sms');
  t.is(braces.filter(({ code }) => code === 'malformed').length, 20);
  t.true(braces.some(({ code }) => code === 'letters'));
});

test('other words are suggested in the language of the text alone', (t) => {
  const suggested = (locale: 'ca' | 'es' | 'en') =>
    costOf(filledPieces('Su código', DATA), false, locale).dear.map(({ instead }) => instead);
  t.deepEqual([suggested('es'), suggested('ca'), suggested('en')], [[['PIN', 'clave']], [[]], [[]]]);
});
