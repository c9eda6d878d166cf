import { once } from 'node:events';
import test from 'ava';
import { ANSWER, SUBMIT, UNBIND, pdu, polite, rawGateway } from './raw-gateway.ts';
import { carrier, gateway, linked, linkTo, place, send, sms, until } from './sms-harness.ts';

const RECEIVER = 0x01;

test('a pair binds a transmitter and a receiver; texts go by one, receipts come by the other', async (t) => {
  const { smsc, sms: link, receipts } = await linked(t, { bind: 'pair' });
  const binds = smsc.log.entries.flatMap((entry) => (entry.event === 'bind' ? [entry.mode] : []));
  t.deepEqual(binds.sort(), ['receiver', 'transmitter']);
  const result = await send(link);
  t.is(result.kind, 'accepted');
  t.is(await smsc.sendReceipt({ messageId: result.taken[0]?.providerId ?? '' }), 0);
  t.is(receipts.length, 1);
  const submit = smsc.log.entries.find(({ event }) => event === 'submit');
  const receipt = smsc.log.entries.find(({ event }) => event === 'receipt');
  t.not(submit?.session, receipt?.session);
});

test('a pair is up only when both are bound', async (t) => {
  const raw = await rawGateway(t, (frame) => (frame.command === RECEIVER ? null : polite(frame)));
  const { sms: link } = carrier(t, { links: [linkTo(raw.port, { bind: 'pair' })] });
  link.start();
  const { sequence } = await raw.frame(RECEIVER);
  await raw.frame(0x02);
  t.is(link.reserve(), null);
  t.is(link.links()[0]?.state, 'connecting');
  t.true(sequence > 0);
});

test('a pair of which one half is refused gives up the other, and says why', async (t) => {
  const raw = await rawGateway(t, (frame) =>
    frame.command === RECEIVER ? pdu(0x80000001, 0x0e, frame.sequence) : polite(frame),
  );
  const { sms: link } = carrier(t, { links: [linkTo(raw.port, { bind: 'pair' })] });
  link.start();
  t.like(await until(link, ({ state }) => state === 'refused'), { reason: 'smpp 0x0000000E' });
  raw.reflex = polite;
  t.like(await send(link), { kind: 'accepted' });
});

test('when the receiver is lost, what is unanswered on the transmitter is waited for, and both begin anew', async (t) => {
  const raw = await rawGateway(t, (frame) => (frame.command === SUBMIT ? null : polite(frame)));
  const { sms: link } = carrier(t, { links: [linkTo(raw.port, { bind: 'pair' })] });
  link.start();
  const slot = await place(link);
  const sending = slot.send(sms());
  const submit = await raw.frame(SUBMIT);
  const transmitter = raw.lastOf(SUBMIT);
  raw.reflex = polite;
  raw.lastOf(RECEIVER)?.destroy();
  while (link.up()) await new Promise((resolve) => setTimeout(resolve, 5));
  t.is(link.reserve(), null);
  t.is(link.links()[0]?.state, 'connecting');
  t.is(raw.connections, 2);
  transmitter?.write(pdu(SUBMIT + ANSWER, 0, submit.sequence, Buffer.from('7\0')));
  t.like(await sending, { kind: 'accepted', taken: [{ position: 0, providerId: '7', providerKey: '7' }] });
  slot.release();
  t.like(await send(link), { kind: 'accepted' });
  t.is(raw.connections, 4);
});

test('stop unbinds both', async (t) => {
  const raw = await rawGateway(t);
  const { sms: link } = carrier(t, { links: [linkTo(raw.port, { bind: 'pair' })] });
  link.start();
  t.like(await send(link), { kind: 'accepted' });
  await link.stop(10_000);
  t.is(raw.frames.filter(({ command }) => command === UNBIND).length, 2);
});

test('a cut of both leaves doubts for what was unanswered, and both begin anew', async (t) => {
  const smsc = await gateway(t);
  const { sms: link } = carrier(t, { links: [linkTo(smsc.port, { bind: 'pair' })] });
  link.start();
  await until(link, ({ state }) => state === 'up');
  smsc.faults.set({ cutNext: 1, cutAt: 'beforeAnswer' });
  const slot = await place(link);
  const sending = slot.send(sms());
  t.like(await sending, { kind: 'inDoubt' });
  slot.release();
  smsc.dropConnections();
  await once(smsc, 'bind');
  t.like(await send(link), { kind: 'accepted' });
});
