import test from 'ava';
import { claimDue } from '../../server/features/messages/claim.ts';
import { handOver } from '../../server/features/messages/hand-over.ts';
import { resendPin } from '../../server/features/calls/pin.ts';
import { addSeconds } from '../../server/kernel/clock.ts';
import { newUid } from '../../server/kernel/ids.ts';
import { OutboxMessage } from '../../server/models/OutboxMessage.ts';
import { TUESDAY } from '../helpers/clock.ts';
import { messageList } from '../helpers/outbox.ts';
import { useWorld } from '../helpers/world.ts';
import { callOff, enter, keyOf, makeConfirmed, moveTo, SYSTEM, textsTo, type Case } from './helpers.ts';

const world = useWorld(test);
test.beforeEach(() => world().clock.set(TUESDAY));

/** Stops between the two halves of sending: claimed, and not yet on the wire. */
const claim = ({ office }: Case, owner = newUid()) =>
  claimDue(world().deps, owner, 'sms', 20, { officeIds: [office.id] });

test.serial('a cancellation between claim and wire still stops the text', async (t) => {
  const made = await makeConfirmed(world(), { inMinutes: 5, email: null });
  const batch = await claim(made);
  t.is(batch.length, 2);
  await callOff(world(), made);
  await handOver(world().deps, batch);
  t.deepEqual(textsTo(world(), made.mobile), []);
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
  await handOver(world().deps, batch);
  t.deepEqual(textsTo(world(), made.mobile), []);
});

test.serial('a PIN that was replaced between claim and wire is not sent', async (t) => {
  const made = await makeConfirmed(world(), { inMinutes: 5, email: null });
  await enter(world(), made);
  const batch = (await claim(made)).filter(({ kind }) => kind === 'pin');
  t.is(batch.length, 1);
  world().clock.advance(2);
  await resendPin(world().deps, keyOf(made.appointment), SYSTEM);
  await handOver(world().deps, batch);
  t.deepEqual(textsTo(world(), made.mobile), []);
});

test.serial('whoever lost the lease to another process sends nothing', async (t) => {
  const made = await makeConfirmed(world(), { email: null });
  const slow = await claim(made);
  world().clock.set(addSeconds(TUESDAY, world().settings.OUTBOX_LEASE_SECONDS));
  const quick = await claim(made);
  t.is(quick.length, 1);
  await handOver(world().deps, slow);
  t.deepEqual(textsTo(world(), made.mobile), []);
  await handOver(world().deps, quick);
  t.is(textsTo(world(), made.mobile).length, 1);
});

test.serial('a lease that is still running is nobody else’s', async (t) => {
  const made = await makeConfirmed(world(), { email: null });
  t.is((await claim(made)).length, 1);
  world().clock.set(new Date(addSeconds(TUESDAY, world().settings.OUTBOX_LEASE_SECONDS).getTime() - 1));
  t.is((await claim(made)).length, 0);
});

test.serial('a text that was withdrawn while it was on the wire is recorded as taken', async (t) => {
  const made = await makeConfirmed(world(), { email: null });
  world().smsc.holdAnswers();
  t.teardown(() => world().smsc.releaseAnswers());
  const handing = handOver(world().deps, await claim(made));
  await world().smsc.waitFor(({ to }) => to === made.mobile);
  await callOff(world(), made);
  const where = { appointmentId: made.appointment.id, kind: 'confirmation' };
  t.is((await OutboxMessage.findOne({ where }))?.state, 'cancelled');
  world().smsc.releaseAnswers();
  await handing;
  const after = await OutboxMessage.findOne({ where });
  t.true(after?.state === 'accepted' || after?.state === 'delivered');
});
