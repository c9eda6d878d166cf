import test from 'ava';
import { CLAIM_SECONDS, claimDue, giveBack, settleOverdue } from '../../server/features/messages/claim.ts';
import { dispatchDue } from '../../server/features/messages/index.ts';
import { record } from '../../server/features/messages/ledger.ts';
import { PRIORITIES } from '../../server/features/messages/look.ts';
import { prepare, type Ready } from '../../server/features/messages/prepare.ts';
import { resendPin } from '../../server/features/calls/pin.ts';
import { addSeconds } from '../../server/kernel/clock.ts';
import { OutboxMessage } from '../../server/models/OutboxMessage.ts';
import { TUESDAY } from '../helpers/clock.ts';
import { messageList } from '../helpers/outbox.ts';
import { useWorld } from '../helpers/world.ts';
import { callOff, enter, keyOf, makeConfirmed, moveTo, SYSTEM, textsTo, type Case } from './helpers.ts';

const world = useWorld(test);
test.beforeEach(() => world().clock.set(TUESDAY));

/** Stops between the two halves of sending: claimed and filled, and not yet on the wire. */
async function claim({ office }: Case): Promise<Ready[]> {
  const scope = { officeIds: [office.id] };
  await settleOverdue(world().deps, 'sms', scope, 'too late');
  return prepare(world().deps, await claimDue(world().deps, 'sms', PRIORITIES, 20, scope));
}

/** The last step before the wire: which of these may go? */
async function mayGo(batch: Ready[]): Promise<string[]> {
  const allowed = await record(
    world().deps,
    [],
    batch.map((ready) => ({ ...ready, link: 'main' })),
  );
  return batch.filter(({ row }) => allowed.has(row.id)).map(({ row }) => row.kind);
}

test.serial('a cancellation between claim and wire still stops the text', async (t) => {
  const made = await makeConfirmed(world(), { inMinutes: 5, email: null });
  const batch = await claim(made);
  t.deepEqual(
    batch.map(({ row }) => row.kind),
    ['link', 'confirmation'],
  );
  await callOff(world(), made);
  t.deepEqual(await mayGo(batch), []);
  t.deepEqual(await messageList(made.appointment), [
    'sms confirmation cancelled',
    'sms link cancelled',
    'sms cancellation queued',
  ]);
});

test.serial('a link that was claimed before a change of time is not sent after it', async (t) => {
  const made = await makeConfirmed(world(), { inMinutes: 5, email: null });
  const batch = await claim(made);
  await moveTo(world(), made, 60);
  t.deepEqual(await mayGo(batch), []);
});

test.serial('a PIN that was replaced between claim and wire is not sent', async (t) => {
  const made = await makeConfirmed(world(), { inMinutes: 5, email: null });
  await enter(world(), made);
  const batch = (await claim(made)).filter(({ row }) => row.kind === 'pin');
  t.is(batch.length, 1);
  world().clock.advance(2);
  await resendPin(world().deps, keyOf(made.appointment), SYSTEM);
  t.deepEqual(await mayGo(batch), []);
});

test.serial('a message that expires between claim and wire is not sent', async (t) => {
  const made = await makeConfirmed(world(), { inMinutes: 5, email: null });
  const batch = (await claim(made)).filter(({ row }) => row.kind === 'link');
  world().clock.set(batch[0]?.row.expiresAt ?? new Date(0));
  t.deepEqual(await mayGo(batch), []);
});

test.serial('whoever lost the claim to another process sends nothing', async (t) => {
  const made = await makeConfirmed(world(), { email: null });
  const slow = await claim(made);
  world().clock.set(addSeconds(TUESDAY, CLAIM_SECONDS));
  const quick = await claim(made);
  t.is(quick.length, 1);
  t.deepEqual(await mayGo(slow), []);
  t.deepEqual(await mayGo(quick), ['confirmation']);
});

test.serial('a claim that is still running is nobody else’s', async (t) => {
  const made = await makeConfirmed(world(), { email: null });
  t.is((await claim(made)).length, 1);
  world().clock.set(new Date(addSeconds(TUESDAY, CLAIM_SECONDS).getTime() - 1));
  t.is((await claim(made)).length, 0);
});

test.serial('what did not get its turn goes back at once, and somebody else sends it', async (t) => {
  const made = await makeConfirmed(world(), { email: null });
  const batch = await claim(made);
  await giveBack(
    world().deps,
    batch.map(({ row }) => row),
  );
  t.deepEqual(await mayGo(batch), []);
  t.is((await claim(made)).length, 1);
});

test.serial('a text whose process died on the wire is in doubt, waits, and is sent once more', async (t) => {
  const made = await makeConfirmed(world(), { email: null });
  t.deepEqual(await mayGo(await claim(made)), ['confirmation']);
  const where = { appointmentId: made.appointment.id, kind: 'confirmation' };
  const leaseOver = addSeconds(TUESDAY, world().settings.OUTBOX_LEASE_SECONDS);
  world().clock.set(new Date(leaseOver.getTime() - 1));
  t.is((await claim(made)).length, 0);
  world().clock.set(leaseOver);
  t.is((await claim(made)).length, 0);
  const doubtful = await OutboxMessage.findOne({ where });
  t.like(doubtful, { state: 'in_doubt', doubts: 1, repeats: 0 });
  world().clock.set(doubtful?.nextAt ?? new Date(0));
  await dispatchDue(world().deps, { officeIds: [made.office.id] });
  t.is(textsTo(world(), made.mobile).length, 1);
  t.is((await OutboxMessage.findOne({ where }))?.repeats, 1);
});

test.serial('a text is never sent a third time, however often its process dies', async (t) => {
  const made = await makeConfirmed(world(), { email: null });
  const where = { appointmentId: made.appointment.id, kind: 'confirmation' };
  const sent: string[] = [];
  for (let life = 0; life < 5; life += 1) {
    const row = await OutboxMessage.findOne({ where });
    if (row?.nextAt) world().clock.set(row.nextAt);
    sent.push(...(await mayGo(await claim(made))));
  }
  t.deepEqual(sent, ['confirmation', 'confirmation']);
  t.like(await OutboxMessage.findOne({ where }), { state: 'in_doubt', nextAt: null, doubts: 2, repeats: 1 });
});

test.serial('a text that was withdrawn while it was on the wire is recorded as taken', async (t) => {
  const made = await makeConfirmed(world(), { email: null });
  world().smsc.holdAnswers();
  t.teardown(() => world().smsc.releaseAnswers());
  const handing = dispatchDue(world().deps, { officeIds: [made.office.id] });
  await world().smsc.waitFor(({ to }) => to === made.mobile);
  await callOff(world(), made);
  const where = { appointmentId: made.appointment.id, kind: 'confirmation' };
  t.is((await OutboxMessage.findOne({ where }))?.state, 'cancelled');
  world().smsc.releaseAnswers();
  await handing;
  const after = await OutboxMessage.findOne({ where });
  t.true(after?.state === 'accepted' || after?.state === 'delivered');
});
