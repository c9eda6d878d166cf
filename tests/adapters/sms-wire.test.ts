import { once } from 'node:events';
import { Socket } from 'node:net';
import test from 'ava';
import {
  ANSWER,
  BIND_TRANSCEIVER,
  DELIVER,
  ENQUIRE,
  NACK,
  pdu,
  polite,
  RECEIPT,
  rawGateway,
  SUBMIT,
  UNBIND,
} from './raw-gateway.ts';
import { carrier, linkTo, place, QUICK, send, sms, until } from './sms-harness.ts';

async function bound(t: Parameters<typeof rawGateway>[0], fields = {}, times = QUICK) {
  const gateway = await rawGateway(t);
  const made = carrier(t, { links: [linkTo(gateway.port, fields)], times });
  made.sms.start();
  await until(made.sms, ({ state }) => state === 'up');
  return { gateway, ...made };
}

/** What leaves no doubt that nobody knows any more where a PDU begins. */
const DESYNCHRONISED: [name: string, octets: Buffer][] = [
  ['a length of two gigabytes', Buffer.from('7fffffff00000005', 'hex')],
  ['a length of nothing', Buffer.from('00000000000000150000000000000001', 'hex')],
  ['a length within the length itself', Buffer.from('00000002000000150000000000000001', 'hex')],
  ['a length below that of a header', Buffer.from('0000000c000000150000000000000001', 'hex')],
  ['a web server’s answer', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['a nack of nothing', pdu(NACK, 2, 0)],
];

for (const [name, octets] of DESYNCHRONISED) {
  test(`after ${name} the client starts anew instead of staying deaf`, async (t) => {
    const { gateway, sms: link } = await bound(t);
    const mark = gateway.frames.length;
    gateway.write(octets);
    await gateway.frame(BIND_TRANSCEIVER, mark);
    t.is(gateway.connections, 2);
    t.like(await send(link), { kind: 'accepted' });
  });
}

const u16 = (...values: number[]) => Buffer.from(values.flatMap((value) => [value >> 8, value & 0xff]));

/** Whole frames whose body is not. */
const BROKEN: [name: string, body: Buffer][] = [
  ['an empty body', Buffer.alloc(0)],
  [
    'text that is shorter than it says',
    Buffer.concat([RECEIPT.subarray(0, 16), Buffer.from([200]), Buffer.from('id:1')]),
  ],
  ['a string without end', Buffer.from('no end')],
  ['a parameter longer than the frame', Buffer.concat([RECEIPT, u16(0x001e, 500), Buffer.from('42\0')])],
  ['a state of no octets', Buffer.concat([RECEIPT, u16(0x0427, 0)])],
  ['a reference of one octet', Buffer.concat([RECEIPT, u16(0x0204, 1), Buffer.from([1])])],
];

for (const [name, body] of BROKEN) {
  test(`a receipt with ${name} is refused, and the link lives on`, async (t) => {
    const { gateway, sms: link, receipts } = await bound(t);
    const mark = gateway.frames.length;
    gateway.write(pdu(DELIVER, 0, 7, body));
    t.like(await gateway.frame(NACK, mark), { status: 0x02, sequence: 7 });
    t.is(gateway.connections, 1);
    t.deepEqual(receipts, []);
    t.like(await send(link), { kind: 'accepted' });
  });
}

test('a gateway that sends nothing but broken PDUs gets a new session', async (t) => {
  const { gateway, sms: link } = await bound(t);
  const mark = gateway.frames.length;
  for (let count = 0; count < 3; count += 1) gateway.write(pdu(DELIVER, 0, count, Buffer.alloc(0)));
  await gateway.frame(BIND_TRANSCEIVER, mark);
  t.like(await send(link), { kind: 'accepted' });
});

test('PDUs are read whatever the pieces in which they come', async (t) => {
  const { gateway, receipts, sms: link } = await bound(t);
  const stream = Buffer.concat([1, 2, 3, 4, 5].map((sequence) => pdu(DELIVER, 0, sequence, RECEIPT)));
  for (const octet of stream) {
    gateway.write(Buffer.from([octet]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  while (receipts.length < 5) await once(gateway, 'frame');
  gateway.write(stream);
  while (receipts.length < 10) await once(gateway, 'frame');
  t.true(receipts.every(({ providerKey }) => providerKey === '42'));
  t.is(link.links()[0]?.state, 'up');
});

test('what was cut off by the end of the connection counts as never said', async (t) => {
  const gateway = await rawGateway(t, (frame) => {
    if (frame.command !== SUBMIT) return polite(frame);
    // The id would be 1234567890; half of it would be the id of another text.
    gateway.write(pdu(SUBMIT + ANSWER, 0, frame.sequence, Buffer.from('1234567890\0')).subarray(0, 21));
    setImmediate(() => gateway.cut());
    return null;
  });
  const { sms: link } = carrier(t, { links: [linkTo(gateway.port)] });
  link.start();
  const result = await send(link);
  t.is(result.kind, 'inDoubt');
  t.deepEqual(result.taken, []);
});

test('an answer whose id cannot be read still says that the text was taken', async (t) => {
  const gateway = await rawGateway(t, (frame) =>
    frame.command === SUBMIT ? pdu(SUBMIT + ANSWER, 0, frame.sequence) : polite(frame),
  );
  const { sms: link } = carrier(t, { links: [linkTo(gateway.port)] });
  link.start();
  t.deepEqual(await send(link), {
    kind: 'accepted',
    taken: [{ position: 0, providerId: '', providerKey: '' }],
  });
});

test('a nack answers the submit that it names, and is never a yes', async (t) => {
  const statuses = [0x58, 0];
  const gateway = await rawGateway(t, (frame) =>
    frame.command === SUBMIT ? pdu(NACK, statuses.shift() ?? 0, frame.sequence) : polite(frame),
  );
  const { sms: link } = carrier(t, { links: [linkTo(gateway.port)] });
  link.start();
  t.like(await send(link), { kind: 'retry', blame: 'link', reason: 'smpp 0x00000058' });
  t.like(await send(link), { kind: 'retry', blame: 'message', reason: 'smpp 0x000000FF' });
});

test('a nacked enquiry is a sign of life', async (t) => {
  const gateway = await rawGateway(t, (frame) =>
    frame.command === ENQUIRE ? pdu(NACK, 3, frame.sequence) : polite(frame),
  );
  const { sms: link } = carrier(t, { links: [linkTo(gateway.port, { enquireSeconds: 0.03 })] });
  link.start();
  await until(link, ({ state }) => state === 'up');
  for (let count = 0; count < 5; count += 1) await gateway.frame(ENQUIRE, gateway.frames.length);
  t.is(gateway.connections, 1);
  t.is(link.links()[0]?.state, 'up');
});

test('a second answer to the same submit, and one to none, change nothing', async (t) => {
  const { gateway, sms: link } = await bound(t);
  gateway.reflex = (frame) => {
    const answer = polite(frame);
    return frame.command === SUBMIT && answer
      ? Buffer.concat([answer, answer, pdu(SUBMIT + ANSWER, 0, 99_999)])
      : answer;
  };
  t.like(await send(link), { kind: 'accepted' });
  t.like(await send(link), { kind: 'accepted' });
  t.is(link.links()[0]?.submitted, 2);
});

test('a gateway that takes the connection and never answers the bind is given up in time', async (t) => {
  const gateway = await rawGateway(t, () => null);
  const times = { ...QUICK, session: { ...QUICK.session, connectMs: 100 } };
  const { sms: link } = carrier(t, { links: [linkTo(gateway.port)], times });
  link.start();
  await until(link, ({ reason }) => reason === 'bind not answered');
  gateway.reflex = polite;
  t.like(await send(link), { kind: 'accepted' });
});

test('a half-open connection is found out by the missing answer', async (t) => {
  const { gateway, sms: link } = await bound(t, { answerSeconds: 1 });
  gateway.deafen();
  t.like(await send(link), { kind: 'inDoubt', reason: 'no answer to submit_sm' });
  t.like(await send(link), { kind: 'accepted' });
  t.is(gateway.connections, 2);
});

// Alone, because it counts the writes of the whole process.
test.serial('texts of one moment leave in one piece', async (t) => {
  const { gateway, sms: link } = await bound(t);
  const slots = await Promise.all(Array.from({ length: 10 }, () => place(link)));
  const writes: string[] = [];
  const restore = ['_write', '_writev'].map((name) => {
    const real: unknown = Reflect.get(Socket.prototype, name);
    if (typeof real !== 'function') throw new TypeError(name);
    Reflect.set(Socket.prototype, name, function count(this: Socket, ...args: unknown[]): unknown {
      writes.push(name);
      return Reflect.apply(real, this, args);
    });
    return () => Reflect.set(Socket.prototype, name, real);
  });
  const first = once(gateway, 'chunk');
  const sending = slots.map((slot) => slot.send(sms()));
  gateway.once('chunk', () => {
    for (const undo of restore) undo();
  });
  const [chunk] = (await first) as [Buffer];
  let count = 0;
  for (let at = 0; at < chunk.length; at += chunk.readUInt32BE(at)) count += 1;
  t.is(count, 10);
  t.deepEqual(writes, ['_writev']);
  await Promise.all(sending);
  for (const slot of slots) slot.release();
});

test('an unbind that nobody answers does not hold up the end', async (t) => {
  const times = { ...QUICK, session: { ...QUICK.session, unbindMs: 1000 } };
  const { gateway, sms: link } = await bound(t, {}, times);
  gateway.reflex = (frame) => (frame.command === UNBIND ? null : polite(frame));
  const asked = gateway.frame(UNBIND);
  await link.stop(60_000);
  await asked;
  t.like(link.links()[0], { state: 'stopped' });
  t.is(gateway.frames.filter(({ command }) => command === UNBIND).length, 1);
});

test('a gateway that asks and asks and never reads the answers is cut off', async (t) => {
  const { gateway, sms: link } = await bound(t);
  const mark = gateway.frames.length;
  gateway.deafen();
  const many = Buffer.concat(Array.from({ length: 4096 }, (_, index) => pdu(ENQUIRE, 0, index)));
  const cut = until(link, ({ reason }) => reason === 'gateway does not read any more');
  const asking = setInterval(() => gateway.write(many), 5);
  await cut;
  clearInterval(asking);
  await gateway.frame(BIND_TRANSCEIVER, mark);
  t.like(await send(link), { kind: 'accepted' });
});
