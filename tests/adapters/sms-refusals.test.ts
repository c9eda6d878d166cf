import { once } from 'node:events';
import test from 'ava';
import { carrier, gateway, linked, linkTo, place, QUICK, send, sms, until } from './sms-harness.ts';

const refusals = [
  { status: 0x14, means: 'queue full', result: { kind: 'retry', blame: 'message', afterMs: 60_000 } },
  { status: 0x08, means: 'gateway in trouble', result: { kind: 'retry', blame: 'message', afterMs: 30_000 } },
  { status: 0x64, means: 'temporary fault', result: { kind: 'retry', blame: 'message', afterMs: 30_000 } },
  { status: 0x0a, means: 'our alias refused', result: { kind: 'retry', blame: 'sender' } },
  { status: 0x48, means: 'type of our alias refused', result: { kind: 'retry', blame: 'sender' } },
  { status: 0x45, means: 'submit failed', result: { kind: 'retry', blame: 'message', tries: 3 } },
  { status: 0x450, means: 'a code of the vendor', result: { kind: 'retry', blame: 'message', tries: 3 } },
  { status: 0x0b, means: 'no such number', result: { kind: 'rejected' } },
  { status: 0x01, means: 'malformed request', result: { kind: 'rejected' } },
];

for (const { status, means, result } of refusals) {
  test(`status 0x${status.toString(16)} (${means}) becomes ${result.kind}`, async (t) => {
    const { smsc, sms: link } = await linked(t);
    smsc.answerWith(status);
    const got = await send(link);
    t.like(got, result);
    t.deepEqual(got.taken, []);
    t.true('reason' in got && got.reason.startsWith('smpp 0x'));
    t.is(smsc.messages.length, 0);
    smsc.answerWith(0);
    t.like(await send(link), { kind: 'accepted' });
  });
}

test('an alphabet that is refused may be tried as UCS-2, and UCS-2 may not', async (t) => {
  const { smsc, sms: link } = await linked(t);
  smsc.answerWith(0x104);
  t.deepEqual(await send(link), { kind: 'recode', reason: 'smpp 0x00000104', taken: [] });
  t.like(await send(link, sms({ text: 'Instal·lació' })), { kind: 'rejected' });
  t.like(await send(link, sms({ text: 'x'.repeat(300), taken: [0] })), { kind: 'rejected' });
});

test('a link may give a status another meaning', async (t) => {
  const statuses = { 0x45: 'reject', 0x400: 'sender', 0x0b: 'later' } as const;
  const { smsc, sms: link } = await linked(t, { statuses });
  smsc.answerWith(0x45);
  t.like(await send(link), { kind: 'rejected' });
  smsc.answerWith(0x400);
  t.like(await send(link), { kind: 'retry', blame: 'sender' });
  smsc.answerWith(0x0b);
  t.like(await send(link), { kind: 'retry', blame: 'message' });
});

test('a refusal of a later part leaves the earlier ones taken and the rest unsent', async (t) => {
  const { smsc, sms: link } = await linked(t);
  smsc.log.once('entry', () => smsc.answerWith(0x08));
  const result = await send(link, sms({ text: 'x'.repeat(450) }));
  t.like(result, { kind: 'retry', blame: 'message' });
  t.deepEqual(
    result.taken.map(({ position }) => position),
    [0],
  );
  t.is(smsc.log.entries.filter(({ event }) => event === 'submit').length, 2);
});

test('status 0x04 makes the link bind again, and is no fault of the message', async (t) => {
  const { smsc, sms: link } = await linked(t);
  const again = once(smsc, 'bind');
  smsc.answerWith(0x04);
  t.like(await send(link), { kind: 'retry', blame: 'link' });
  smsc.answerWith(0);
  await again;
  t.like(await send(link), { kind: 'accepted' });
});

test('a rebind puts nothing in doubt that is still unanswered', async (t) => {
  const { smsc, sms: link } = await linked(t);
  smsc.holdAnswers();
  const held = send(link, sms({ text: 'held' }));
  await smsc.waitFor(({ text }) => text === 'held');
  smsc.faults.set({ statusNext: 1, status: 0x04 });
  const refused = send(link);
  smsc.log.on('entry', ({ event }) => {
    if (event === 'submit') setImmediate(() => smsc.releaseAnswers());
  });
  t.like(await refused, { kind: 'retry', blame: 'link' });
  t.like(await held, { kind: 'accepted' });
});

test('throttling pauses the whole link, blames no message, and halves the rate', async (t) => {
  const { smsc, sms: link } = await linked(t, { ratePerSecond: 100 });
  t.is(link.links()[0]?.ratePerSecond, 100);
  smsc.answerWith(0x58);
  const result = await send(link);
  t.like(result, { kind: 'retry', blame: 'link', reason: 'smpp 0x00000058' });
  t.true(result.kind === 'retry' && (result.afterMs ?? 0) > 0);
  t.is(link.reserve(), null);
  t.true(link.up());
  const status = link.links()[0];
  t.true(status?.throttledUntil instanceof Date);
  t.is(status?.ratePerSecond, 50);
  smsc.answerWith(0);
  t.like(await send(link), { kind: 'accepted' });
  t.like(link.links()[0], { throttledUntil: null, ratePerSecond: 50 });
});

test('a burst of throttled answers is one refusal', async (t) => {
  const { smsc, sms: link } = await linked(t);
  const slots = await Promise.all(Array.from({ length: 8 }, () => place(link)));
  smsc.answerWith(0x58);
  const results = await Promise.all(slots.map((slot) => slot.send(sms())));
  t.true(results.every((result) => result.kind === 'retry' && result.blame === 'link'));
  // Eight texts had left within the second; half of that is what is left, not a 256th.
  t.is(link.links()[0]?.ratePerSecond, 4);
  for (const slot of slots) slot.release();
});

test('a place that was given before a pause is not used during it', async (t) => {
  const { smsc, sms: link } = await linked(t);
  const early = await place(link);
  smsc.faults.set({ statusNext: 1, status: 0x58 });
  t.like(await send(link), { kind: 'retry', blame: 'link' });
  t.like(await early.send(sms()), { kind: 'retry', blame: 'link', reason: 'gateway wants a pause' });
  early.release();
  t.is(smsc.messages.length, 0);
});

test('a link slows down to what the gateway takes, and loses nothing', async (t) => {
  const times = { ...QUICK, throttle: { firstMs: 300, longestMs: 1000, recoverMs: 100_000 } };
  const { smsc, sms: link } = await linked(t, { ratePerSecond: 200 }, { times });
  smsc.faults.set({ perSecond: 30 });
  const deliver = async (index: number): Promise<void> => {
    const result = await send(link, sms({ text: `n${index}`, reference: index }));
    if (result.kind === 'accepted') return;
    t.like(result, { kind: 'retry', blame: 'link' });
    await deliver(index);
  };
  await Promise.all(Array.from({ length: 60 }, (_, index) => deliver(index)));
  t.is(new Set(smsc.messages.map(({ text }) => text)).size, 60);
  t.is(smsc.messages.length, 60);
  t.true((link.links()[0]?.ratePerSecond ?? 200) < 200);
});

test('a full queue is the message’s matter twice, and the link’s at the third time', async (t) => {
  const { smsc, sms: link } = await linked(t);
  smsc.answerWith(0x14);
  t.like(await send(link), { kind: 'retry', blame: 'message' });
  t.like(await send(link), { kind: 'retry', blame: 'message' });
  t.is(link.links()[0]?.throttledUntil, null);
  t.like(await send(link), { kind: 'retry', blame: 'link' });
  t.true(link.links()[0]?.throttledUntil instanceof Date);
  t.is(link.links()[0]?.ratePerSecond, null);
  smsc.answerWith(0);
  t.like(await send(link), { kind: 'accepted' });
});

test('full queues with a text taken between them do not pause the link', async (t) => {
  const { smsc, sms: link } = await linked(t);
  for (let round = 0; round < 3; round += 1) {
    smsc.faults.set({ statusNext: 2, status: 0x14 });
    t.like(await send(link), { kind: 'retry', blame: 'message' });
    t.like(await send(link), { kind: 'retry', blame: 'message' });
    t.like(await send(link), { kind: 'accepted' });
  }
  t.is(link.links()[0]?.throttledUntil, null);
});

test('the rate of the contract is kept, part by part, within any second', async (t) => {
  const { smsc, sms: link } = await linked(t, { ratePerSecond: 20, window: 50 });
  const at: number[] = [];
  smsc.log.on('entry', ({ event }) => {
    if (event === 'submit') at.push(performance.now());
  });
  const texts = Array.from({ length: 15 }, (_, index) => sms({ text: 'x'.repeat(300), reference: index }));
  await Promise.all(texts.map((message) => send(link, message)));
  t.is(at.length, 30);
  // Ten over the rate of a second: the last cannot have come before half a second had passed after the first.
  t.true((at[29] ?? 0) - (at[0] ?? 0) >= 450);
  for (const [index, moment] of at.entries()) {
    const next = at[index + 20];
    // Up to a late timer at either end of what left a second apart.
    if (next !== undefined) t.true(next - moment >= 900, `${index}: ${next - moment}`);
  }
});

test('a place that is given back unused gives its token back', async (t) => {
  const { sms: link } = await linked(t, { ratePerSecond: 0.1 });
  const first = await place(link);
  t.is(link.reserve(), null);
  first.release();
  const second = link.reserve();
  t.truthy(second);
  second?.release();
});

test('a link that is down, pausing or full is passed over, and the first that is better comes first', async (t) => {
  const a = await gateway(t, { name: 'a' });
  const b = await gateway(t, { name: 'b' });
  const { sms: both } = carrier(t, {
    links: [
      linkTo(b.port, { name: 'b', priority: 2, provider: 'two' }),
      linkTo(a.port, { name: 'a', priority: 1, provider: 'one', window: 1 }),
    ],
  });
  t.deepEqual(both.providers, ['two', 'one']);
  both.start();
  await until(both, ({ state }) => state === 'up', 'a');
  await until(both, ({ state }) => state === 'up', 'b');
  const first = both.reserve();
  t.is(first?.link, 'a');
  // Full.
  const second = both.reserve();
  t.is(second?.link, 'b');
  second?.release();
  first?.release();
  // Wished, avoided, and of one provider alone.
  const wished = both.reserve({ link: 'b' });
  t.is(wished?.link, 'b');
  wished?.release();
  const avoided = both.reserve({ avoid: 'a' });
  t.is(avoided?.link, 'b');
  avoided?.release();
  const ofTwo = both.reserve({ provider: 'two', link: 'a' });
  t.is(ofTwo?.link, 'b');
  ofTwo?.release();
  t.is(both.reserve({ provider: 'three' }), null);
  // Pausing.
  a.faults.set({ statusNext: 1, status: 0x58 });
  const slot = both.reserve();
  t.is(slot?.link, 'a');
  t.like(await slot?.send(sms()), { kind: 'retry', blame: 'link' });
  slot?.release();
  const meanwhile = both.reserve();
  t.is(meanwhile?.link, 'b');
  meanwhile?.release();
  await until(both, ({ throttledUntil }) => throttledUntil === null, 'a');
  // Down.
  await a.stop();
  await until(both, ({ state }) => state === 'connecting', 'a');
  t.is((await send(both)).kind, 'accepted');
  t.is(b.messages.length, 1);
  t.true(both.up());
  t.is(both.reserve({ provider: 'one' }), null);
});

test('links of the same priority share the work', async (t) => {
  const a = await gateway(t);
  const b = await gateway(t);
  const { sms: both } = carrier(t, {
    links: [linkTo(a.port, { name: 'a' }), linkTo(b.port, { name: 'b' })],
  });
  both.start();
  await until(both, ({ state }) => state === 'up', 'a');
  await until(both, ({ state }) => state === 'up', 'b');
  const slots = Array.from({ length: 6 }, () => both.reserve());
  t.is(slots.filter((slot) => slot?.link === 'a').length, 3);
  for (const slot of slots) slot?.release();
});

test('the Spanish table is for all links or for none', (t) => {
  const links = [linkTo(1, { name: 'a', spanishShift: true }), linkTo(1, { name: 'b' })];
  t.false(carrier(t, { links }).sms.spanishShift);
  t.true(carrier(t, { links: links.slice(0, 1) }).sms.spanishShift);
});
