import { once } from 'node:events';
import { createServer } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { startSmsc, type Smsc, type SmscOptions } from '../../appliance/simulators/smsc.ts';
import type { DeliveryReceipt, SmsMessage, SmsSender } from '../../server/kernel/ports.ts';
import { createSmppSender, type SmppSenderOptions } from '../../server/adapters/sms-smpp/sender.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

function message(fields: Partial<SmsMessage> = {}): SmsMessage {
  return {
    to: '+34612345678',
    text: 'Hola',
    expiresAt: new Date(Date.now() + 600_000),
    priority: 0,
    reference: 70_001,
    ...fields,
  };
}

function sender(t: ExecutionContext, port: number, options: Partial<SmppSenderOptions> = {}): SmsSender {
  const created = createSmppSender({
    host: '127.0.0.1',
    port,
    tls: false,
    systemId: 'oac',
    password: 'secret',
    systemType: '',
    sourceAddress: 'OAC-Cita',
    window: 10,
    responseTimeoutMs: 5000,
    enquireSeconds: 30,
    logger: silent,
    reconnectMinMs: 20,
    reconnectMaxMs: 200,
    ...options,
  });
  t.teardown(() => created.stop(1000));
  return created;
}

async function gateway(t: ExecutionContext, options: Partial<SmscOptions> = {}): Promise<Smsc> {
  const smsc = await startSmsc({ port: 0, systemId: 'oac', password: 'secret', ...options });
  t.teardown(() => smsc.stop());
  return smsc;
}

/** A gateway with a sender that is bound to it. */
async function linked(t: ExecutionContext, options: Partial<SmppSenderOptions> = {}) {
  const smsc = await gateway(t);
  const sms = sender(t, smsc.port, options);
  const receipts: DeliveryReceipt[] = [];
  sms.onReceipt(async (receipt) => {
    receipts.push(receipt);
  });
  sms.start();
  await up(sms, smsc);
  return { smsc, sms, receipts };
}

/** Waits until both ends know that they are bound. */
async function up(sms: SmsSender, smsc: Smsc): Promise<void> {
  await smsc.waitForBind();
  while (sms.state() === 'down') await new Promise((resolve) => setTimeout(resolve, 5));
}

async function down(sms: SmsSender): Promise<void> {
  while (sms.state() === 'up') await new Promise((resolve) => setTimeout(resolve, 5));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

test('an accepted text arrives with its sender, validity, priority and reference', async (t) => {
  const { smsc, sms } = await linked(t);
  const expiresAt = new Date('2099-11-24T10:40:00Z');
  const result = await sms.send(message({ text: 'És a les 10.30 h', expiresAt, priority: 1 }));
  t.deepEqual(result, { kind: 'accepted', providerIds: ['1'], segments: 1 });
  const [got] = smsc.messages;
  t.like(got, { to: '+34612345678', from: 'OAC-Cita', text: 'És a les 10.30 h', segments: 1, priority: 1 });
  t.is(got?.reference, 70_001 & 0xffff);
  t.is(got?.validityPeriod?.toISOString(), expiresAt.toISOString());
});

test('a long text arrives whole, with one id for each part', async (t) => {
  const { smsc, sms } = await linked(t);
  const text = `Instal·lació ${'à'.repeat(100)}`;
  const result = await sms.send(message({ text }));
  t.deepEqual(result, { kind: 'accepted', providerIds: ['1', '2'], segments: 2 });
  t.like(smsc.messages[0], { text, segments: 2, dataCoding: 8 });
});

test('the bind says SMPP 3.4', async (t) => {
  const smsc = await gateway(t);
  const sms = sender(t, smsc.port);
  const bind = once(smsc, 'bind');
  sms.start();
  t.like((await bind)[0], { interfaceVersion: 0x34, status: 0 });
});

const refusals = [
  { status: 0x58, means: 'throttled', result: { kind: 'retry', countsAsAttempt: false } },
  { status: 0x14, means: 'queue full', result: { kind: 'retry', countsAsAttempt: true } },
  { status: 0x08, means: 'gateway in trouble', result: { kind: 'retry', countsAsAttempt: false } },
  { status: 0x0a, means: 'our alias refused', result: { kind: 'retry', countsAsAttempt: false } },
  { status: 0x45, means: 'submit failed', result: { kind: 'retry', countsAsAttempt: true } },
  { status: 0x450, means: 'a code of the vendor', result: { kind: 'retry', countsAsAttempt: true } },
  { status: 0x0b, means: 'no such number', result: { kind: 'rejected' } },
  { status: 0x01, means: 'malformed request', result: { kind: 'rejected' } },
];

for (const { status, means, result } of refusals) {
  test(`status 0x${status.toString(16)} (${means}) becomes ${result.kind}`, async (t) => {
    const { smsc, sms } = await linked(t);
    smsc.answerWith(status);
    t.like(await sms.send(message()), result);
    t.is(smsc.messages.length, 0);
    smsc.answerWith(0);
    t.like(await sms.send(message()), { kind: 'accepted' });
  });
}

test('status 0x04 makes the link bind again, and does not count against the message', async (t) => {
  const { smsc, sms } = await linked(t);
  smsc.answerWith(0x04);
  const again = once(smsc, 'bound');
  t.like(await sms.send(message()), { kind: 'retry', countsAsAttempt: false });
  await again;
  await up(sms, smsc);
  t.is(smsc.messages.length, 0);
});

test('a text past its expiry is not handed over', async (t) => {
  const { smsc, sms } = await linked(t);
  const result = await sms.send(message({ expiresAt: new Date(Date.now() - 1000) }));
  t.deepEqual(result, { kind: 'rejected', reason: 'expired' });
  t.is(smsc.messages.length, 0);
});

test('a link cut between submit and answer leaves exactly those texts in doubt', async (t) => {
  const { smsc, sms } = await linked(t, { window: 3 });
  smsc.holdAnswers();
  const sending = Array.from({ length: 5 }, (_, index) => sms.send(message({ text: `n${index}` })));
  await smsc.waitFor((sent) => sent.text === 'n2');
  smsc.dropConnections();
  const kinds = (await Promise.all(sending)).map((result) => result.kind);
  t.deepEqual(kinds, ['inDoubt', 'inDoubt', 'inDoubt', 'retry', 'retry']);
  smsc.releaseAnswers();
  await up(sms, smsc);
  t.like(await sms.send(message()), { kind: 'accepted' });
});

test('a submit without answer in time is in doubt, and the link starts anew', async (t) => {
  const { smsc, sms } = await linked(t, { responseTimeoutMs: 150 });
  smsc.holdAnswers();
  const rebound = once(smsc, 'bound');
  t.like(await sms.send(message()), { kind: 'inDoubt' });
  t.is(sms.state(), 'down');
  await rebound;
  smsc.releaseAnswers();
  await up(sms, smsc);
  t.like(await sms.send(message()), { kind: 'accepted' });
});

test('while the gateway is absent texts are refused at once, and leave when it is back', async (t) => {
  const port = await freePort();
  const sms = sender(t, port);
  sms.start();
  t.deepEqual(await sms.send(message()), {
    kind: 'retry',
    reason: 'no link to the gateway',
    countsAsAttempt: false,
  });
  const smsc = await gateway(t, { port });
  await up(sms, smsc);
  t.like(await sms.send(message()), { kind: 'accepted' });
});

test('a gateway that falls silent is noticed without any text being sent', async (t) => {
  const { smsc, sms } = await linked(t, { enquireSeconds: 0.05, enquireTimeoutMs: 50 });
  smsc.freeze();
  await down(sms);
  smsc.unfreeze();
  await up(sms, smsc);
  t.is(sms.state(), 'up');
});

test('a silent but living gateway is asked and kept', async (t) => {
  const { smsc, sms } = await linked(t, { enquireSeconds: 0.03, enquireTimeoutMs: 1000 });
  for (let count = 0; count < 5; count += 1) await once(smsc, 'enquire_link');
  t.is(sms.state(), 'up');
  t.is(smsc.bound, 1);
});

test('enquiries of the gateway are answered', async (t) => {
  const { smsc } = await linked(t);
  t.is(await smsc.request('enquire_link'), 0);
});

test('a request that the client does not know gets a generic_nack', async (t) => {
  const { smsc, sms } = await linked(t);
  t.is(await smsc.request('query_sm'), 0x03);
  t.is(sms.state(), 'up');
});

test('an unbind of the gateway is answered, and the client comes back', async (t) => {
  const { smsc, sms } = await linked(t);
  const again = once(smsc, 'bound');
  t.is(await smsc.request('unbind'), 0);
  await again;
  await up(sms, smsc);
  t.like(await sms.send(message()), { kind: 'accepted' });
});

test('after a broken PDU the client starts anew instead of staying deaf', async (t) => {
  const { smsc, sms } = await linked(t);
  const again = once(smsc, 'bound');
  smsc.sendRaw(Buffer.from('7fffffff00000005', 'hex'));
  await again;
  await up(sms, smsc);
  t.like(await sms.send(message()), { kind: 'accepted' });
});

test('refused credentials are tried again only after the longest wait', async (t) => {
  const smsc = await gateway(t, { password: 'other' });
  const binds: number[] = [];
  smsc.on('bind', () => binds.push(Date.now()));
  const sms = sender(t, smsc.port, { reconnectMinMs: 1, reconnectMaxMs: 300 });
  const started = once(smsc, 'bind');
  sms.start();
  await started;
  await once(smsc, 'bind');
  t.is(binds.length, 2);
  t.true((binds[1] ?? 0) - (binds[0] ?? 0) >= 290);
  t.is(sms.state(), 'down');
});

test('receipts arrive from text and from parameters, with ids as answered', async (t) => {
  const { smsc, sms, receipts } = await linked(t);
  const result = await sms.send(message());
  t.like(result, { kind: 'accepted', providerIds: ['1'] });
  t.is(await smsc.sendReceipt({ messageId: '0000000001', form: 'text' }), 0);
  t.is(await smsc.sendReceipt({ messageId: '0000000001', form: 'tlv', state: 5 }), 0);
  t.is(await smsc.sendReceipt({ messageId: '1', form: 'text', word: 'ACCEPTD' }), 0);
  t.deepEqual(
    receipts.map(({ providerId, state }) => [providerId, state]),
    [
      ['1', 'delivered'],
      ['1', 'failed'],
      ['1', 'pending'],
    ],
  );
});

test('a receipt may overtake the answer to its submit', async (t) => {
  const { smsc, sms, receipts } = await linked(t);
  smsc.holdAnswers();
  const sending = sms.send(message());
  await smsc.waitFor(() => true);
  t.is(await smsc.sendReceipt({ messageId: '0000000001' }), 0);
  smsc.releaseAnswers();
  t.like(await sending, { kind: 'accepted', providerIds: ['1'] });
  t.is(receipts.length, 1);
});

test('a receipt that cannot be stored is refused for now, so that it comes again', async (t) => {
  const { smsc, sms } = await linked(t);
  sms.onReceipt(async () => {
    throw new Error('database away');
  });
  t.is(await smsc.sendReceipt({ messageId: '1' }), 0x64);
  t.is(sms.state(), 'up');
});

test('a receipt is confirmed only after it was stored', async (t) => {
  const { smsc, sms } = await linked(t);
  const order: string[] = [];
  let stored = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    sms.onReceipt(async () => {
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

test('what a citizen texts back is confirmed and is no receipt', async (t) => {
  const { smsc, receipts } = await linked(t);
  const fields = { esm_class: 0, data_coding: 0, short_message: Buffer.from('Gracies') };
  t.is(await smsc.request('deliver_sm', fields), 0);
  t.is(receipts.length, 0);
});

test('stop waits for the answers, unbinds and closes', async (t) => {
  const { smsc, sms } = await linked(t);
  smsc.holdAnswers();
  const sending = sms.send(message());
  await smsc.waitFor(() => true);
  const unbound = once(smsc, 'unbind');
  const stopped = sms.stop(2000);
  t.like(await sms.send(message()), { kind: 'retry', countsAsAttempt: false });
  smsc.releaseAnswers();
  t.like(await sending, { kind: 'accepted' });
  await unbound;
  await stopped;
  t.is(sms.state(), 'down');
});

test('stop does not wait for ever for answers', async (t) => {
  const { smsc, sms } = await linked(t);
  smsc.holdAnswers();
  const sending = sms.send(message());
  await smsc.waitFor(() => true);
  await sms.stop(100);
  t.like(await sending, { kind: 'inDoubt' });
});

test('a sender that cannot travel is refused at start', (t) => {
  const options = { sourceAddress: 'Atenció Ciutadana' };
  t.throws(() => sender(t, 1, options), { message: /alias/ });
});
