import test from 'ava';
import { decodeGsm } from '../../../appliance/simulators/gsm-decoder.ts';
import { submitBodies } from '../../../server/adapters/sms-smpp/segments.ts';
import type { SmsAlphabet } from '../../../server/kernel/carriers.ts';
import { charactersOutsideGsm, describeText, encodeText } from '../../../server/kernel/sms-text/encode.ts';
import { gsmCodes, octetsOf } from '../../../server/kernel/sms-text/tables.ts';
import { read } from './handset.ts';

interface Letters {
  /** One septet each. */
  free?: string;
  /** Two septets each. */
  twice?: string;
  /** Two septets each where the Spanish table may be used, UCS-2 elsewhere. */
  shift?: string;
  /** UCS-2 everywhere. */
  never?: string;
}

const ASCII: Letters = {
  free: ' !"#$%&\'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz',
  twice: '[]{}\\^|~',
};

/** Each letter of the alphabets, besides ASCII, as the keyboards of these languages have them. */
const LANGUAGES: Record<string, Letters> = {
  'every language, in ASCII': ASCII,
  Catalan: { free: 'àèéòüÉÜÇ', shift: 'íóúçÍÓÚ', never: 'ï·ÀÈÏÒ' },
  Spanish: { free: 'éüñÉÜÑ¿¡', shift: 'áíóúÁÍÓÚ', never: 'ªº' },
  'Aranese and Occitan': { free: 'àèéòüÉÜÇ', shift: 'áíóúçÁÍÓÚ', never: 'ï·ÀÈÏÒ' },
  English: { free: '£éà', twice: '€', never: 'ïô' },
  French: { free: 'àæèéùüÆÉÜÇ', shift: 'ç', never: 'âêëîïôœûÿÀÂÈÊËÎÏÔŒÙÛŸ' },
  Portuguese: { free: 'àéÉÇ', shift: 'áçíóúÁÍÓÚ', never: 'âãêôõÀÂÃÊÔÕªº' },
  Galician: { free: 'éñüÉÑÜ', shift: 'áíóúÁÍÓÚ', never: 'ïÏ' },
  Basque: { free: 'ñÑüÇ', shift: 'ç' },
  Italian: { free: 'àèéìòùÉ', shift: 'óíúÓÍÚ', never: 'îÀÈÌÒÙ' },
  Romanian: { never: 'ăâîșțĂÂÎȘȚ' },
  German: { free: 'äöüßÄÖÜ', never: 'ẞ' },
  'Scandinavian languages': { free: 'åæøÅÆØäöÄÖ', never: 'ðþ' },
  Polish: { shift: 'óÓ', never: 'ąćęłńśźżĄĆĘŁŃŚŹŻ' },
  Greek: { free: 'ΓΔΘΛΞΠΣΦΨΩ', never: 'αβγδΑΒΕ' },
  Ukrainian: { never: 'абвґєіїьюяЄІЇ' },
  Arabic: { never: 'ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئىة؟،' },
  'Amazigh (Tifinagh)': { never: 'ⴰⴱⴳⴷⴹⴻⴼ' },
  Urdu: { never: 'ٹپچڈڑژکگںھہی' },
  Chinese: { never: '预约视频您好' },
  'signs of offices': { free: '%&@§¥¤+', twice: '€', never: '©®™°½←→✓😀' },
};

interface Expected {
  plain: SmsAlphabet;
  withShift: SmsAlphabet;
  units: number;
}

function expectedOf(kind: keyof Letters, char: string): Expected {
  if (kind === 'free') return { plain: 'gsm', withShift: 'gsm', units: 1 };
  if (kind === 'twice') return { plain: 'gsm', withShift: 'gsm', units: 2 };
  return { plain: 'ucs2', withShift: kind === 'shift' ? 'gsm-es' : 'ucs2', units: char.length };
}

for (const [language, letters] of Object.entries(LANGUAGES)) {
  for (const kind of ['free', 'twice', 'shift', 'never'] as const) {
    const chars = Array.from(letters[kind] ?? '');
    if (chars.length === 0) continue;
    test(`${language}: ${chars.length} letters are of the kind ${kind}, and arrive`, (t) => {
      for (const char of chars) {
        const expected = expectedOf(kind, char);
        for (const spanishShift of [false, true]) {
          const encoded = encodeText(char, { spanishShift });
          const alphabet = spanishShift ? expected.withShift : expected.plain;
          t.deepEqual(encoded, { alphabet, parts: [char] }, char);
          const used = alphabet === 'gsm-es' ? 2 : expected.units;
          t.is(describeText(char, { spanishShift }).used, used, char);
          const [body] = submitBodies(encoded, { mode: 'udh', reference: 1 });
          t.is(body && read(body), char);
        }
        t.deepEqual(charactersOutsideGsm(`a${char}b${char}`), expected.plain === 'gsm' ? [] : [char]);
      }
    });
  }
}

test('every code of both tables is the one that an independent table gives', (t) => {
  for (const [alphabet, spanish] of [
    ['gsm', false],
    ['gsm-es', true],
  ] as const) {
    let known = 0;
    for (let code = 0; code < 256; code += 1) {
      for (const codes of code === 0x1b ? [] : [[code], [0x1b, code]]) {
        const char = decodeGsm(Buffer.from(codes), spanish);
        if (char === '\uFFFD') continue;
        known += 1;
        t.deepEqual(gsmCodes(char, alphabet), codes, `${alphabet} ${codes.join(' ')} ${char}`);
      }
    }
    t.is(known, spanish ? 127 + 10 + 9 : 127 + 10);
  }
});

test('Catalan ç is not sent as the capital that has its old place', (t) => {
  t.deepEqual(gsmCodes('Ç'), [0x09]);
  t.is(gsmCodes('ç'), null);
  t.deepEqual(gsmCodes('ç', 'gsm-es'), [0x1b, 0x09]);
});

test('a letter that the alphabet lacks is never guessed', (t) => {
  t.throws(() => octetsOf('plaça', 'gsm'), { instanceOf: RangeError, message: /U\+e7/ });
});
