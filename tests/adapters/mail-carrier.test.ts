import { once } from 'node:events';
import { createServer } from 'node:net';
import test from 'ava';
import { makeCarrier, makeLinked, makeMessage, reserveSoon, send } from './mail-helpers.ts';

test('an e-mail arrives as it was given, and as coming from a machine', async (t) => {
  const sender = {
    from: { name: "Departament d'Exemple, OAC", address: 'oac@example.cat' },
    replyTo: 'preguntes@example.cat',
  };
  const { smtp, carrier } = await makeLinked(t, { sender });
  const message = makeMessage();
  const { messageId } = message;
  t.deepEqual(await send(carrier, message), {
    kind: 'accepted',
    taken: [{ position: 0, providerId: messageId, providerKey: messageId }],
  });
  const [got] = smtp.messages;
  t.like(got, { to: [message.to], subject: message.subject, html: message.html, messageId });
  t.is(got?.text.trim(), message.text);
  t.is(got?.from, `"Departament d'Exemple, OAC" <oac@example.cat>`);
  t.is(got?.headers['reply-to'], 'preguntes@example.cat');
  t.is(got?.headers['auto-submitted'], 'auto-generated');
  t.is(got?.headers['x-auto-response-suppress'], 'All');
  t.false(Number.isNaN(Date.parse(got?.headers['date'] ?? '')));
  t.is(smtp.arrivalOf(messageId).returnPath, 'oac@example.cat');
});

test('a second try carries the same Message-ID, so that receivers can drop a copy', async (t) => {
  const { smtp, carrier } = await makeLinked(t);
  const message = makeMessage();
  smtp.refuseRecipient(message.to, { code: 450, enhanced: '4.2.1', times: 1 });
  t.like(await send(carrier, message), { kind: 'retry', blame: 'message' });
  t.like(await send(carrier, message), { kind: 'accepted' });
  t.deepEqual(
    smtp.messages.map(({ messageId }) => messageId),
    [message.messageId],
  );
});

const REFUSALS = [
  { stage: 'recipient', code: 550, enhanced: '5.1.1', reason: 'smtp 550 5.1.1', kind: 'rejected' },
  { stage: 'recipient', code: 550, enhanced: undefined, reason: 'smtp 550', kind: 'rejected' },
  {
    stage: 'recipient',
    code: 452,
    enhanced: '4.2.2',
    reason: 'smtp 452 4.2.2',
    kind: 'retry',
    blame: 'message',
  },
  {
    stage: 'recipient',
    code: 452,
    enhanced: '4.3.1',
    reason: 'smtp 452 4.3.1',
    kind: 'retry',
    blame: 'link',
  },
  {
    stage: 'recipient',
    code: 421,
    enhanced: '4.3.2',
    reason: 'smtp 421 4.3.2',
    kind: 'retry',
    blame: 'link',
  },
  {
    stage: 'recipient',
    code: 530,
    enhanced: '5.7.0',
    reason: 'smtp 530 5.7.0',
    kind: 'retry',
    blame: 'link',
  },
  { stage: 'content', code: 554, enhanced: '5.7.1', reason: 'smtp 554 5.7.1', kind: 'rejected' },
  { stage: 'content', code: 552, enhanced: '5.3.4', reason: 'smtp 552 5.3.4', kind: 'rejected' },
  {
    stage: 'content',
    code: 451,
    enhanced: '4.7.1',
    reason: 'smtp 451 4.7.1',
    kind: 'retry',
    blame: 'message',
  },
  { stage: 'content', code: 421, enhanced: '4.3.2', reason: 'smtp 421 4.3.2', kind: 'retry', blame: 'link' },
  { stage: 'sender', code: 550, enhanced: '5.7.1', reason: 'smtp 550 5.7.1', kind: 'retry', blame: 'link' },
  { stage: 'sender', code: 451, enhanced: '4.3.0', reason: 'smtp 451 4.3.0', kind: 'retry', blame: 'link' },
  { stage: 'greeting', code: 554, enhanced: '5.3.2', reason: 'smtp 554 5.3.2', kind: 'retry', blame: 'link' },
  { stage: 'greeting', code: 421, enhanced: '4.3.2', reason: 'smtp 421 4.3.2', kind: 'retry', blame: 'link' },
] as const;

for (const { stage, code, enhanced, reason, kind, ...rest } of REFUSALS) {
  const blame = 'blame' in rest ? rest.blame : undefined;
  test(`${code} ${enhanced ?? ''} about the ${stage} is ${blame ? `tried again, blaming the ${blame}` : 'final'}`, async (t) => {
    const { smtp, carrier } = await makeLinked(t);
    smtp.refuseAt(stage, { code, ...(enhanced ? { enhanced } : {}) });
    const result = await send(carrier);
    t.like(result, { kind, reason, taken: [], ...(blame ? { blame } : {}) });
    t.is(carrier.links()[0]?.state === 'up', blame !== 'link');
    smtp.refuseAt(stage, null);
    t.like(await send(carrier), { kind: 'accepted' });
    t.like(carrier.links()[0], { state: 'up', reason: null, submitted: 1 });
  });
}

test('one refused recipient does not keep the next from getting mail on the same connection', async (t) => {
  const { smtp, carrier } = await makeLinked(t, { connections: 1 });
  smtp.refuseRecipient('ningu@example.com', { code: 550, enhanced: '5.1.1' });
  t.like(await send(carrier, makeMessage({ to: 'ningu@example.com' })), { kind: 'rejected' });
  t.like(await send(carrier), { kind: 'accepted' });
  t.is(smtp.connects, 1);
});

test('a refused connection blames the link, and mail leaves when the server is there', async (t) => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const address = holder.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  holder.close();
  await once(holder, 'close');
  const carrier = makeCarrier(t, port);
  t.like(await send(carrier), { kind: 'retry', blame: 'link', reason: 'smtp ESOCKET ECONNREFUSED' });
  t.like(carrier.links()[0], { name: 'smtp', state: 'connecting', reason: 'smtp ESOCKET ECONNREFUSED' });
});

test('in trouble nothing is reserved until the rest is over, then one message goes ahead', async (t) => {
  const { smtp, carrier } = await makeLinked(t, { connections: 3 });
  smtp.refuseAt('greeting', { code: 421, times: 1 });
  const first = carrier.reserve();
  await first?.send(makeMessage());
  first?.release();
  t.false(carrier.up());
  t.is(carrier.reserve(), null);
  const probe = await reserveSoon(carrier);
  t.true(carrier.up());
  t.is(carrier.reserve(), null, 'the others wait for the answer of the one that went ahead');
  t.like(await probe.send(makeMessage()), { kind: 'accepted' });
  t.truthy(carrier.reserve());
  t.truthy(carrier.reserve());
  t.is(carrier.reserve(), null, 'the place of the first is still held');
  probe.release();
  t.truthy(carrier.reserve());
});

test('a message that went ahead and met trouble again prolongs the rest', async (t) => {
  const { smtp, carrier } = await makeLinked(t, { backOff: { firstMs: 5, mostMs: 40 } });
  smtp.refuseAt('greeting', { code: 421, times: 3 });
  const results = [await send(carrier), await send(carrier), await send(carrier), await send(carrier)];
  t.deepEqual(
    results.map(({ kind }) => kind),
    ['retry', 'retry', 'retry', 'accepted'],
  );
});

test('there are never more connections than the settings allow, however many e-mails wait', async (t) => {
  const { smtp, carrier } = await makeLinked(t, { connections: 2 });
  smtp.slowDown(5);
  const results = await Promise.all(Array.from({ length: 12 }, () => send(carrier)));
  t.true(results.every(({ kind }) => kind === 'accepted'));
  t.is(smtp.peakConnections, 2);
  t.is(smtp.connects, 2, 'connections are kept');
  t.is(carrier.links()[0]?.window, 2);
});

test('a place is free again only when it is given back, and giving it back twice frees one', (t) => {
  const carrier = makeCarrier(t, 1, { connections: 1 });
  let calls = 0;
  carrier.onFree(() => (calls += 1));
  const slot = carrier.reserve();
  t.is(carrier.reserve(), null);
  slot?.release();
  slot?.release();
  t.is(calls, 1);
  t.truthy(carrier.reserve());
  t.is(carrier.reserve(), null);
});

test('a silent server is given up in time, and mail leaves when it wakes', async (t) => {
  const { smtp, carrier } = await makeLinked(t, { timeoutMs: 2500 });
  smtp.freeze();
  t.like(await send(carrier), { kind: 'retry', blame: 'link', reason: 'smtp ETIMEDOUT' });
  smtp.unfreeze();
  t.like(await send(carrier), { kind: 'accepted' });
  t.is(smtp.messages.length, 1);
});

test('a server that answers but never gets done is given up at the deadline', async (t) => {
  const { smtp, carrier } = await makeLinked(t, { deadlineMs: 300 });
  smtp.slowDown(200);
  t.like(await send(carrier), { kind: 'retry', blame: 'link', reason: 'smtp EABORT' });
  t.is(smtp.messages.length, 0);
});

test('a connection lost after the whole message went out leaves it in doubt, and sends no copy', async (t) => {
  const { smtp, carrier } = await makeLinked(t);
  smtp.cutBeforeAnswer();
  const message = makeMessage();
  t.like(await send(carrier, message), { kind: 'inDoubt', taken: [] });
  t.is(smtp.messages.length, 1);
  t.like(await send(carrier), { kind: 'accepted' });
  t.is(smtp.messages.filter(({ messageId }) => messageId === message.messageId).length, 1);
});

test('no answer to the whole message leaves it in doubt', async (t) => {
  const { smtp, carrier } = await makeLinked(t, { timeoutMs: 2500 });
  smtp.holdAnswers();
  t.like(await send(carrier), { kind: 'inDoubt', reason: 'smtp ETIMEDOUT' });
  t.is(smtp.messages.length, 1);
});

test('a server that swallows everything leaves one e-mail at a time in doubt', async (t) => {
  const { smtp, carrier } = await makeLinked(t, { connections: 3 });
  smtp.cutBeforeAnswer(2);
  t.like(await send(carrier), { kind: 'inDoubt' });
  const probe = await reserveSoon(carrier);
  t.is(carrier.reserve(), null);
  t.like(await probe.send(makeMessage()), { kind: 'inDoubt' });
});

test('a kept connection that the server closed meanwhile costs nothing', async (t) => {
  const { smtp, carrier } = await makeLinked(t);
  t.like(await send(carrier), { kind: 'accepted' });
  smtp.dropConnections();
  t.like(await send(carrier), { kind: 'accepted' });
  t.is(smtp.messages.length, 2);
});

const NO_ADDRESSES = [
  ['', 'smtp 553 5.1.3'],
  ['nobody', 'smtp 553 5.1.3'],
  ['@example.com', 'smtp 553 5.1.3'],
  ['a@b@example.com', 'smtp 553 5.1.3'],
  ['nuria@example.com, altri@example.com', 'smtp 553 5.1.3'],
  ['nuria@example.com>\r\nRCPT TO:<altri@example.com', 'smtp 553 5.1.3'],
  ['"nuria puig"@example.com', 'smtp 553 5.1.3'],
  ['nuria..puig@example.com', 'smtp 553 5.1.3'],
  [`${'n'.repeat(65)}@example.com`, 'smtp 553 5.1.3'],
  ['nuria@localhost', 'smtp 553 5.1.3'],
  ['núria@example.com', 'smtp 553 5.6.7'],
] as const;

test('what is not one plain address is refused in words of the wire, without asking the server', async (t) => {
  const { smtp, carrier } = await makeLinked(t);
  for (const [to, reason] of NO_ADDRESSES) {
    t.deepEqual(await send(carrier, makeMessage({ to })), { kind: 'rejected', reason, taken: [] }, to);
  }
  t.is(smtp.connects, 0);
});

test('an international domain gets mail under its ASCII name', async (t) => {
  const { smtp, carrier } = await makeLinked(t);
  const message = makeMessage({ to: 'nuria@vilanòva.example' });
  t.like(await send(carrier, message), { kind: 'accepted' });
  t.regex(
    smtp.arrivalOf(message.messageId).source.toString('latin1'),
    /^To: nuria@xn--vilanva-h0a\.example\r$/m,
  );
});

test('a line break in a subject or name makes no header', async (t) => {
  const from = { name: 'OAC\r\nBcc: other@example.com', address: 'oac@example.cat' };
  const { smtp, carrier } = await makeLinked(t, { sender: { from } });
  await send(carrier, makeMessage({ subject: 'Hola\r\nBcc: other@example.com\r\n\r\n<p>text</p>' }));
  const [got] = smtp.messages;
  t.deepEqual(got?.to, ['nuria@example.com']);
  t.is(got?.headers['bcc'], undefined);
  t.regex(got?.html ?? '', /^<html lang="ca">/);
});

test('stopping lets running deliveries end, and takes no more', async (t) => {
  const { smtp, carrier } = await makeLinked(t);
  smtp.slowDown(20);
  const slot = carrier.reserve();
  const sending = slot?.send(makeMessage());
  await carrier.stop();
  t.like(await sending, { kind: 'accepted' });
  t.is(carrier.reserve(), null);
  t.false(carrier.up());
  t.is(carrier.links()[0]?.state, 'stopped');
});

test('the log has the codes and neither the address nor the words of the server', async (t) => {
  const lines: string[] = [];
  const logger = { warn: (details: object, text: string) => lines.push(JSON.stringify([details, text])) };
  const { smtp, carrier } = await makeLinked(t, { logger });
  smtp.refuseAt('recipient', { code: 550, enhanced: '5.1.1' });
  await send(carrier);
  t.is(lines.length, 1);
  t.regex(lines.join(), /smtp 550 5\.1\.1/);
  t.notRegex(lines.join(), /nuria|example|simulator/);
});
