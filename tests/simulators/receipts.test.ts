import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Faults } from '../../appliance/simulators/faults.ts';
import { startSmsc, type Smsc, type SmscOptions } from '../../appliance/simulators/smsc.ts';
import { COMMANDS, connectRaw, readReceipt, type RawClient } from './raw-client.ts';

async function gateway(t: ExecutionContext, options: Partial<SmscOptions> = {}): Promise<Smsc> {
  const smsc = await startSmsc({ port: 0, receipts: 'delivered', ...options });
  t.teardown(() => smsc.stop());
  return smsc;
}

async function bound(
  t: ExecutionContext,
  smsc: Smsc,
  mode: 'transceiver' | 'transmitter' | 'receiver' = 'transceiver',
  systemId = 'a',
): Promise<RawClient> {
  const client = await connectRaw(t, smsc.port);
  t.is(await client.bind(mode, systemId), 0);
  return client;
}

/** A gateway of these habits and a client that is bound to it. */
async function linked(t: ExecutionContext, habits: Partial<Faults> = {}) {
  const smsc = await gateway(t, { habits });
  return { smsc, client: await bound(t, smsc) };
}

const TEXT =
  /^id:(\w+) sub:001 dlvrd:(\d{3}) submit date:\d{10} done date:\d{10} stat:(\w+) err:(\d{3}) text:$/;

test('a receipt follows the answer and names the id, the number and the outcome', async (t) => {
  const { client } = await linked(t);
  const sequence = client.submit();
  const receipt = await client.take(({ command }) => command === COMMANDS.deliver);
  t.true(client.inbox.some((pdu) => pdu.sequence === sequence && pdu.command > COMMANDS.data));
  const read = readReceipt(receipt);
  t.like(read, { esmClass: 4, citizen: '34612345678', id: null, state: null, reference: null });
  t.deepEqual(TEXT.exec(read.text)?.slice(1), ['0000000001', '001', 'DELIVRD', '000']);
});

test('a submit that asks for no receipt gets none', async (t) => {
  const { smsc, client } = await linked(t);
  await client.submitted({ registered: 0 });
  await client.submitted({ text: 'second' });
  t.regex(readReceipt(await client.nextDelivery()).text, /^id:0000000002 /);
  t.is(smsc.messages.length, 2);
});

for (const receiptCommand of ['deliver_sm', 'data_sm'] as const) {
  for (const receiptForm of ['text', 'tlv', 'both'] as const) {
    test(`a receipt can come as ${receiptForm} in a ${receiptCommand}`, async (t) => {
      const { client } = await linked(t, { receiptCommand, receiptForm });
      await client.submitted();
      const read = readReceipt(await client.nextDelivery());
      t.is(read.command, receiptCommand);
      t.is(TEXT.test(read.text), receiptForm !== 'tlv');
      t.deepEqual([read.id, read.state], receiptForm === 'text' ? [null, null] : ['0000000001', 2]);
    });
  }
}

test('answers can carry hexadecimal ids and receipts decimal ones', async (t) => {
  const { client } = await linked(t, { answerIds: 'paddedHex', receiptIds: 'decimal' });
  for (let count = 1; count < 12; count += 1) {
    await client.submitted();
    await client.nextDelivery();
  }
  t.is((await client.submitted()).id, '0000000C');
  t.regex(readReceipt(await client.nextDelivery()).text, /^id:12 /);
});

test('the reference of the submit comes back when the gateway is one that echoes it', async (t) => {
  const { client } = await linked(t, { echoReference: true });
  await client.submitted({ reference: 0xbeef });
  t.is(readReceipt(await client.nextDelivery()).reference, 0xbeef);
});

test('a receipt can overtake the answer', async (t) => {
  const { client } = await linked(t, { receiptAt: 'beforeAnswer' });
  const sequence = client.submit();
  await client.answerTo(sequence);
  t.is(client.inbox[0]?.command, COMMANDS.deliver);
});

test('a receipt can come long after its answer', async (t) => {
  const { client } = await linked(t, { receiptAt: 'late', receiptLateMs: 200 });
  const since = performance.now();
  await client.submitted();
  await client.nextDelivery();
  t.true(performance.now() - since >= 195);
});

test('receipts can come twice, in another order, and about texts that never were', async (t) => {
  const { client } = await linked(t, { receiptCopies: 2, shuffleReceipts: 5, unknownReceiptsNext: 1 });
  await client.submitted();
  await client.submitted();
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1) {
    ids.push(TEXT.exec(readReceipt(await client.nextDelivery()).text)?.[1] ?? '');
  }
  t.deepEqual(
    ids.toSorted((a, b) => Number(a) - Number(b)),
    ['0000000001', '0000000001', '0000000002', '0000000002', '0900000001'],
  );
  t.notDeepEqual(ids, ['0000000001', '0000000001', '0900000001', '0000000002', '0000000002']);
});

test('texts to chosen numbers are reported as not delivered', async (t) => {
  const { client } = await linked(t, { failedNumbers: ['+34600000001'], receiptForm: 'both' });
  await client.submitted({ to: '34600000001' });
  const read = readReceipt(await client.nextDelivery());
  t.deepEqual(TEXT.exec(read.text)?.slice(2), ['000', 'UNDELIV', '001']);
  t.is(read.state, 5);
  await client.submitted();
  t.is(readReceipt(await client.nextDelivery()).state, 2);
});

test('receipts of a transmitter go to the receiver of the same system id, and to nobody else', async (t) => {
  const smsc = await gateway(t);
  const sender = await bound(t, smsc, 'transmitter');
  const receiver = await bound(t, smsc, 'receiver');
  const stranger = await bound(t, smsc, 'transceiver', 'b');
  await sender.submitted();
  t.regex(readReceipt(await receiver.nextDelivery()).text, /^id:0000000001 /);
  t.is((await stranger.answerTo(stranger.send(COMMANDS.enquire))).status, 0);
  t.deepEqual([sender.inbox.length, stranger.inbox.length], [0, 0]);
});

test('a receipt that nobody can take waits for the next bind', async (t) => {
  const smsc = await gateway(t);
  const sender = await bound(t, smsc, 'transmitter');
  await sender.submitted();
  const receiver = await bound(t, smsc, 'receiver');
  t.regex(readReceipt(await receiver.nextDelivery()).text, /^id:0000000001 /);
});

test('a text whose answer was lost with the link is still reported, to the next session', async (t) => {
  const { smsc, client } = await linked(t, { echoReference: true });
  smsc.faults.set({ cutNext: 1 });
  client.submit({ reference: 77 });
  await client.untilClosed();
  const next = await bound(t, smsc);
  t.is(readReceipt(await next.nextDelivery()).reference, 77);
});

test('a receipt that is refused, or lost with the session, comes again', async (t) => {
  const { smsc, client } = await linked(t);
  await client.submitted();
  await client.nextDelivery(0x64);
  const again = await client.take(({ command }) => command === COMMANDS.deliver);
  t.regex(readReceipt(again).text, /^id:0000000001 /);
  client.socket.destroy();
  const next = await bound(t, smsc);
  t.regex(readReceipt(await next.nextDelivery()).text, /^id:0000000001 /);
});

test('a receipt sent by hand resolves with the answer of the client', async (t) => {
  const { smsc, client } = await linked(t);
  const answer = smsc.sendReceipt({ messageId: 'never-given', form: 'tlv', state: 8, command: 'data_sm' });
  t.like(readReceipt(await client.nextDelivery(0x45)), { id: 'never-given', state: 8, command: 'data_sm' });
  t.is(await answer, 0x45);
});

test('a gateway with key and certificate speaks TLS only', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'smsc-tls-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const [keyFile, certFile] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const request = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=smsc.test
    -addext subjectAltName=DNS:smsc.test -keyout ${keyFile} -out ${certFile}`;
  execFileSync('openssl', request.split(/\s+/), { stdio: 'ignore' });
  const tls = { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') };
  const smsc = await gateway(t, { tls });
  const plain = await connectRaw(t, smsc.port);
  plain.send(COMMANDS.enquire);
  await plain.untilClosed();
  const client = await connectRaw(t, smsc.port, { ca: tls.cert, servername: 'smsc.test' });
  t.is(await client.bind(), 0);
  t.is((await client.submitted()).status, 0);
  t.regex(readReceipt(await client.nextDelivery()).text, /^id:0000000001 /);
  // One that never says a word must not hold up the end.
  await connectRaw(t, smsc.port);
  await smsc.stop();
});

test('two gateways keep their texts, logs and faults apart', async (t) => {
  const [a, b] = [await gateway(t, { name: 'a' }), await gateway(t, { name: 'b' })];
  const [toA, toB] = [await bound(t, a), await bound(t, b)];
  a.faults.set({ status: 0x14, statusNext: 1 });
  t.is((await toA.submitted()).status, 0x14);
  t.is((await toB.submitted()).status, 0);
  t.deepEqual([a.messages.length, b.messages.length], [0, 1]);
  t.deepEqual([a.log.submits()[0]?.link, b.log.submits()[0]?.link], ['a', 'b']);
});
