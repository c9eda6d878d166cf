import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import {
  dispatchDue,
  recordReceipts,
  startMessages,
  sweepParked,
} from '../../server/features/messages/index.ts';
import { partReference, type DeliveryReceipt } from '../../server/kernel/carriers.ts';
import { addMinutes, addSeconds, systemClock } from '../../server/kernel/clock.ts';
import { ChannelControl } from '../../server/models/ChannelControl.ts';
import { GatewayLink } from '../../server/models/GatewayLink.ts';
import { OutboxMessage } from '../../server/models/OutboxMessage.ts';
import { OutboxPart } from '../../server/models/OutboxPart.ts';
import { ParkedReceipt } from '../../server/models/ParkedReceipt.ts';
import { SenderHold } from '../../server/models/SenderHold.ts';
import { SmsSender } from '../../server/models/SmsSender.ts';
import { TUESDAY } from '../helpers/clock.ts';
import { messageList } from '../helpers/outbox.ts';
import { useWorld } from '../helpers/world.ts';
import { makeConfirmed, mailsTo, textsTo, eventsOf, messageOf, scopeOf } from './helpers.ts';
import { ownGateway } from './own-gateway.ts';

const world = useWorld(test);
test.beforeEach(() => world().clock.set(TUESDAY));

function receipt(values: Partial<DeliveryReceipt>): DeliveryReceipt {
  const none = { providerId: '', providerKey: '', reference: null, recipient: null };
  return { link: 'main', state: 'delivered', reason: 'DELIVRD', at: world().clock.now(), ...none, ...values };
}

test.serial(
  'a channel that is paused sends nothing, its late messages expire unsent, and the rest leaves on resuming',
  async (t) => {
    const made = await makeConfirmed(world(), { inMinutes: 60, email: null });
    const near = await makeConfirmed(world(), { inMinutes: 5, email: null }, made.office);
    const paused = (pausedAt: Date | null) =>
      ChannelControl.update({ pausedAt }, { where: { channel: 'sms' } });
    t.teardown(() => paused(null));
    await paused(world().clock.now());
    t.is(await dispatchDue(world().deps, scopeOf(made)), 0);
    world().clock.advance(16);
    t.is(await dispatchDue(world().deps, scopeOf(made)), 0);
    const late = await messageOf(near, 'link');
    t.deepEqual(
      [late.state, late.nextAt, late.reason, await eventsOf(late)],
      ['expired', null, 'paused', ['expired']],
    );
    await paused(null);
    await dispatchDue(world().deps, scopeOf(made));
    t.is(textsTo(world(), made.mobile).length, 1);
    t.deepEqual(
      textsTo(world(), near.mobile).filter(({ text }) => text.includes('/v/')),
      [],
    );
  },
);

test.serial(
  'an alias without registration is refused before sending, and its texts leave once it has one',
  async (t) => {
    const made = await makeConfirmed(world(), { email: null });
    const alias = { officeId: made.office.id, address: 'OACGirona', provider: null, updatedAt: new Date() };
    await SmsSender.create({ ...alias, registeredUntil: null });
    await dispatchDue(world().deps, scopeOf(made));
    const held = await messageOf(made, 'confirmation');
    t.deepEqual([held.state, held.reason, held.attempts], ['queued', 'sender unregistered', 0]);
    t.deepEqual(await eventsOf(held), ['held']);
    await SmsSender.update({ registeredUntil: '2027-05-31' }, { where: { officeId: made.office.id } });
    world().clock.set(held.nextAt ?? new Date(0));
    await dispatchDue(world().deps, scopeOf(made));
    t.is(textsTo(world(), made.mobile).length, 1);
    t.is((await messageOf(made, 'confirmation')).nextAt, null);
  },
);

test.serial('texts of a sender on hold wait, tell it once, and leave when the hold is over', async (t) => {
  const made = await makeConfirmed(world(), { email: null, inMinutes: 600 });
  await SmsSender.create({
    officeId: made.office.id,
    address: 'OACRipoll',
    provider: null,
    registeredUntil: '2027-05-31',
    updatedAt: new Date(),
  });
  const untilAt = addMinutes(TUESDAY, 10);
  await SenderHold.create({ address: 'OACRipoll', untilAt, reason: 'smpp 0x0000000A', since: TUESDAY });
  await dispatchDue(world().deps, scopeOf(made));
  const held = await messageOf(made, 'confirmation');
  t.deepEqual([held.state, held.nextAt], ['queued', untilAt]);
  await held.update({ nextAt: world().clock.now() });
  await dispatchDue(world().deps, scopeOf(made));
  t.deepEqual(await eventsOf(held), ['held']);
  world().clock.set(untilAt);
  await dispatchDue(world().deps, scopeOf(made));
  t.is(textsTo(world(), made.mobile).length, 1);
});

test.serial('a link that cannot reach the mobile goes by e-mail, a PIN never does', async (t) => {
  const { smsc, deps } = await ownGateway(t, world());
  const made = await makeConfirmed(world(), { inMinutes: 5 });
  smsc.answerWith(0x0b);
  await dispatchDue(deps, scopeOf(made));
  await dispatchDue(deps, scopeOf(made));
  const [failed, instead] = [await messageOf(made, 'link'), await messageOf(made, 'link', 'email')];
  t.deepEqual([failed.state, await eventsOf(failed)], ['failed', ['failed', 'fallback']]);
  t.deepEqual([instead.state, instead.originId], ['accepted', failed.id]);
  t.true(mailsTo(world(), made.email).some(({ text }) => text.includes('/v/')));
  // The confirmation was written to both from the start, so its failure writes nothing more.
  t.is(mailsTo(world(), made.email).length, 2);
});

test.serial('the network’s report that a text never arrived sends the link by e-mail as well', async (t) => {
  const { smsc, deps } = await ownGateway(t, world());
  const made = await makeConfirmed(world(), { inMinutes: 5 });
  await dispatchDue(deps, scopeOf(made));
  const link = await messageOf(made, 'link');
  const part = await OutboxPart.findOne({ where: { messageId: link.id }, rejectOnEmpty: true });
  await smsc.sendReceipt({ messageId: part.providerId, word: 'UNDELIV', state: 5 });
  t.is((await messageOf(made, 'link')).state, 'failed');
  t.is((await messageOf(made, 'link', 'email')).originId, link.id);
});

test.serial(
  'a receipt that comes before its answer is parked, and found when the answer is recorded',
  async (t) => {
    const made = await makeConfirmed(world(), { email: null });
    const next = String(world().smsc.messages.length);
    const early = receipt({ providerId: `early-${next}`, providerKey: `early-${next}` });
    await recordReceipts(world().deps, [early]);
    t.is(await ParkedReceipt.count({ where: { providerKey: early.providerKey } }), 1);
    await dispatchDue(world().deps, scopeOf(made));
    const message = await messageOf(made, 'confirmation');
    await OutboxMessage.update({ state: 'accepted' }, { where: { id: message.id } });
    const { providerId, providerKey } = early;
    await OutboxPart.destroy({ where: { messageId: message.id } });
    await OutboxPart.create({
      messageId: message.id,
      link: 'main',
      providerId,
      providerKey,
      createdAt: TUESDAY,
    });
    await sweepParked(world().deps);
    t.is((await messageOf(made, 'confirmation')).state, 'delivered');
    t.is(await ParkedReceipt.count({ where: { providerKey } }), 0);
  },
);

test.serial(
  'a receipt that nobody asks for is forgotten after a day, and an old one is not for a new text',
  async (t) => {
    const old = receipt({ providerId: 'again-1', providerKey: 'again-1' });
    await recordReceipts(world().deps, [old]);
    world().clock.advance(11);
    const made = await makeConfirmed(world(), { email: null });
    await dispatchDue(world().deps, scopeOf(made));
    const message = await messageOf(made, 'confirmation');
    await OutboxMessage.update({ state: 'accepted' }, { where: { id: message.id } });
    await OutboxPart.update(
      { providerId: 'again-1', providerKey: 'again-1', state: 'pending', createdAt: world().clock.now() },
      { where: { messageId: message.id } },
    );
    await sweepParked(world().deps);
    t.is((await messageOf(made, 'confirmation')).state, 'accepted');
    world().clock.advance(24 * 60);
    await sweepParked(world().deps);
    t.is(await ParkedReceipt.count({ where: { providerKey: 'again-1' } }), 0);
  },
);

test.serial(
  'a receipt that echoes our reference settles a text in doubt, for the same person only',
  async (t) => {
    const { smsc, deps } = await ownGateway(t, world(), { responseTimeoutMs: 300 });
    const made = await makeConfirmed(world(), { email: null });
    smsc.holdAnswers();
    await dispatchDue(deps, scopeOf(made));
    const doubtful = await messageOf(made, 'confirmation');
    t.is(doubtful.state, 'in_doubt');
    const echo = { reference: partReference(doubtful.id, 0), providerId: 'x-9', providerKey: 'x-9' };
    await recordReceipts(deps, [receipt({ ...echo, recipient: '+34600999999' })]);
    t.is((await messageOf(made, 'confirmation')).state, 'in_doubt');
    await recordReceipts(deps, [receipt({ ...echo, recipient: made.mobile })]);
    const settled = await messageOf(made, 'confirmation');
    t.like(settled, { state: 'delivered', nextAt: null, segments: 1, repeats: 0 });
    world().clock.advance(10);
    t.is(await dispatchDue(deps, scopeOf(made)), 0);
  },
);

test.serial('of two copies one that arrived is enough, and one that failed is not the end', async (t) => {
  const made = await makeConfirmed(world(), { email: null });
  await dispatchDue(world().deps, scopeOf(made));
  const message = await messageOf(made, 'confirmation');
  await OutboxMessage.update({ state: 'accepted' }, { where: { id: message.id } });
  await OutboxPart.destroy({ where: { messageId: message.id } });
  for (const key of ['copy-1', 'copy-2'])
    await OutboxPart.create({
      messageId: message.id,
      link: 'main',
      providerId: key,
      providerKey: key,
      createdAt: TUESDAY,
    });
  await recordReceipts(world().deps, [
    receipt({ providerKey: 'copy-1', providerId: 'copy-1', state: 'failed', reason: 'UNDELIV' }),
  ]);
  t.is((await messageOf(made, 'confirmation')).state, 'accepted');
  await recordReceipts(world().deps, [receipt({ providerKey: 'copy-2', providerId: 'copy-2' })]);
  t.is((await messageOf(made, 'confirmation')).state, 'delivered');
});

test.serial('a message leaves when it becomes due, without anybody ringing, and not before', async (t) => {
  const { smsc, deps } = await ownGateway(t, world());
  const made = await makeConfirmed(world(), { email: null });
  const due = addSeconds(new Date(), 3);
  await OutboxMessage.update(
    { dueAt: due, nextAt: due },
    { where: { id: (await messageOf(made, 'confirmation')).id } },
  );
  const messages = startMessages({ ...deps, clock: systemClock });
  t.teardown(() => messages.stop());
  const text = await smsc.waitFor(({ to }) => to === made.mobile, 30_000);
  t.true(text.receivedAt >= due);
});

test.serial('a process shows its links while it runs, and takes them down when it ends', async (t) => {
  const messages = startMessages(world().deps);
  const shown = () => GatewayLink.findAll({ order: ['channel'] });
  let rows = await shown();
  while (rows.length < 2) {
    await delay(50);
    rows = await shown();
  }
  t.deepEqual(
    rows.map(({ channel, state }) => [channel, state]),
    [
      ['sms', 'up'],
      ['email', 'up'],
    ],
  );
  await messages.stop();
  t.deepEqual(await shown(), []);
});

test.serial('what is planned for later is left alone', async (t) => {
  const { deps } = await ownGateway(t, world());
  const made = await makeConfirmed(world(), { email: null, inMinutes: 60 });
  await dispatchDue(deps, scopeOf(made));
  t.deepEqual(await messageList(made.appointment), ['sms confirmation accepted', 'sms link queued']);
});

test.serial('a repeat whose receipt comes before its answer is shown as delivered', async (t) => {
  const { smsc, deps, untilLink } = await ownGateway(t, world(), { responseTimeoutMs: 300 });
  const made = await makeConfirmed(world(), { email: null });
  smsc.holdAnswers();
  await dispatchDue(deps, scopeOf(made));
  const doubtful = await messageOf(made, 'confirmation');
  t.is(doubtful.state, 'in_doubt');
  await untilLink('up');
  world().clock.set(doubtful.nextAt ?? new Date(0));
  const repeating = dispatchDue(deps, scopeOf(made));
  await smsc.waitFor(({ to }) => to === made.mobile && smsc.messages.length === 2);
  const copy = smsc.messages.at(-1)?.messageIds[0] ?? '';
  const early = { providerId: copy, providerKey: copy, reference: partReference(doubtful.id, 0) };
  await recordReceipts(deps, [receipt({ ...early, recipient: made.mobile })]);
  t.is((await messageOf(made, 'confirmation')).state, 'leased');
  smsc.releaseAnswers();
  await repeating;
  t.like(await messageOf(made, 'confirmation'), { state: 'delivered', repeats: 1 });
});

test.serial('a receipt that comes twice leaves nothing behind', async (t) => {
  const { smsc, deps } = await ownGateway(t, world());
  const made = await makeConfirmed(world(), { email: null });
  await dispatchDue(deps, scopeOf(made));
  const providerId = smsc.messages[0]?.messageIds[0] ?? '';
  const part = await OutboxPart.findOne({
    where: { messageId: (await messageOf(made, 'confirmation')).id },
    rejectOnEmpty: true,
  });
  const { providerKey } = part;
  const twice = receipt({ providerId, providerKey, recipient: made.mobile });
  await recordReceipts(deps, [twice, twice]);
  await recordReceipts(deps, [twice]);
  t.is((await messageOf(made, 'confirmation')).state, 'delivered');
  t.is(await ParkedReceipt.count({ where: { providerKey } }), 0);
});

test.serial('an accepted text whose parts have arrived is brought in line by the sweeper', async (t) => {
  const { deps } = await ownGateway(t, world());
  const made = await makeConfirmed(world(), { email: null });
  await dispatchDue(deps, scopeOf(made));
  const message = await messageOf(made, 'confirmation');
  await OutboxPart.update({ state: 'delivered' }, { where: { messageId: message.id } });
  await sweepParked(deps);
  t.is((await messageOf(made, 'confirmation')).state, 'delivered');
});

test.serial(
  'a text whose answer was lost is not repeated when the network had reported on it already',
  async (t) => {
    const { smsc, deps } = await ownGateway(t, world(), { responseTimeoutMs: 1500 });
    const made = await makeConfirmed(world(), { email: null });
    const message = await messageOf(made, 'confirmation');
    smsc.holdAnswers();
    const dispatching = dispatchDue(deps, scopeOf(made));
    const { messageIds } = await smsc.waitFor(({ to }) => to === made.mobile);
    const providerId = messageIds[0] ?? '';
    const early = { providerId, providerKey: providerId, reference: partReference(message.id, 0) };
    await recordReceipts(deps, [receipt({ ...early, recipient: made.mobile })]);
    t.is((await messageOf(made, 'confirmation')).state, 'leased');
    await dispatching;
    t.like(await messageOf(made, 'confirmation'), {
      state: 'delivered',
      doubts: 1,
      repeats: 0,
      nextAt: null,
    });
    world().clock.advance(10);
    await dispatchDue(deps, scopeOf(made));
    t.is(smsc.messages.length, 1);
  },
);

test.serial('the lease of a long text on the wire grows with its parts', async (t) => {
  const { smsc, deps } = await ownGateway(t, world());
  const made = await makeConfirmed(world(), { email: null });
  await made.office.update({ name: `Oficina d’Atenció Ciutadana ${'de la Vall '.repeat(7)}`.trim() });
  smsc.holdAnswers();
  const dispatching = dispatchDue(deps, scopeOf(made));
  await smsc.log.next(({ event }) => event === 'submit');
  const onTheWire = await messageOf(made, 'confirmation');
  const seconds = ((onTheWire.leasedUntil?.getTime() ?? 0) - (onTheWire.wiredAt?.getTime() ?? 0)) / 1000;
  t.true(seconds >= deps.settings.OUTBOX_LEASE_SECONDS + 30);
  smsc.releaseAnswers();
  await dispatching;
});
