import test from 'ava';
import smpp, { type PduFields } from 'smpp';
import { normaliseId, parseReceipt } from '../../server/adapters/sms-smpp/receipts.ts';

const NOW = new Date('2026-11-24T10:00:00Z');

function receipt(fields: PduFields) {
  return parseReceipt(
    new smpp.PDU('deliver_sm', {
      esm_class: 0x04,
      data_coding: 0,
      short_message: Buffer.alloc(0),
      ...fields,
    }),
    NOW,
  );
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
  },
  {
    name: 'a text without sub and dlvrd',
    fields: {
      short_message: ascii('id:AB-0C submit date:2611241000 done date:2611241000 stat:UNDELIV err:BAD Text:'),
    },
    id: 'ab-0c',
    state: 'failed',
  },
  {
    name: 'an expired one',
    fields: { short_message: ascii('id:7 stat:EXPIRED err:027') },
    id: '7',
    state: 'failed',
  },
  {
    name: 'an unknown state',
    fields: { short_message: ascii('id:7 stat:UNKNOWN err:0') },
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
  },
  {
    name: 'an intermediate notice',
    fields: { esm_class: 0x20, short_message: ascii('id:7 stat:DELIVRD') },
    id: '7',
    state: 'pending',
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
];

for (const { name, fields, id, state } of CASES) {
  test(`a receipt is read from ${name}`, (t) => {
    t.like(receipt(fields), { providerId: id, state, at: NOW });
  });
}

test('a text of a citizen and a receipt without id are no receipts', (t) => {
  t.is(receipt({ esm_class: 0, short_message: ascii('id:7 stat:DELIVRD') }), null);
  t.is(receipt({ short_message: ascii('stat:DELIVRD') }), null);
});

test('ids compare equal whatever their padding and case', (t) => {
  t.is(normaliseId('0000000000'), '0');
  t.is(normaliseId(' 00aB '), normaliseId('AB'));
});
