import test from 'ava';
import smpp, { type PduFields } from 'smpp';
import { keyOfAnswer, keyOfReceipt, normaliseId } from '../../server/adapters/sms-smpp/receipt-ids.ts';
import { readIncoming } from '../../server/adapters/sms-smpp/receipts.ts';

const AT = new Date('2026-11-24T10:00:00Z');
const CONTEXT = { link: 'main', receiptIds: 'same', at: AT } as const;

function incoming(fields: PduFields) {
  return readIncoming(
    new smpp.PDU('deliver_sm', {
      esm_class: 0x04,
      data_coding: 0,
      short_message: Buffer.alloc(0),
      ...fields,
    }),
    CONTEXT,
  );
}

function receipt(fields: PduFields) {
  const read = incoming(fields);
  return 'receipt' in read ? read.receipt : null;
}

const ascii = (text: string) => Buffer.from(text, 'latin1');
const FULL =
  'id:0000012345 sub:001 dlvrd:001 submit date:2611241000 done date:261124100012 stat:DELIVRD err:000 text:Hola';

const CASES = [
  {
    name: 'the full text of appendix B',
    fields: { short_message: ascii(FULL) },
    id: '12345',
    state: 'delivered',
    reason: 'DELIVRD 000',
  },
  {
    name: 'a text without sub and dlvrd',
    fields: {
      short_message: ascii('id:AB-0C submit date:2611241000 done date:2611241000 stat:UNDELIV err:BAD Text:'),
    },
    id: 'ab-0c',
    state: 'failed',
    reason: 'UNDELIV BAD',
  },
  {
    name: 'an expired one',
    fields: { short_message: ascii('id:7 stat:EXPIRED err:027') },
    id: '7',
    state: 'failed',
  },
  {
    name: 'words that are written out',
    fields: { short_message: ascii('id:7 stat:Delivered err:0') },
    id: '7',
    state: 'delivered',
  },
  {
    name: 'an unknown state',
    fields: { short_message: ascii('id:7 stat:UNKNOWN err:0') },
    id: '7',
    state: 'pending',
  },
  {
    name: 'a state that is not final',
    fields: { short_message: ascii('id:7 stat:BUFFRED') },
    id: '7',
    state: 'pending',
  },
  {
    name: 'parameters, which win over the text',
    fields: { receipted_message_id: '00FF', message_state: 5, short_message: ascii('id:9 stat:DELIVRD') },
    id: 'ff',
    state: 'failed',
  },
  {
    name: 'parameters without the receipt bits',
    fields: { esm_class: 0, receipted_message_id: '3', message_state: 2 },
    id: '3',
    state: 'delivered',
    reason: 'state 2',
  },
  {
    name: 'a network error',
    fields: { receipted_message_id: '3', message_state: 8, network_error_code: Buffer.from([3, 0, 27]) },
    id: '3',
    state: 'failed',
    reason: 'state 8 03001b',
  },
  {
    name: 'ASCII labelled as UCS2',
    fields: { data_coding: 8, short_message: ascii(FULL) },
    id: '12345',
    state: 'delivered',
  },
  {
    name: 'true UCS2',
    fields: { data_coding: 8, short_message: Buffer.from(FULL, 'utf16le').swap16() },
    id: '12345',
    state: 'delivered',
  },
  {
    name: 'a text in message_payload',
    fields: { message_payload: ascii(FULL) },
    id: '12345',
    state: 'delivered',
  },
  {
    name: 'a text behind a user data header',
    fields: { esm_class: 0x44, short_message: Buffer.concat([Buffer.from([3, 1, 1, 0]), ascii(FULL)]) },
    id: '12345',
    state: 'delivered',
  },
];

for (const { name, fields, id, state, reason } of CASES) {
  test(`a receipt is read from ${name}`, (t) => {
    const read = receipt(fields);
    t.like(read, { link: 'main', providerKey: id, state, at: AT });
    if (reason) t.is(read?.reason, reason);
  });
}

test('a text of a citizen, an intermediate notice and a receipt about nothing are no receipts', (t) => {
  t.deepEqual(incoming({ esm_class: 0, short_message: ascii('id:7 stat:DELIVRD') }), { dropped: 'text' });
  t.deepEqual(incoming({ esm_class: 0x20, short_message: ascii('id:7 stat:ENROUTE') }), {
    dropped: 'intermediate',
  });
  t.deepEqual(incoming({ short_message: ascii('stat:DELIVRD') }), { dropped: 'unreadable' });
});

test('an echoed reference is enough, and 0 is one', (t) => {
  t.like(receipt({ user_message_reference: 0, message_state: 2 }), { providerId: '', reference: 0 });
  t.is(receipt({ short_message: ascii(FULL) })?.reference, null);
});

for (const [address, ton, recipient] of [
  ['34612345678', 1, '+34612345678'],
  ['+34612345678', 0, '+34612345678'],
  ['0034612345678', 0, '+34612345678'],
  ['34612345678', 0, '+34612345678'],
  ['376312345', 1, '+376312345'],
  // May be national: a plus in front would make it somebody else’s.
  ['612345678', 0, null],
  ['612345678', 2, null],
  ['OAC', 5, null],
  ['', 0, null],
] as const) {
  test(`the source «${address}» of type ${ton} is the recipient ${recipient}`, (t) => {
    const fields = { source_addr: address, source_addr_ton: ton, short_message: ascii(FULL) };
    t.is(receipt(fields)?.recipient, recipient);
  });
}

test('endless ids and reasons are cut to what can be stored', (t) => {
  const read = receipt({ short_message: ascii(`id:${'A'.repeat(150)} stat:${'B'.repeat(90)}`) });
  t.is(read?.providerId.length, 80);
  t.is(read?.reason.length, 60);
});

test('what a gateway says is stored as plain characters, and without what looks like a number', (t) => {
  const read = receipt({ short_message: ascii('id:caf\u00e9\u0001 stat:UNDELIV\u00ff err:+34612345678') });
  t.is(read?.providerId, 'caf~e9~1');
  t.is(read?.providerKey, 'caf~e9~1');
  t.is(read?.reason, 'UNDELIV? +#');
  t.is(keyOfAnswer('CAF\u00c9', 'same'), 'caf~c9');
  for (const rule of ['same', 'hexToDec', 'decToHex'] as const) {
    t.true(keyOfAnswer('f'.repeat(5000), rule).length <= 80, rule);
    t.true(keyOfReceipt('f'.repeat(5000), rule).length <= 80, rule);
  }
});

test('ids compare equal whatever their padding and case', (t) => {
  t.is(normaliseId('0000000000'), '0');
  t.is(normaliseId(' 00aB '), normaliseId('AB'));
});

const LONG = 0x1234567890abcdef1234n;

for (const [rule, answer, reported] of [
  ['same', '0000001234', '1234'],
  ['same', 'AB-12-ff', 'ab-12-FF'],
  ['hexToDec', '7B', '0000000123'],
  ['hexToDec', '0000007b', '123'],
  ['hexToDec', LONG.toString(16), LONG.toString()],
  ['hexToDec', '7B', '7b'],
  ['hexToDec', 'not-a-number', 'NOT-A-NUMBER'],
  ['decToHex', '0000000123', '7B'],
  ['decToHex', LONG.toString(), LONG.toString(16).toUpperCase()],
  ['decToHex', 'not-a-number', 'not-a-number'],
] as const) {
  test(`by «${rule}» the receipt about ${reported} belongs to the answer ${answer}`, (t) => {
    t.is(keyOfReceipt(reported, rule), keyOfAnswer(answer, rule));
  });
}

test('different ids stay different beyond the numbers that JavaScript counts exactly', (t) => {
  t.not(
    keyOfReceipt((2n ** 60n).toString(), 'hexToDec'),
    keyOfReceipt((2n ** 60n + 1n).toString(), 'hexToDec'),
  );
  t.not(keyOfAnswer('1000000000000000', 'hexToDec'), keyOfAnswer('1000000000000001', 'hexToDec'));
});
