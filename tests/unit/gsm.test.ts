import test from 'ava';
import { decodeGsm } from '../../appliance/simulators/gsm-decoder.ts';
import { charactersOutsideGsm } from '../../server/kernel/sms-text/encode.ts';
import { normaliseText } from '../../server/kernel/sms-text/normalise.ts';
import { gsmCodes } from '../../server/kernel/sms-text/tables.ts';

const FREE = 'àèéòùÉÜüÇñÑ¿¡ìäöÄÖÅåßÆæØø@£$¥§';
const TWICE = '€[]{}\\~^|';
const OUTSIDE = 'çíïóúáÀÈÍÏÒÓÚÁ·ªº';

function encode(text: string): Buffer {
  return Buffer.from(Array.from(text).flatMap((char) => gsmCodes(char) ?? [0xff]));
}

test('every code of the basic table is the one that an independent table gives', (t) => {
  for (let code = 0; code < 128; code += 1) {
    if (code === 0x1b) continue;
    const char = decodeGsm(Buffer.from([code]));
    t.deepEqual(gsmCodes(char), [code], `0x${code.toString(16)} ${char}`);
  }
});

for (const char of FREE) {
  test(`${char} takes one septet`, (t) => {
    t.is(encode(char).length, 1);
    t.is(decodeGsm(encode(char)), char);
  });
}

for (const char of TWICE) {
  test(`${char} takes two septets`, (t) => {
    t.is(encode(char).length, 2);
    t.is(decodeGsm(encode(char)), char);
  });
}

for (const char of OUTSIDE) {
  test(`${char} is outside the alphabet`, (t) => {
    t.is(gsmCodes(char), null);
    t.deepEqual(charactersOutsideGsm(`a${char}b${char}`), [char]);
  });
}

test('Catalan ç is not sent as the capital that has its old place', (t) => {
  t.deepEqual(gsmCodes('Ç'), [0x09]);
  t.is(gsmCodes('ç'), null);
});

test('typographic characters become the plain ones, and accents stay', (t) => {
  t.is(normaliseText('d’avui «sí» — més…\u00A0ŀla'), 'd\'avui "sí" - més... l·la');
  t.is(normaliseText('e\u0301s'), 'és');
  t.is(normaliseText('a\r\nb'), 'a\nb');
});
