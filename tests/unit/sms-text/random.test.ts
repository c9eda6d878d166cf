import test from 'ava';
import { submitBodies, type LongTextMode } from '../../../server/adapters/sms-smpp/segments.ts';
import type { EncodedText } from '../../../server/kernel/carriers.ts';
import { describeText, encodeText, recodeAsUcs2 } from '../../../server/kernel/sms-text/encode.ts';
import { normaliseText } from '../../../server/kernel/sms-text/normalise.ts';
import { splitText } from '../../../server/kernel/sms-text/split.ts';
import { bitsOnAir, read } from './handset.ts';

const ROUNDS = 1500;
const BITS_OF_A_PART = 140 * 8;

/** Numbers from 0 to 1 that are the same in each run (a linear congruence modulo 2^31). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) / 0x800000;
  };
}

const WORDS = {
  gsm: [
    'hola',
    ' ',
    ' ',
    'è',
    '€',
    '[',
    '~',
    'Ñ',
    'Ç',
    "d'",
    '10.30',
    '\n',
    'https://example.cat/v/Ab12?x={1}',
  ],
  shift: ['ç', 'í', 'Ú', 'á'],
  typographic: ['’', '«', '…', '\u00A0', 'ŀl', 'e\u0301', '\u200B', '—', 'x\u0323\u0302'],
  wide: ['😀', '👩‍👩‍👧', '🇦🇩', '·', 'ï', 'ș', 'م', 'ّ', '\u200F', '约', '\uD83D', 'http://exemple.cat/à/ï'],
};

function randomText(random: () => number): string {
  const pool = [
    ...WORDS.gsm,
    ...(random() < 0.6 ? WORDS.shift : []),
    ...(random() < 0.5 ? WORDS.typographic : []),
    ...(random() < 0.4 ? WORDS.wide : []),
  ];
  const length = Math.floor(random() ** 2 * 150);
  return Array.from({ length }, () => pool[Math.floor(random() * pool.length)]).join('');
}

/** Every form of the request, read by the independent decoder, gives the text; no part is longer than the air allows. */
function arrives(encoded: EncodedText, mode: LongTextMode, reference: number): string | null {
  const bodies = submitBodies(encoded, { mode, reference });
  const positions = bodies.flatMap((body) => body.positions);
  if (positions.join() !== [...encoded.parts.keys()].join()) return 'a part is missing';
  if (mode === 'udh' && bodies.some((body) => bitsOnAir(body) > BITS_OF_A_PART)) return 'a part is too long';
  if (bodies.some((body) => body.shortMessage.length > 254)) return 'longer than SMPP allows';
  return bodies.map(read).join('') === encoded.parts.join('') ? null : 'reads otherwise';
}

test('any text arrives as it was normalised, in whole characters, and the same each time', (t) => {
  const random = seeded(20261123);
  const seen = { gsm: 0, 'gsm-es': 0, ucs2: 0, long: 0, refused: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    const text = randomText(random);
    const spanishShift = random() < 0.5;
    const { segments } = describeText(text, { spanishShift });
    if (segments > 8) {
      seen.refused += 1;
      t.throws(() => encodeText(text, { spanishShift }), { instanceOf: RangeError });
      continue;
    }
    const encoded = encodeText(text, { spanishShift });
    seen[encoded.alphabet] += 1;
    if (segments > 1) seen.long += 1;
    const about = JSON.stringify({ round, text });
    t.is(encoded.parts.length, segments, about);
    t.deepEqual(encodeText(text, { spanishShift }), encoded, about);
    t.is(encoded.parts.join(''), normaliseText(text), about);
    t.is(normaliseText(normaliseText(text)), normaliseText(text), about);
    t.notRegex(encoded.parts.join('\n'), /\p{Surrogate}/u, about);
    for (const mode of ['udh', 'sar', 'payload'] as const) t.is(arrives(encoded, mode, round), null, about);
    t.is(
      splitText(encoded.parts.join(''), 'ucs2').length > 8
        ? null
        : arrives(recodeAsUcs2(encoded.parts), 'udh', 1),
      null,
    );
  }
  for (const [kind, times] of Object.entries(seen)) t.true(times > 20, `${kind} only ${times} times`);
});

test('no part could have taken the character or the address that begins the next one', (t) => {
  const random = seeded(7);
  const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
  for (let round = 0; round < 300; round += 1) {
    const text = normaliseText(randomText(random));
    const parts = splitText(text, 'ucs2');
    for (const [index, part] of parts.slice(0, -1).entries()) {
      const rest = parts.slice(index + 1).join('');
      const [link] = /^https?:\/\/\S+/.exec(rest) ?? [];
      const [first] = graphemes.segment(rest);
      const next = link && link.length <= 67 ? link : (first?.segment ?? '');
      t.true(part.length + next.length > 67, JSON.stringify({ part, next }));
    }
  }
});
