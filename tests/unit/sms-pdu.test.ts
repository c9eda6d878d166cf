import test from 'ava';
import { destinationAddress, sourceAddress } from '../../server/adapters/sms-smpp/address.ts';
import { encodeRequest } from '../../server/adapters/sms-smpp/codec.ts';
import { Frames } from '../../server/adapters/sms-smpp/frames.ts';
import { bodiesToSend, submitFields, type SubmitForm } from '../../server/adapters/sms-smpp/pdu.ts';
import { actionFor, statusReason } from '../../server/adapters/sms-smpp/status.ts';
import { absoluteValidity, relativeValidity } from '../../server/adapters/sms-smpp/validity.ts';
import { verdictOn } from '../../server/adapters/sms-smpp/verdict.ts';
import type { StatusAction } from '../../server/config/smpp-links.ts';
import { partReference } from '../../server/kernel/carriers.ts';
import { sms } from '../adapters/sms-harness.ts';

const FORM: SubmitForm = {
  longText: 'udh',
  validity: 'absolute',
  shortCodeTon: 3,
  serviceType: '',
  replaceIfPresent: false,
};
const NOW = new Date('2026-11-23T18:00:00Z');
const EXPIRES = new Date('2026-11-23T18:05:09.500Z');

test('a submit is on the wire as SMPP 3.4 section 4.4.1 draws it', (t) => {
  const message = sms({ text: 'Ol€', expiresAt: EXPIRES, priority: 1, reference: 0x2007, sender: 'OAC' });
  const [body] = bodiesToSend(message, FORM);
  if (!body) return t.fail();
  const octets = encodeRequest('submit_sm', 7, submitFields(message, body, FORM, NOW));
  const fields = [
    '00', // service_type
    '0500', // alias
    Buffer.from('OAC\0').toString('hex'),
    '0101', // international, E.164
    Buffer.from('34612345678\0').toString('hex'),
    '000001', // esm_class, protocol_id, priority_flag
    '00', // schedule_delivery_time
    Buffer.from('261123180509500+\0').toString('hex'),
    '01000000', // registered_delivery, replace_if_present_flag, data_coding, sm_default_msg_id
    '044f6c1b65', // GSM: O l escape e
    '02040002' + (7 * 8).toString(16).padStart(4, '0'), // user_message_reference
  ].join('');
  const length = (16 + fields.length / 2).toString(16).padStart(8, '0');
  t.is(octets.toString('hex'), `${length}000000040000000000000007${fields}`);
});

test('each part tells its own reference, and the parts that were taken are left out', (t) => {
  const message = sms({ text: 'x'.repeat(400), reference: 12, taken: [1] });
  const bodies = bodiesToSend(message, FORM);
  t.deepEqual(
    bodies.map((body) => submitFields(message, body, FORM, NOW).user_message_reference),
    [partReference(12, 0), partReference(12, 2)],
  );
});

test('a payload that was begun in parts goes on in parts', (t) => {
  const form = { ...FORM, longText: 'payload' } as const;
  const text = 'x'.repeat(400);
  t.is(bodiesToSend(sms({ text }), form).length, 1);
  t.deepEqual(
    bodiesToSend(sms({ text, taken: [0] }), form).map(({ positions }) => positions),
    [[1], [2]],
  );
});

test('service type, replacement and relative validity are as the link says', (t) => {
  const message = sms({ expiresAt: EXPIRES });
  const [body] = bodiesToSend(message, FORM);
  if (!body) return t.fail();
  const form = { ...FORM, serviceType: 'OAC', replaceIfPresent: true, validity: 'relative' } as const;
  t.like(submitFields(message, body, form, NOW), {
    service_type: 'OAC',
    replace_if_present_flag: 1,
    validity_period: '000000000509000R',
  });
});

test('validity is an instant in UTC, or what is left of it', (t) => {
  t.is(absoluteValidity(new Date('2026-01-02T03:04:05.678Z')), '260102030405600+');
  t.is(relativeValidity(new Date('2026-11-25T19:01:02Z'), NOW), '000002010102000R');
  t.is(relativeValidity(NOW, NOW), '000000000001000R');
  t.is(relativeValidity(new Date('2027-11-25T19:01:02Z'), NOW), '000030000000000R');
});

test('senders are aliases, short codes or numbers, each of its type', (t) => {
  t.deepEqual(sourceAddress('OAC-Cita'), { ton: 5, npi: 0, value: 'OAC-Cita' });
  t.deepEqual(sourceAddress('25500'), { ton: 3, npi: 0, value: '25500' });
  t.deepEqual(sourceAddress('25500', 0), { ton: 0, npi: 0, value: '25500' });
  t.deepEqual(sourceAddress('+34600000001'), { ton: 1, npi: 1, value: '34600000001' });
  t.throws(() => sourceAddress('Atenció'), { instanceOf: RangeError });
  t.throws(() => sourceAddress('TooLongAnAlias'), { instanceOf: RangeError });
  t.throws(() => destinationAddress('612 34'), { instanceOf: RangeError });
});

const EXPECTED: [action: StatusAction, statuses: number[]][] = [
  ['throttle', [0x58]],
  ['queue', [0x14]],
  ['later', [0x08, 0x64]],
  ['retry', [0x45, 0xff, 0xfe, 0x400, 0x7777]],
  ['rebind', [0x04]],
  ['sender', [0x0a, 0x48, 0x49]],
  ['reject', [0x0b, 0x50, 0x51, 0x65, 0x66]],
  ['mistake', [0x01, 0x02, 0x03, 0x06, 0x07, 0x43, 0x61, 0x62, 0x63, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4]],
  ['recode', [0x104]],
];

for (const [action, statuses] of EXPECTED) {
  test(`what is known as «${action}» is done about ${statuses.map(statusReason).join(', ')}`, (t) => {
    for (const status of statuses) t.is(actionFor(status, {}), action);
    for (const status of statuses) t.is(actionFor(status, { [status]: 'reject' }), 'reject');
  });
}

test('each action says what it means for the message', (t) => {
  const context = { alphabet: 'gsm', begun: false, pausedMs: 700, gatewayFull: false } as const;
  const on = (action: StatusAction, more = {}) => verdictOn(0x99, action, { ...context, ...more });
  const reason = 'smpp 0x00000099';
  t.deepEqual(on('reject'), { kind: 'rejected', reason });
  t.deepEqual(on('mistake'), { kind: 'rejected', reason });
  t.deepEqual(on('recode'), { kind: 'recode', reason });
  t.deepEqual(on('recode', { begun: true }), { kind: 'rejected', reason });
  t.deepEqual(on('recode', { alphabet: 'ucs2' }), { kind: 'rejected', reason });
  t.deepEqual(on('retry'), { kind: 'retry', reason, blame: 'message', tries: 3 });
  t.deepEqual(on('later'), { kind: 'retry', reason, blame: 'message', afterMs: 30_000 });
  t.deepEqual(on('queue'), { kind: 'retry', reason, blame: 'message', afterMs: 60_000 });
  t.deepEqual(on('queue', { gatewayFull: true }), { kind: 'retry', reason, blame: 'link', afterMs: 700 });
  t.deepEqual(on('throttle'), { kind: 'retry', reason, blame: 'link', afterMs: 700 });
  t.deepEqual(on('sender'), { kind: 'retry', reason, blame: 'sender' });
  t.deepEqual(on('rebind'), { kind: 'retry', reason, blame: 'link' });
});

test('a stream is cut into PDUs wherever its pieces begin and end', (t) => {
  const sizes = [16, 17, 40, 16, 300, 69_000];
  const stream = Buffer.concat(
    sizes.map((size) => {
      const frame = Buffer.alloc(size, 7);
      frame.writeUInt32BE(size);
      return frame;
    }),
  );
  for (const piece of [1, 3, 15, 16, 17, 1000, 100_000]) {
    const frames = new Frames();
    const got: number[] = [];
    for (let at = 0; at < stream.length; at += piece)
      for (const frame of frames.push(stream.subarray(at, at + piece))) got.push(frame.length);
    t.deepEqual(got, sizes, String(piece));
  }
});

test('a length that no PDU can have ends the stream', (t) => {
  for (const length of [0, 1, 4, 15, 70_001, 0xffffffff]) {
    const octets = Buffer.alloc(4);
    octets.writeUInt32BE(length);
    t.throws(() => new Frames().push(octets), { instanceOf: RangeError }, String(length));
  }
});
