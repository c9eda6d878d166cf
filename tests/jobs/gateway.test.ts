import test from 'ava';
import { dispatchDue } from '../../server/features/messages/index.ts';
import { addSeconds } from '../../server/kernel/clock.ts';
import type { MessageKind } from '../../server/models/OutboxMessage.ts';
import { TUESDAY } from '../helpers/clock.ts';
import { makeOffice } from '../helpers/factories.ts';
import { latestPin, messageList, messagesOf } from '../helpers/outbox.ts';
import { useWorld } from '../helpers/world.ts';
import { enter, makeConfirmed, mailsTo, moveTo, type Case } from './helpers.ts';
import { ownGateway } from './own-gateway.ts';

const world = useWorld(test);
test.beforeEach(() => world().clock.set(TUESDAY));

/** The latest message of this kind by SMS. */
async function textOf({ appointment }: Case, kind: MessageKind) {
  const row = (await messagesOf(appointment)).findLast((one) => one.kind === kind && one.channel === 'sms');
  if (!row) throw new Error(`No text of kind ${kind}`);
  return row;
}

test.serial('while the gateway is away texts wait, no try is used up, and e-mail leaves', async (t) => {
  const { smsc, deps, untilLink } = await ownGateway(t, world());
  smsc.refuseBind(0x08);
  smsc.dropConnections();
  await untilLink('down');
  const made = await makeConfirmed(world(), { inMinutes: 5 });
  const scope = { officeIds: [made.office.id] };
  t.is(await dispatchDue(deps, scope), 1);
  t.is(mailsTo(world(), made.email).length, 1);
  t.deepEqual(await messageList(made.appointment), [
    'sms confirmation queued',
    'email confirmation accepted',
    'sms link queued',
  ]);
  t.deepEqual([(await textOf(made, 'link')).attempts, (await textOf(made, 'link')).doubts], [0, 0]);
  smsc.refuseBind(0);
  await untilLink('up');
  t.is(await dispatchDue(deps, scope), 2);
  t.is(smsc.messages.length, 2);
});

test.serial('after an outage the most urgent leave first: PIN, link, confirmation, news', async (t) => {
  const { smsc, deps, untilLink } = await ownGateway(t, world());
  smsc.refuseBind(0x08);
  smsc.dropConnections();
  await untilLink('down');
  const office = await makeOffice({ desks: 9 });
  const one = await makeConfirmed(world(), { inMinutes: 90, email: null }, office);
  const news = await makeConfirmed(world(), { inMinutes: 90, email: null }, office);
  await moveTo(world(), news, 120);
  await makeConfirmed(world(), { inMinutes: 5, email: null }, office);
  const arrived = await makeConfirmed(world(), { inMinutes: 5, email: null }, office);
  await enter(world(), arrived);
  const pin = await latestPin(world(), arrived.appointment);
  smsc.refuseBind(0);
  await untilLink('up');
  await dispatchDue(deps, { officeIds: [office.id] });
  const kinds = smsc.messages.map(({ text, to }) => {
    if (text.includes(pin)) return 'pin';
    if (text.includes('/v/')) return 'link';
    return to === news.mobile ? 'news' : 'confirmation';
  });
  t.deepEqual(kinds, ['pin', 'link', 'link', 'confirmation', 'confirmation', 'confirmation', 'news']);
  t.is(smsc.messages[0]?.priority, 1);
  t.is(smsc.messages.at(-4)?.to, one.mobile);
});

test.serial('a gateway that asks to slow down gets the text later, without blame', async (t) => {
  const { smsc, deps, untilLink } = await ownGateway(t, world());
  const made = await makeConfirmed(world(), { email: null });
  const scope = { officeIds: [made.office.id] };
  smsc.answerWith(0x58);
  await dispatchDue(deps, scope);
  const held = await textOf(made, 'confirmation');
  t.deepEqual([held.state, held.attempts, held.reason], ['queued', 0, 'smpp 0x00000058']);
  t.deepEqual(held.nextAt, addSeconds(world().clock.now(), 2));
  t.deepEqual(held.dueAt, world().clock.now());
  smsc.answerWith(0);
  t.is(await dispatchDue(deps, scope), 0);
  world().clock.set(held.nextAt ?? new Date(0));
  await untilLink('up');
  t.is(await dispatchDue(deps, scope), 1);
  t.is((await textOf(made, 'confirmation')).state, 'accepted');
  t.is(smsc.messages.length, 1);
});

test.serial(
  'a number that the gateway refuses for good fails with the reason, and stops nobody else',
  async (t) => {
    const { smsc, deps } = await ownGateway(t, world());
    const refused = await makeConfirmed(world(), { email: null });
    smsc.answerWith(0x0b);
    await dispatchDue(deps, { officeIds: [refused.office.id] });
    smsc.answerWith(0);
    const row = await textOf(refused, 'confirmation');
    t.deepEqual([row.state, row.reason], ['failed', 'smpp 0x0000000B']);
    const other = await makeConfirmed(world(), { email: null });
    world().clock.advance(1);
    await dispatchDue(deps, { officeIds: [refused.office.id, other.office.id] });
    t.deepEqual(
      smsc.messages.map(({ to }) => to),
      [other.mobile],
    );
  },
);

test.serial('an unknown error is tried again after growing waits, three times at most', async (t) => {
  const { smsc, deps } = await ownGateway(t, world());
  const made = await makeConfirmed(world(), { email: null, inMinutes: 24 * 60 });
  smsc.answerWith(0x400);
  const waits: number[] = [];
  for (;;) {
    await dispatchDue(deps, { officeIds: [made.office.id] });
    const row = await textOf(made, 'confirmation');
    if (row.state !== 'queued') break;
    waits.push(((row.nextAt?.getTime() ?? 0) - world().clock.now().getTime()) / 1000);
    world().clock.set(row.nextAt ?? new Date(0));
  }
  t.deepEqual(waits, [30, 60]);
  const row = await textOf(made, 'confirmation');
  t.deepEqual([row.state, row.attempts, row.reason], ['failed', 3, 'smpp 0x00000400']);
});

test.serial('an unanswered text is repeated once, word for word, and then given up', async (t) => {
  const { smsc, deps, untilLink } = await ownGateway(t, world(), { responseTimeoutMs: 300 });
  const made = await makeConfirmed(world(), { email: null });
  const scope = { officeIds: [made.office.id] };
  smsc.holdAnswers();
  await dispatchDue(deps, scope);
  const doubted = await textOf(made, 'confirmation');
  t.deepEqual([doubted.state, doubted.doubts], ['in_doubt', 1]);
  t.deepEqual(doubted.nextAt, addSeconds(world().clock.now(), 120));
  await untilLink('up');
  // What the template would say now must not matter: the phone may hold the first copy already.
  await made.office.update({ name: 'OAC amb un altre nom' });
  world().clock.set(doubted.nextAt ?? new Date(0));
  await dispatchDue(deps, scope);
  const [first, second] = smsc.messages;
  t.is(smsc.messages.length, 2);
  t.is(second?.text, first?.text);
  t.is(second?.reference, first?.reference);
  const given = await textOf(made, 'confirmation');
  t.deepEqual([given.state, given.doubts, given.repeats, given.nextAt], ['in_doubt', 2, 1, null]);
  t.regex(given.reason ?? '', /no answer/);
});

test.serial('a PIN is erased from its row once the gateway has it', async (t) => {
  const { smsc, deps } = await ownGateway(t, world());
  const made = await makeConfirmed(world(), { email: null });
  world().clock.set(made.appointment.startsAt);
  await enter(world(), made);
  const pin = await latestPin(world(), made.appointment);
  await dispatchDue(deps, { officeIds: [made.office.id] });
  t.true(smsc.messages.some(({ text }) => text.includes(pin)));
  const row = await textOf(made, 'pin');
  t.deepEqual([row.state, row.payload, row.body], ['accepted', null, null]);
});

test.serial('a PIN that the gateway refuses, or that came too late, is erased as well', async (t) => {
  const { smsc, deps } = await ownGateway(t, world());
  const made = await makeConfirmed(world(), { email: null });
  const late = await makeConfirmed(world(), { email: null });
  world().clock.set(made.appointment.startsAt);
  await enter(world(), made);
  smsc.answerWith(0x0b);
  await dispatchDue(deps, { officeIds: [made.office.id] });
  await enter(world(), late);
  world().clock.advance(10);
  await dispatchDue(deps, { officeIds: [late.office.id] });
  const rows = [await textOf(made, 'pin'), await textOf(late, 'pin')];
  t.deepEqual(
    rows.map(({ state, payload, body }) => [state, payload, body]),
    [
      ['failed', null, null],
      ['expired', null, null],
    ],
  );
});

test.serial('an address that the mail server refuses fails with the reason', async (t) => {
  const made = await makeConfirmed(world());
  t.teardown(() => world().smtp.rejectWith(0));
  world().smtp.rejectWith(550);
  await dispatchDue(world().deps, { officeIds: [made.office.id], channels: ['email'] });
  const mail = (await messagesOf(made.appointment)).find(({ channel }) => channel === 'email');
  t.is(mail?.state, 'failed');
  t.regex(mail?.reason ?? '', /550/);
});

test.serial('a message that cannot be filled stops no other, and fails after a few tries', async (t) => {
  const { smsc, deps } = await ownGateway(t, world());
  const office = await makeOffice({ desks: 9 });
  const broken = await makeConfirmed(world(), { email: null }, office);
  const sound = await makeConfirmed(world(), { email: null }, office);
  await broken.appointment.update({ citizen: Buffer.from('not sealed by us') });
  await dispatchDue(deps, { officeIds: [office.id] });
  t.deepEqual(
    smsc.messages.map(({ to }) => to),
    [sound.mobile],
  );
  const states: string[] = [];
  for (;;) {
    const row = await textOf(broken, 'confirmation');
    states.push(`${row.state} ${row.attempts} ${row.reason}`);
    if (row.nextAt === null) break;
    world().clock.set(row.nextAt);
    await dispatchDue(deps, { officeIds: [office.id] });
  }
  t.deepEqual(states, [
    'queued 1 broken',
    'queued 2 broken',
    'queued 3 broken',
    'queued 4 broken',
    'failed 5 broken',
  ]);
});
