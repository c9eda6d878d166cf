import { once } from 'node:events';
import test from 'ava';
import smpp, { type PduFields } from 'smpp';
import type { Smsc } from '../../appliance/simulators/smsc.ts';
import { ANSWER, DELIVER, pdu, rawGateway, RECEIPT } from './raw-gateway.ts';
import { carrier, linked, linkTo, gateway, place, send, sms, until } from './sms-harness.ts';

const receiptText = (id: string, rest = 'stat:DELIVRD err:000') => Buffer.from(`id:${id} ${rest}`, 'latin1');

/** The status with which the client answers a receipt. */
const deliver = (smsc: Smsc, fields: PduFields, command = 'deliver_sm') =>
  smsc.request(command, { esm_class: 0x04, data_coding: 0, short_message: Buffer.alloc(0), ...fields });

test('receipts arrive from text and from parameters, by either command, with the key of the answer', async (t) => {
  const { smsc, sms: link, receipts } = await linked(t);
  const result = await send(link);
  t.is(result.taken[0]?.providerKey, '1');
  t.is(await smsc.sendReceipt({ messageId: '0000000001', form: 'text' }), 0);
  t.is(await smsc.sendReceipt({ messageId: '0000000001', form: 'tlv', state: 5 }), 0);
  t.is(await smsc.sendReceipt({ messageId: '1', form: 'text', word: 'ACCEPTD' }), 0);
  t.is(await smsc.request('data_sm', { esm_class: 4, message_payload: receiptText('01') }), 0);
  t.deepEqual(
    receipts.map(({ link: name, providerKey, state }) => [name, providerKey, state]),
    [
      ['main', '1', 'delivered'],
      ['main', '1', 'failed'],
      ['main', '1', 'pending'],
      ['main', '1', 'delivered'],
    ],
  );
});

test('a receipt tells the echoed reference and who the text was for, even without an id', async (t) => {
  const { smsc, receipts } = await linked(t);
  const who = { source_addr_ton: 1, source_addr: '34612345678' };
  t.is(await deliver(smsc, { ...who, user_message_reference: 77, message_state: 2 }), 0);
  t.like(receipts[0], { providerId: '', reference: 77, recipient: '+34612345678', state: 'delivered' });
});

for (const [answerIds, receiptStyle, receiptIds] of [
  ['hex', 'padded', 'hexToDec'],
  ['paddedHex', 'decimal', 'hexToDec'],
  ['padded', 'paddedHex', 'decToHex'],
  ['decimal', 'padded', 'same'],
] as const) {
  test(`ids answered as ${answerIds} and reported as ${receiptStyle} are found by ${receiptIds}`, async (t) => {
    const habits = { answerIds, receiptIds: receiptStyle, receipts: true };
    const { sms: link, receipts } = await linked(t, { receiptIds }, {}, { habits });
    const all = new Promise<void>((resolve) => {
      link.onReceipt(async (receipt) => {
        if (receipts.push(receipt) === 20) resolve();
      });
    });
    const keys: (string | undefined)[] = [];
    for (let count = 0; count < 20; count += 1) keys.push((await send(link)).taken[0]?.providerKey);
    await all;
    t.deepEqual(
      receipts.map(({ providerKey }) => providerKey),
      keys,
    );
    t.is(new Set(keys).size, 20);
  });
}

test('a receipt may overtake the answer to its submit, and come again', async (t) => {
  const habits = {
    receipts: true,
    receiptAt: 'beforeAnswer',
    receiptCopies: 3,
    echoReference: true,
  } as const;
  const { smsc, sms: link, receipts } = await linked(t, {}, {}, { habits });
  const three = new Promise<void>((resolve) => {
    link.onReceipt(async (receipt) => {
      if (receipts.push(receipt) === 3) resolve();
    });
  });
  smsc.holdAnswers();
  const sending = send(link, sms({ reference: 5 }));
  await three;
  smsc.releaseAnswers();
  const key = (await sending).taken[0]?.providerKey;
  t.truthy(key);
  t.deepEqual(
    receipts.map(({ providerKey, reference }) => [providerKey, reference]),
    [1, 2, 3].map(() => [key, 40]),
  );
});

test('a receipt that cannot be stored is refused for now, so that it comes again', async (t) => {
  const { smsc, sms: link } = await linked(t);
  link.onReceipt(async () => {
    throw new Error('database away');
  });
  t.is(await smsc.sendReceipt({ messageId: '1' }), 0x64);
  t.is(link.links()[0]?.state, 'up');
});

test('a receipt is refused for now while nobody stores receipts', async (t) => {
  const smsc = await gateway(t);
  const { createSmsCarrier } = await import('../../server/adapters/sms-smpp/carrier.ts');
  const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const link = createSmsCarrier({ links: [linkTo(smsc.port)], logger });
  t.teardown(() => link.stop(1000));
  link.start();
  await until(link, ({ state }) => state === 'up');
  t.is(await smsc.sendReceipt({ messageId: '1' }), 0x64);
});

test('a receipt is confirmed only after it was stored', async (t) => {
  const { smsc, sms: link } = await linked(t);
  const order: string[] = [];
  let stored = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    link.onReceipt(async () => {
      resolve();
      await new Promise<void>((done) => {
        stored = done;
      });
      order.push('stored');
    });
  });
  const answered = smsc.sendReceipt({ messageId: '1' }).then(() => order.push('answered'));
  await arrived;
  t.is(await smsc.request('enquire_link'), 0);
  t.deepEqual(order, []);
  stored();
  await answered;
  t.deepEqual(order, ['stored', 'answered']);
});

test('stop lets a receipt be stored and confirmed before it unbinds', async (t) => {
  const { smsc, sms: link } = await linked(t);
  let stored = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    link.onReceipt(async () => {
      resolve();
      await new Promise<void>((done) => {
        stored = done;
      });
    });
  });
  const answered = smsc.sendReceipt({ messageId: '1' });
  await arrived;
  const stopped = link.stop(10_000);
  stored();
  t.is(await answered, 0);
  await stopped;
});

test('what is no final receipt is confirmed and dropped, and its words are not logged', async (t) => {
  const lines: unknown[] = [];
  const note = (details: object, message: string) => void lines.push(details, message);
  const logger = { info: note, warn: note, error: note };
  const { smsc, receipts } = await linked(t, {}, { logger });
  const citizen = { source_addr_ton: 1, source_addr: '34612345678', short_message: Buffer.from('Gracies') };
  t.is(await deliver(smsc, { esm_class: 0, ...citizen }), 0);
  t.is(await deliver(smsc, { esm_class: 0x20, ...citizen, receipted_message_id: '1', message_state: 1 }), 0);
  t.is(await deliver(smsc, { short_message: Buffer.from('stat:DELIVRD') }), 0);
  t.is(receipts.length, 0);
  const log = JSON.stringify(lines);
  t.regex(log, /"text".*"intermediate".*"unreadable"/);
  t.notRegex(log, /Gracies|612345678/);
});

test('a flood of receipts waits its turn, and what is too much comes again', async (t) => {
  const raw = await rawGateway(t);
  const { sms: link } = carrier(t, { links: [linkTo(raw.port)] });
  let running = 0;
  let most = 0;
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  link.onReceipt(async () => {
    running += 1;
    most = Math.max(most, running);
    await opened;
    running -= 1;
  });
  link.start();
  await until(link, ({ state }) => state === 'up');
  const answers = () => raw.frames.filter(({ command }) => command === (DELIVER | ANSWER) >>> 0);
  const answered = async (count: number) => {
    while (answers().length < count) await once(raw, 'frame');
  };
  raw.write(Buffer.concat(Array.from({ length: 1100 }, (_, index) => pdu(DELIVER, 0, index, RECEIPT))));
  await answered(100);
  t.true(answers().every(({ status, sequence }) => status === 0x64 && sequence >= 1000));
  open();
  await answered(1100);
  t.is(answers().filter(({ status }) => status === 0).length, 1000);
  t.is(most, 100);
});

test('an id without its closing zero does not run into what follows', async (t) => {
  const { smsc, receipts } = await linked(t);
  const tlv = (tag: number, value: Buffer) => {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(tag);
    head.writeUInt16BE(value.length, 2);
    return Buffer.concat([head, value]);
  };
  const body = Buffer.concat([
    new smpp.PDU('deliver_sm', { esm_class: 4, short_message: Buffer.alloc(0) }).toBuffer().subarray(16),
    tlv(0x001e, Buffer.from('0042')),
    tlv(0x0427, Buffer.from([5])),
  ]);
  const header = Buffer.alloc(16);
  header.writeUInt32BE(16 + body.length);
  header.writeUInt32BE(5, 4);
  header.writeUInt32BE(9, 12);
  smsc.sendRaw(Buffer.concat([header, body]));
  t.is(await smsc.request('enquire_link'), 0);
  t.like(receipts[0], { providerId: '0042', providerKey: '42', state: 'failed' });
});

test('a receipt through another link is told apart by the link’s name', async (t) => {
  const a = await gateway(t);
  const b = await gateway(t);
  const { sms: both, receipts } = carrier(t, {
    links: [linkTo(a.port, { name: 'a' }), linkTo(b.port, { name: 'b', receiptIds: 'hexToDec' })],
  });
  both.start();
  await until(both, ({ state }) => state === 'up', 'a');
  await until(both, ({ state }) => state === 'up', 'b');
  (await place(both)).release();
  t.is(await a.sendReceipt({ messageId: '10' }), 0);
  t.is(await b.sendReceipt({ messageId: '16' }), 0);
  t.deepEqual(
    receipts.map(({ link, providerKey }) => [link, providerKey]),
    [
      ['a', '10'],
      ['b', '16'],
    ],
  );
});
