import test from 'ava';
import { submitBodies, submitBody } from '../../server/adapters/sms-smpp/segments.ts';
import type { EncodedText } from '../../server/kernel/carriers.ts';

const TWO: EncodedText = { alphabet: 'gsm', parts: ['ab€', 'cd'] };
const TWO_ES: EncodedText = { alphabet: 'gsm-es', parts: ['aç', 'í'] };
const TWO_WIDE: EncodedText = { alphabet: 'ucs2', parts: ['aï', '😀'] };
const hex = (bytes: Buffer | undefined) => bytes?.toString('hex');

test('a text of one part is the same in each form', (t) => {
  for (const mode of ['udh', 'sar', 'payload'] as const) {
    t.deepEqual(submitBodies({ alphabet: 'gsm', parts: ['a@'] }, { mode, reference: 5 }), [
      { positions: [0], esmClass: 0, dataCoding: 0, shortMessage: Buffer.from([0x61, 0x00]) },
    ]);
    t.deepEqual(submitBodies({ alphabet: 'ucs2', parts: ['aï'] }, { mode, reference: 5 }), [
      { positions: [0], esmClass: 0, dataCoding: 8, shortMessage: Buffer.from([0, 0x61, 0, 0xef]) },
    ]);
    t.deepEqual(submitBodies({ alphabet: 'gsm-es', parts: ['ç'] }, { mode, reference: 5 }), [
      {
        positions: [0],
        esmClass: 0x40,
        dataCoding: 0,
        shortMessage: Buffer.from([3, 0x24, 1, 2, 0x1b, 0x09]),
      },
    ]);
  }
});

test('a header carries the low octet of the reference, the total and the number', (t) => {
  const bodies = submitBodies(TWO, { mode: 'udh', reference: 0x1234 });
  t.deepEqual(
    bodies.map((body) => hex(body.shortMessage)),
    ['05000334020161621b65', '0500033402026364'],
  );
  t.deepEqual(
    bodies.map(({ esmClass, dataCoding, positions }) => [esmClass, dataCoding, positions]),
    [
      [0x40, 0, [0]],
      [0x40, 0, [1]],
    ],
  );
});

test('the header of every part asks for the Spanish table, behind the concatenation', (t) => {
  t.deepEqual(
    submitBodies(TWO_ES, { mode: 'udh', reference: 7 }).map((body) => hex(body.shortMessage)),
    ['080003070201240102611b09', '0800030702022401021b69'],
  );
});

test('UCS-2 goes with the high octet first and says so', (t) => {
  t.deepEqual(
    submitBodies(TWO_WIDE, { mode: 'udh', reference: 7 }).map((body) => [
      hex(body.shortMessage),
      body.dataCoding,
    ]),
    [
      ['050003070201006100ef', 8],
      ['050003070202d83dde00', 8],
    ],
  );
});

test('sar_* stand for the header of the concatenation, with 16 bits of the reference', (t) => {
  t.deepEqual(submitBodies(TWO, { mode: 'sar', reference: 0x51234 }), [
    {
      positions: [0],
      esmClass: 0,
      dataCoding: 0,
      shortMessage: Buffer.from('61621b65', 'hex'),
      sar: { reference: 0x1234, total: 2, number: 1 },
    },
    {
      positions: [1],
      esmClass: 0,
      dataCoding: 0,
      shortMessage: Buffer.from('6364', 'hex'),
      sar: { reference: 0x1234, total: 2, number: 2 },
    },
  ]);
  const [spanish] = submitBodies(TWO_ES, { mode: 'sar', reference: 1 });
  t.is(spanish?.esmClass, 0x40);
  t.is(hex(spanish?.shortMessage), '03240102611b09');
});

test('message_payload carries all parts in one request', (t) => {
  t.deepEqual(submitBodies(TWO, { mode: 'payload', reference: 1 }), [
    {
      positions: [0, 1],
      esmClass: 0,
      dataCoding: 0,
      shortMessage: Buffer.alloc(0),
      payload: Buffer.from('61621b656364', 'hex'),
    },
  ]);
  const [spanish] = submitBodies(TWO_ES, { mode: 'payload', reference: 1 });
  t.is(spanish?.esmClass, 0x40);
  t.is(hex(spanish?.payload), '03240102611b091b69');
});

test('one part alone is the same as among all, so a retry repeats it exactly', (t) => {
  for (const text of [TWO, TWO_ES, TWO_WIDE]) {
    for (const mode of ['udh', 'sar'] as const) {
      t.deepEqual(submitBody(text, 1, { mode, reference: 9 }), submitBodies(text, { mode, reference: 9 })[1]);
    }
  }
});
