import test from 'ava';
import { dispatchDue } from '../../server/features/messages/index.ts';
import { OutboxMessage } from '../../server/models/OutboxMessage.ts';
import { OutboxPart } from '../../server/models/OutboxPart.ts';
import { useWorld } from '../helpers/world.ts';
import { makeConfirmed, untilMessages, type Case } from './helpers.ts';
import { ownGateway, type OwnGateway } from './own-gateway.ts';

const world = useWorld(test);

/** Sends the confirmation of one appointment; only its text counts here. */
async function sent(gateway: OwnGateway, name = 'Persona Fictícia'): Promise<Case & { ids: string[] }> {
  const made = await makeConfirmed(world(), { email: null, name });
  await dispatchDue(gateway.deps, { officeIds: [made.office.id] });
  const { messageIds } = await gateway.smsc.waitFor(({ to }) => to === made.mobile);
  return { ...made, ids: messageIds };
}

async function stateOf({ appointment }: Case) {
  const where = { appointmentId: appointment.id, kind: 'confirmation' };
  const row = await OutboxMessage.findOne({ where, rejectOnEmpty: true });
  return { state: row.state, reason: row.reason };
}

test.serial('a receipt of delivery closes the message', async (t) => {
  const gateway = await ownGateway(t, world());
  const made = await sent(gateway);
  t.deepEqual(await stateOf(made), { state: 'accepted', reason: null });
  t.is(await gateway.smsc.sendReceipt({ messageId: made.ids[0] ?? '' }), 0);
  t.deepEqual(await stateOf(made), { state: 'delivered', reason: null });
});

test.serial('a receipt of failure keeps the word of the network', async (t) => {
  const gateway = await ownGateway(t, world());
  const made = await sent(gateway);
  await gateway.smsc.sendReceipt({ messageId: made.ids[0] ?? '', word: 'UNDELIV', state: 5 });
  const { state, reason } = await stateOf(made);
  t.is(state, 'failed');
  t.regex(reason ?? '', /UNDELIV/);
});

test.serial('a receipt that only says that it is on its way changes nothing', async (t) => {
  const gateway = await ownGateway(t, world());
  const made = await sent(gateway);
  t.is(await gateway.smsc.sendReceipt({ messageId: made.ids[0] ?? '', word: 'ENROUTE', state: 1 }), 0);
  t.is((await stateOf(made)).state, 'accepted');
});

test.serial('a repeated receipt is confirmed and changes nothing, nor does a contrary one', async (t) => {
  const gateway = await ownGateway(t, world());
  const made = await sent(gateway);
  const messageId = made.ids[0] ?? '';
  t.is(await gateway.smsc.sendReceipt({ messageId }), 0);
  t.is(await gateway.smsc.sendReceipt({ messageId }), 0);
  t.is(await gateway.smsc.sendReceipt({ messageId, word: 'UNDELIV', state: 5, form: 'tlv' }), 0);
  t.is((await stateOf(made)).state, 'delivered');
});

test.serial('a repetition is not kept for the next text with the same id, named or not', async (t) => {
  const before = await ownGateway(t, world());
  const first = await sent(before);
  const messageId = first.ids[0] ?? '';
  const citizen = first.mobile.slice(1);
  await before.smsc.sendReceipt({ messageId, citizen });
  await before.smsc.sendReceipt({ messageId, citizen, word: 'UNDELIV', state: 5 });
  await before.smsc.sendReceipt({ messageId, word: 'UNDELIV', state: 5 });
  const second = await sent(await ownGateway(t, world()));
  t.deepEqual(second.ids, first.ids);
  t.deepEqual([(await stateOf(first)).state, (await stateOf(second)).state], ['delivered', 'accepted']);
});

test.serial('a row whose text cannot be opened keeps no receipt from being stored', async (t) => {
  const gateway = await ownGateway(t, world());
  const made = await sent(gateway);
  const where = { appointmentId: made.appointment.id, kind: 'confirmation' };
  await OutboxMessage.update({ body: Buffer.from('not sealed by us') }, { where });
  const messageId = made.ids[0] ?? '';
  t.is(await gateway.smsc.sendReceipt({ messageId, citizen: made.mobile.slice(1) }), 0);
  t.is((await stateOf(made)).state, 'delivered');
});

test.serial('a receipt for a text that is not ours is confirmed and forgotten', async (t) => {
  const gateway = await ownGateway(t, world());
  t.is(await gateway.smsc.sendReceipt({ messageId: 'ffff-nobody' }), 0);
  t.is(await OutboxPart.count({ where: { providerId: 'ffff-nobody' } }), 0);
});

test.serial('a receipt that overtakes the answer to its own text is kept', async (t) => {
  const gateway = await ownGateway(t, world());
  const made = await makeConfirmed(world(), { email: null });
  gateway.smsc.holdAnswers();
  const dispatching = dispatchDue(gateway.deps, { officeIds: [made.office.id] });
  const { messageIds } = await gateway.smsc.waitFor(({ to }) => to === made.mobile);
  // The gateways of these tests all begin with the same ids: only the number tells the texts apart.
  const citizen = made.mobile.slice(1);
  const receipt = gateway.smsc.sendReceipt({ messageId: messageIds[0] ?? '', citizen });
  gateway.smsc.releaseAnswers();
  await dispatching;
  t.is(await receipt, 0);
  t.is((await stateOf(made)).state, 'delivered');
});

test.serial('an id that the gateway gives again belongs to the newest text', async (t) => {
  const before = await sent(await ownGateway(t, world()));
  const gateway = await ownGateway(t, world());
  const made = await sent(gateway);
  t.deepEqual(made.ids, before.ids);
  await gateway.smsc.sendReceipt({ messageId: made.ids[0] ?? '' });
  t.is((await stateOf(made)).state, 'delivered');
  t.is((await stateOf(before)).state, 'accepted');
});

test.serial('a long text is delivered when all its parts are', async (t) => {
  const gateway = await ownGateway(t, world());
  const made = await longText(gateway);
  t.true(made.ids.length > 1);
  const [last, ...others] = made.ids.toReversed();
  for (const messageId of others) await gateway.smsc.sendReceipt({ messageId });
  t.is((await stateOf(made)).state, 'accepted');
  await gateway.smsc.sendReceipt({ messageId: last ?? '' });
  t.is((await stateOf(made)).state, 'delivered');
});

test.serial('receipts of all parts at the same instant lose none', async (t) => {
  const gateway = await ownGateway(t, world());
  const made = await longText(gateway);
  await Promise.all(made.ids.map((messageId) => gateway.smsc.sendReceipt({ messageId })));
  t.is((await stateOf(made)).state, 'delivered');
});

test.serial('a long text has failed when one of its parts has', async (t) => {
  const gateway = await ownGateway(t, world());
  const made = await longText(gateway);
  await gateway.smsc.sendReceipt({ messageId: made.ids[0] ?? '', word: 'EXPIRED', state: 3 });
  t.is((await stateOf(made)).state, 'failed');
  await gateway.smsc.sendReceipt({ messageId: made.ids[1] ?? '' });
  t.is((await stateOf(made)).state, 'failed');
});

test.serial('live pages hear of a delivery', async (t) => {
  const gateway = await ownGateway(t, world());
  const made = await sent(gateway);
  const delivered = untilMessages(world(), made.appointment, [
    'sms confirmation delivered',
    'sms link queued',
  ]);
  await gateway.smsc.sendReceipt({ messageId: made.ids[0] ?? '' });
  await t.notThrowsAsync(delivered);
});

/** An office whose name makes every text about it longer than one SMS. */
async function longText(gateway: OwnGateway): Promise<Case & { ids: string[] }> {
  const made = await makeConfirmed(world(), { email: null });
  await made.office.update({ name: `Oficina d’Atenció Ciutadana ${'de la Vall '.repeat(8)}`.trim() });
  await dispatchDue(gateway.deps, { officeIds: [made.office.id] });
  const { messageIds } = await gateway.smsc.waitFor(({ to }) => to === made.mobile);
  return { ...made, ids: messageIds };
}
