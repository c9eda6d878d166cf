import { once } from 'node:events';
import test from 'ava';
import { carrier, freePort, gateway, linked, linkTo, place, QUICK, send, sms, until } from './sms-harness.ts';

test('an accepted text arrives with its sender, validity, priority and reference', async (t) => {
  const { smsc, sms: link } = await linked(t);
  const expiresAt = new Date('2099-11-24T10:40:00Z');
  const message = sms({ text: 'És a les 10.30 h', expiresAt, priority: 1, reference: 0x2003 });
  const result = await send(link, message);
  t.deepEqual(result, {
    kind: 'accepted',
    taken: [{ position: 0, providerId: '0000000001', providerKey: '1' }],
  });
  const [got] = smsc.messages;
  t.like(got, { to: '+34612345678', from: 'OAC-Cita', text: 'És a les 10.30 h', segments: 1, priority: 1 });
  t.is(got?.reference, 3 * 8);
  t.is(got?.validityPeriod?.toISOString(), expiresAt.toISOString());
  t.is(link.links()[0]?.submitted, 1);
});

test('the bind says SMPP 3.4', async (t) => {
  const smsc = await gateway(t);
  const { sms: link } = carrier(t, { links: [linkTo(smsc.port)] });
  const bind = once(smsc, 'bind');
  link.start();
  t.like((await bind)[0], { interfaceVersion: 0x34, status: 0, mode: 'transceiver' });
});

for (const longText of ['udh', 'sar', 'payload'] as const) {
  test(`a long text arrives whole by ${longText}, with a reference and an id for each part`, async (t) => {
    const { smsc, sms: link } = await linked(t, { longText });
    const text = `Instal·lació ${'à'.repeat(100)}`;
    const result = await send(link, sms({ text, reference: 5 }));
    t.is(result.kind, 'accepted');
    t.deepEqual(
      result.taken.map(({ position }) => position),
      [0, 1],
    );
    t.like(smsc.messages[0], { text, dataCoding: 8, segments: longText === 'payload' ? 1 : 2 });
    const submits = smsc.log.entries.filter(({ event }) => event === 'submit');
    t.is(submits.length, longText === 'payload' ? 1 : 2);
  });
}

test('parts that were taken before are not sent again', async (t) => {
  const { smsc, sms: link } = await linked(t);
  const message = sms({ text: 'x'.repeat(400), taken: [0, 1] });
  const result = await send(link, message);
  t.deepEqual(result.kind === 'accepted' && result.taken.map(({ position }) => position), [2]);
  t.is(smsc.log.entries.filter(({ event }) => event === 'submit').length, 1);
});

test('a text past its expiry is not handed over', async (t) => {
  const { smsc, sms: link } = await linked(t);
  const result = await send(link, sms({ expiresAt: new Date(Date.now() - 1000) }));
  t.deepEqual(result, { kind: 'rejected', reason: 'expired', taken: [] });
  t.is(smsc.messages.length, 0);
});

test('a sender, a number or a letter that cannot travel is found before the wire', async (t) => {
  const { smsc, sms: link } = await linked(t);
  t.like(await send(link, sms({ sender: 'Atenció Ciutadana' })), { kind: 'retry', blame: 'sender' });
  t.like(await send(link, sms({ to: 'nobody' })), { kind: 'rejected' });
  t.like(await send(link, sms({ parts: ['Ж'], alphabet: 'gsm' })), { kind: 'rejected' });
  t.is(smsc.log.entries.filter(({ event }) => event === 'submit').length, 0);
  t.like(await send(link), { kind: 'accepted' });
});

test('the window is never exceeded, and a place counts until it is given back', async (t) => {
  const { smsc, sms: link } = await linked(t, { window: 3 });
  smsc.holdAnswers();
  const slots = await Promise.all([place(link), place(link), place(link)]);
  t.is(link.reserve(), null);
  const sending = slots.map((slot, index) => slot.send(sms({ text: `n${index}` })));
  await smsc.waitFor(({ text }) => text === 'n2');
  smsc.releaseAnswers();
  await Promise.all(sending);
  t.is(link.reserve(), null);
  t.is(link.links()[0]?.inFlight, 3);
  const free = place(link);
  slots[1]?.release();
  slots[1]?.release();
  const slot = await free;
  t.is(link.reserve(), null);
  for (const one of [...slots, slot]) one?.release();
  t.is(link.links()[0]?.inFlight, 0);
});

test('a place is used once', async (t) => {
  const { smsc, sms: link } = await linked(t);
  const slot = await place(link);
  t.like(await slot.send(sms()), { kind: 'accepted' });
  t.like(await slot.send(sms()), { kind: 'retry', blame: 'link' });
  slot.release();
  const unused = await place(link);
  unused.release();
  t.like(await unused.send(sms()), { kind: 'retry', blame: 'link' });
  t.is(smsc.messages.length, 1);
});

test('a link cut between submit and answer leaves exactly those texts in doubt', async (t) => {
  const { smsc, sms: link } = await linked(t, { window: 3 });
  smsc.holdAnswers();
  const slots = await Promise.all([place(link), place(link), place(link)]);
  const sending = slots.slice(0, 2).map((slot, index) => slot.send(sms({ text: `n${index}` })));
  await smsc.waitFor(({ text }) => text === 'n1');
  smsc.dropConnections();
  const results = await Promise.all(sending);
  t.deepEqual(
    results.map(({ kind }) => kind),
    ['inDoubt', 'inDoubt'],
  );
  smsc.releaseAnswers();
  t.like(await slots[2]?.send(sms()), { kind: 'retry', blame: 'link', taken: [] });
  await until(link, ({ state }) => state === 'up');
  // Nothing is written down yet of any of the three, so the new session has no place either.
  t.is(link.reserve(), null);
  slots[0]?.release();
  t.like(await send(link), { kind: 'accepted' });
});

test('a submit without answer in time is in doubt, and the link starts anew', async (t) => {
  const { smsc, sms: link } = await linked(t, { answerSeconds: 1 });
  smsc.holdAnswers();
  const rebound = once(smsc, 'bound');
  t.deepEqual(await send(link), { kind: 'inDoubt', reason: 'no answer to submit_sm', taken: [] });
  await rebound;
  smsc.releaseAnswers();
  t.like(await send(link), { kind: 'accepted' });
});

test('of a long text whose link dies half way, the parts that were taken are told', async (t) => {
  const { smsc, sms: link } = await linked(t);
  smsc.faults.set({ cutAt: 'beforeAnswer', cutNext: 0 });
  const slot = await place(link);
  const second = new Promise<void>((resolve) => {
    smsc.log.on('entry', ({ event }) => {
      if (event !== 'submit') return;
      smsc.faults.set({ cutNext: 1 });
      resolve();
    });
  });
  const result = await slot.send(sms({ text: 'x'.repeat(300) }));
  await second;
  slot.release();
  t.is(result.kind, 'inDoubt');
  t.deepEqual(
    result.taken.map(({ position }) => position),
    [0],
  );
});

test('while the gateway is absent there are no places, and they come with it', async (t) => {
  const port = await freePort();
  const { sms: link } = carrier(t, { links: [linkTo(port)] });
  t.is(link.links()[0]?.state, 'stopped');
  link.start();
  await until(link, ({ reason }) => reason === 'ECONNREFUSED');
  t.is(link.reserve(), null);
  t.false(link.up());
  await gateway(t, { port });
  t.like(await send(link), { kind: 'accepted' });
  t.true(link.up());
  t.like(link.links()[0], { state: 'up', reason: null });
});

test('answers may come in another order than the submits', async (t) => {
  const { smsc, sms: link } = await linked(t);
  smsc.faults.set({ shuffleAnswers: 5 });
  const results = await Promise.all(
    Array.from({ length: 5 }, (_, index) => send(link, sms({ text: `n${index}`, reference: index }))),
  );
  const ids = new Map(smsc.messages.map(({ text, messageIds }) => [text, messageIds[0]]));
  for (const [index, result] of results.entries()) t.is(result.taken[0]?.providerId, ids.get(`n${index}`));
});

test('a gateway that falls silent is noticed without any text being sent', async (t) => {
  const times = { ...QUICK, session: { ...QUICK.session, enquireAnswerMs: 50 } };
  const { smsc, sms: link } = await linked(t, { enquireSeconds: 0.05 }, { times });
  smsc.freeze();
  await until(link, ({ reason }) => reason === 'enquire_link not answered');
  smsc.unfreeze();
  t.like(await send(link), { kind: 'accepted' });
});

test('a silent but living gateway is asked and kept', async (t) => {
  const { smsc, sms: link } = await linked(t, { enquireSeconds: 0.03 });
  for (let count = 0; count < 5; count += 1) await once(smsc, 'enquire_link');
  t.is(link.links()[0]?.state, 'up');
  t.is(smsc.log.entries.filter(({ event }) => event === 'bind').length, 1);
});

test('enquiries of the gateway are answered, and requests that nobody knows are refused', async (t) => {
  const { smsc, sms: link } = await linked(t);
  t.is(await smsc.request('enquire_link'), 0);
  t.is(await smsc.request('query_sm'), 0x03);
  t.is(link.links()[0]?.state, 'up');
});

test('an unbind of the gateway is answered, and the client comes back', async (t) => {
  const { smsc, sms: link } = await linked(t);
  const again = once(smsc, 'bound');
  await smsc.unbindAll();
  await again;
  t.like(await send(link), { kind: 'accepted' });
});

test('an unbind of the gateway waits for the answers that are due', async (t) => {
  const { smsc, sms: link } = await linked(t);
  smsc.faults.set({ delayMs: 100 });
  const sending = send(link);
  await smsc.waitFor(() => true);
  await smsc.unbindAll();
  t.like(await sending, { kind: 'accepted' });
});

for (const status of [0x0d, 0x0e, 0x0f]) {
  test(`after bind status 0x${status.toString(16)} the client insists only after the longest wait`, async (t) => {
    const smsc = await gateway(t);
    smsc.refuseBind(status);
    const times = { ...QUICK, reconnect: { minMs: 1, maxMs: 400 } };
    const { sms: link } = carrier(t, { links: [linkTo(smsc.port)], times });
    const at: number[] = [];
    smsc.on('bind', () => at.push(performance.now()));
    const first = once(smsc, 'bind');
    link.start();
    await first;
    const reason = `smpp 0x0000000${status.toString(16).toUpperCase()}`;
    t.like(await until(link, ({ state }) => state === 'refused'), { reason });
    t.false(link.up());
    await once(smsc, 'bind');
    t.true((at[1] ?? 0) - (at[0] ?? 0) >= 390);
    smsc.refuseBind(0);
    await until(link, ({ state }) => state === 'up');
    t.like(await send(link), { kind: 'accepted' });
  });
}

test('a gateway that still holds our last session is waited for', async (t) => {
  const smsc = await gateway(t);
  smsc.refuseBind(0x05);
  const { sms: link } = carrier(t, { links: [linkTo(smsc.port)] });
  link.start();
  t.like(await until(link, ({ reason }) => reason !== null), {
    state: 'connecting',
    reason: 'smpp 0x00000005',
  });
  smsc.refuseBind(0);
  t.like(await send(link), { kind: 'accepted' });
});

test('stop takes nothing new, waits for the answers, unbinds and closes', async (t) => {
  const { smsc, sms: link } = await linked(t);
  smsc.holdAnswers();
  const slot = await place(link);
  const waiting = await place(link);
  const sending = slot.send(sms());
  await smsc.waitFor(() => true);
  const unbound = once(smsc, 'unbind');
  const stopped = link.stop(10_000);
  t.is(link.reserve(), null);
  t.like(await waiting.send(sms()), { kind: 'retry', blame: 'link' });
  smsc.releaseAnswers();
  t.like(await sending, { kind: 'accepted' });
  await unbound;
  await stopped;
  t.like(link.links()[0], { state: 'stopped' });
});

test('stop sends a long text to its end', async (t) => {
  const { smsc, sms: link } = await linked(t, { ratePerSecond: 20 });
  const slot = await place(link);
  const sending = slot.send(sms({ text: 'x'.repeat(600) }));
  const stopped = link.stop(20_000);
  t.like(await sending, { kind: 'accepted' });
  await stopped;
  t.is(smsc.messages[0]?.text.length, 600);
});

test('stop does not wait for ever for answers', async (t) => {
  const { smsc, sms: link } = await linked(t);
  smsc.holdAnswers();
  const slot = await place(link);
  const sending = slot.send(sms());
  await smsc.waitFor(() => true);
  const cut = once(smsc, 'unbound');
  await link.stop(100);
  t.like(await sending, { kind: 'inDoubt' });
  await cut;
});
