import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { BROKEN } from '../../appliance/simulators/broken-pdus.ts';
import { startSmsc, type Smsc, type SmscOptions } from '../../appliance/simulators/smsc.ts';
import { COMMANDS, connectRaw, int16, type RawClient } from './raw-client.ts';

async function gateway(t: ExecutionContext, options: Partial<SmscOptions> = {}): Promise<Smsc> {
  const smsc = await startSmsc({ port: 0, ...options });
  t.teardown(() => smsc.stop());
  return smsc;
}

async function boundTo(t: ExecutionContext, smsc: Smsc): Promise<RawClient> {
  const client = await connectRaw(t, smsc.port);
  t.is(await client.bind(), 0);
  return client;
}

/** A gateway with a client that is bound to it. */
async function bound(t: ExecutionContext, options: Partial<SmscOptions> = {}) {
  const smsc = await gateway(t, options);
  return { smsc, client: await boundTo(t, smsc) };
}

/** Proves that the connection still works. */
async function isAlive(client: RawClient): Promise<boolean> {
  return (await client.answerTo(client.send(COMMANDS.enquire))).status === 0;
}

test('a slow gateway answers no sooner than told', async (t) => {
  const { smsc, client } = await bound(t);
  smsc.faults.set({ delayMs: 150, jitterMs: 100 });
  const since = performance.now();
  t.is((await client.submitted()).status, 0);
  t.true(performance.now() - since >= 145);
});

test('beyond so many in a second submits are throttled and not kept', async (t) => {
  const { smsc, client } = await bound(t);
  smsc.faults.set({ perSecond: 3 });
  const sequences = Array.from({ length: 5 }, (_, index) => client.submit({ text: `n${index}` }));
  const statuses = [];
  for (const sequence of sequences) statuses.push((await client.answerTo(sequence)).status);
  t.deepEqual(statuses, [0, 0, 0, 0x58, 0x58]);
  t.deepEqual(
    smsc.messages.map(({ text }) => text),
    ['n0', 'n1', 'n2'],
  );
});

for (const status of [0x58, 0x14, 0x08, 0x45, 0x400]) {
  test(`the next two submits can be refused with 0x${status.toString(16)}`, async (t) => {
    const { smsc, client } = await bound(t);
    smsc.faults.set({ status, statusNext: 2 });
    const answers = [await client.submitted(), await client.submitted(), await client.submitted()];
    t.deepEqual(
      answers.map((answer) => answer.status),
      [status, status, 0],
    );
    t.is(smsc.messages.length, 1);
    t.is(smsc.faults.current.statusNext, 0);
  });
}

test('a sender and a number can be refused while others pass', async (t) => {
  const { smsc, client } = await bound(t);
  smsc.faults.set({ refusedSenders: ['CITA'], refusedNumbers: ['+34600000000'] });
  t.is((await client.submitted({ from: 'CITA' })).status, 0x0a);
  t.is((await client.submitted({ to: '34600000000' })).status, 0x0b);
  t.is((await client.submitted()).status, 0);
  smsc.faults.set({ refusedSenders: ['*'] });
  t.is((await client.submitted()).status, 0x0a);
});

const cuts = [
  { cutAt: 'arrival', kept: 0, answered: false },
  { cutAt: 'beforeAnswer', kept: 1, answered: false },
  { cutAt: 'afterAnswer', kept: 1, answered: true },
] as const;

for (const { cutAt, kept, answered } of cuts) {
  test(`a link cut (${cutAt}) keeps ${kept} text, and says so in the log`, async (t) => {
    const { smsc, client } = await bound(t);
    smsc.faults.set({ cutAt, cutNext: 1 });
    const unbound = once(smsc, 'unbound');
    client.submit();
    client.submit({ text: 'behind it' });
    await client.untilClosed();
    await unbound;
    t.is(client.inbox.length, answered ? 1 : 0);
    t.is(smsc.messages.length, kept);
    t.like(smsc.log.submits(), { length: 1, 0: { status: kept ? 0 : null } });
    t.is(smsc.log.submits()[0]?.answeredAt !== null, answered);
    t.like(smsc.log.cuts(), { length: 1, 0: { how: 'cut', unanswered: answered ? [] : [1] } });
    const again = await connectRaw(t, smsc.port);
    t.is(await again.bind(), 0);
    t.is((await again.submitted()).status, 0);
  });
}

test('links cut by chance are cut at the same submits for the same seed', async (t) => {
  const cutsOf = async (seed: number) => {
    const smsc = await gateway(t, { seed });
    smsc.faults.set({ cutChance: 0.3 });
    const cut: number[] = [];
    let client = await boundTo(t, smsc);
    for (let count = 0; count < 20; count += 1) {
      const answer = await client.submitted().catch(() => null);
      if (answer) continue;
      cut.push(count);
      client = await boundTo(t, smsc);
    }
    return cut;
  };
  const first = await cutsOf(7);
  t.true(first.length > 1 && first.length < 19);
  t.deepEqual(await cutsOf(7), first);
  t.notDeepEqual(await cutsOf(8), first);
});

test('a text can stay unanswered for ever while the link lives', async (t) => {
  const { smsc, client } = await bound(t);
  smsc.faults.set({ silentNext: 1 });
  client.submit({ text: 'no answer' });
  t.is((await client.submitted()).status, 0);
  t.true(await isAlive(client));
  t.is(client.inbox.length, 0);
  t.is(smsc.messages.length, 2);
  t.is(smsc.log.submits()[0]?.answeredAt, null);
});

test('answers can come in another order than the submits', async (t) => {
  const { smsc, client } = await bound(t, { seed: 3 });
  smsc.faults.set({ shuffleAnswers: 6 });
  const asked = Array.from({ length: 6 }, () => client.submit());
  const answered = [];
  for (const _ of asked) answered.push((await client.nextAnswer()).sequence);
  t.notDeepEqual(answered, asked);
  t.deepEqual(
    answered.toSorted((a, b) => a - b),
    asked,
  );
});

test('a group of answers that never gets full leaves all the same', async (t) => {
  const { smsc, client } = await bound(t);
  smsc.faults.set({ shuffleAnswers: 100 });
  t.is((await client.submitted()).status, 0);
});

test('ids are written as asked', async (t) => {
  const { smsc, client } = await bound(t);
  const ids: string[] = [];
  for (const answerIds of ['padded', 'decimal', 'hex', 'paddedHex'] as const) {
    smsc.faults.set({ answerIds });
    for (let count = 0; count < 3; count += 1) ids.push((await client.submitted()).id);
  }
  t.deepEqual(
    [0, 3, 9, 11].map((index) => ids[index]),
    ['0000000001', '4', '0000000A', '0000000C'],
  );
});

test('a half-open gateway takes connections and reads nothing, until it is thawed', async (t) => {
  const { smsc, client } = await bound(t);
  smsc.freeze();
  const late = await connectRaw(t, smsc.port);
  client.submit();
  late.send(COMMANDS.enquire);
  const closed = Promise.all([client.untilClosed(), late.untilClosed()]);
  smsc.unfreeze();
  await closed;
  t.deepEqual([client.inbox.length, late.inbox.length, smsc.messages.length], [0, 0, 0]);
  const again = await connectRaw(t, smsc.port);
  t.is(await again.bind(), 0);
});

for (const kind of BROKEN) {
  test(`a client can be sent something broken: ${kind}`, async (t) => {
    const { smsc, client } = await bound(t);
    smsc.sendBroken(kind);
    smsc.sendRaw(Buffer.from('END'));
    await client.until(() => client.rest.includes('END'));
    const [pdu] = client.inbox;
    if (kind === 'unknown') return t.is(pdu?.command, 0xfee);
    if (kind === 'truncated') {
      t.is(pdu?.command, COMMANDS.deliver);
      // sm_length says 200, five octets follow.
      return t.deepEqual([pdu?.body[16], pdu?.body.length], [200, 22]);
    }
    t.is(client.inbox.length, 0);
    const length = client.rest.readUInt32BE(0);
    return t.true(kind === 'tooShort' ? length < 16 : length > 1_000_000);
  });
}

test('an unbind reaches every client, and the connection closes when it is answered', async (t) => {
  const { smsc, client } = await bound(t);
  const ended = smsc.unbindAll();
  client.confirm(await client.take(({ command }) => command === COMMANDS.unbind));
  await client.untilClosed();
  await ended;
  t.deepEqual(smsc.log.cuts(), []);
});

test('a client may unbind, which is no cut', async (t) => {
  const { smsc, client } = await bound(t);
  const unbound = once(smsc, 'unbound');
  t.is((await client.answerTo(client.send(COMMANDS.unbind))).status, 0);
  await client.untilClosed();
  await unbound;
  t.deepEqual(smsc.log.cuts(), []);
  t.like(smsc.log.entries.at(-1), { event: 'end', how: 'unbind' });
});

test('a client that vanishes is a cut, with what it was not answered', async (t) => {
  const { smsc, client } = await bound(t);
  smsc.holdAnswers();
  client.submit();
  client.submit();
  await smsc.waitFor(() => smsc.messages.length === 2);
  const unbound = once(smsc, 'unbound');
  client.socket.destroy();
  await unbound;
  t.like(smsc.log.cuts(), { length: 1, 0: { how: 'closed', unanswered: [1, 2] } });
});

test('binds are refused with the status asked for, then accepted again, and never twice on one connection', async (t) => {
  const smsc = await gateway(t, { systemId: 'a', password: 'secret' });
  for (const status of [0x0d, 0x05]) {
    smsc.refuseBind(status);
    const client = await connectRaw(t, smsc.port);
    t.is(await client.bind(), status);
    await client.untilClosed();
  }
  smsc.refuseBind(0);
  t.is(await (await connectRaw(t, smsc.port)).bind('transceiver', 'other'), 0x0f);
  const client = await connectRaw(t, smsc.port);
  t.is(await client.bind(), 0);
  t.is(await client.bind(), 0x05);
});

test('a text is taken only on a session that may submit', async (t) => {
  const smsc = await gateway(t);
  const client = await connectRaw(t, smsc.port);
  t.is((await client.submitted()).status, 0x04);
  await client.bind('receiver');
  t.is((await client.submitted()).status, 0x04);
  const other = await connectRaw(t, smsc.port);
  await other.bind('transmitter');
  t.is((await other.submitted()).status, 0);
  t.is(smsc.messages.length, 1);
});

test('one call ends all misbehaviour and lets go what was held back', async (t) => {
  const { smsc, client } = await bound(t, { habits: { answerIds: 'hex' } });
  smsc.faults.set({ refusedNumbers: ['*'], delayMs: 60_000, cutChance: 1 });
  t.deepEqual(Object.keys(smsc.faults.active).toSorted(), ['cutChance', 'delayMs', 'refusedNumbers']);
  smsc.backToNormal();
  t.deepEqual(smsc.faults.active, {});
  smsc.holdAnswers();
  const sequence = client.submit();
  await smsc.waitFor(() => true);
  smsc.backToNormal();
  t.is((await client.answerTo(sequence)).body.toString(), '1\0');
});

const long = { from: 'OAC', to: '34612345678' };
const joins = {
  'an 8-bit header': (number: number) => ({
    esmClass: 0x40,
    text: Buffer.concat([Buffer.from([5, 0, 3, 9, 2, number]), Buffer.from(`part${number} `)]),
  }),
  'a 16-bit header': (number: number) => ({
    esmClass: 0x40,
    text: Buffer.concat([Buffer.from([6, 8, 4, 1, 9, 2, number]), Buffer.from(`part${number} `)]),
  }),
  'a header that asks for Spanish letters first': (number: number) => ({
    esmClass: 0x40,
    text: Buffer.concat([
      Buffer.from([8, 0x24, 1, 2, 0, 3, 9, 2, number]),
      Buffer.from(`part${number} \u001b`),
      Buffer.from([0x09]),
    ]),
  }),
  'sar parameters': (number: number) => ({
    text: `part${number} `,
    tlvs: [
      [0x020c, int16(300)],
      [0x020e, Buffer.from([2])],
      [0x020f, Buffer.from([number])],
    ] as [number, Buffer][],
  }),
};

for (const [how, part] of Object.entries(joins)) {
  test(`parts in any order are joined by ${how}`, async (t) => {
    const { smsc, client } = await bound(t);
    await client.submitted({ ...long, ...part(2) });
    t.is(smsc.messages.length, 0);
    await client.submitted({ ...long, ...part(1) });
    const text = how.includes('Spanish') ? 'part1 çpart2 ç' : 'part1 part2 ';
    t.like(smsc.messages, { length: 1, 0: { text, segments: 2, messageIds: ['0000000002', '0000000001'] } });
    t.like(smsc.log.submits()[0], { part: { total: 2, number: 2 }, to: '+34612345678' });
  });
}

test('a text in message_payload, and one of half a character, are read', async (t) => {
  const { smsc, client } = await bound(t);
  const payload = Buffer.from('x'.repeat(300));
  await client.submitted({ text: '', tlvs: [[0x0424, payload]] });
  await client.submitted({ text: Buffer.from([0x00, 0x41, 0x00]), dataCoding: 8 });
  t.deepEqual(
    smsc.messages.map(({ text }) => text),
    [payload.toString(), 'A\uFFFD'],
  );
});

test('the log tells the whole story of a text, also in a file', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'smsc-log-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const logFile = `${directory}/log.jsonl`;
  const { smsc, client } = await bound(t, { name: 'operator-a', receipts: 'delivered', logFile });
  await client.submitted({ reference: 4660 });
  const answered = smsc.log.next(({ event }) => event === 'receiptAnswered');
  await client.nextDelivery();
  await answered;
  t.deepEqual(
    smsc.log.entries.map(({ event }) => event),
    ['bind', 'submit', 'answer', 'receipt', 'receiptAnswered'],
  );
  t.like(smsc.log.entries[1], {
    link: 'operator-a',
    systemId: 'a',
    text: 'Hola',
    reference: 4660,
    part: null,
  });
  t.is(readFileSync(logFile, 'utf8'), smsc.log.entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
});
