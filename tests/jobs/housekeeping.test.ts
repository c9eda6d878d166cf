import test from 'ava';
import { attend } from '../../server/features/calls/attend.ts';
import { endForgotten } from '../../server/features/calls/index.ts';
import { addMinutes } from '../../server/kernel/clock.ts';
import { newUid } from '../../server/kernel/ids.ts';
import { Change } from '../../server/models/Change.ts';
import { GatewayLink } from '../../server/models/GatewayLink.ts';
import { RateLimit } from '../../server/models/RateLimit.ts';
import { SenderHold } from '../../server/models/SenderHold.ts';
import { Session } from '../../server/models/Session.ts';
import { pruneServed } from '../../server/models/prune.ts';
import { TUESDAY } from '../helpers/clock.ts';
import { makeStaff } from '../helpers/factories.ts';
import { actionsOf, messageList } from '../helpers/outbox.ts';
import { useWorld } from '../helpers/world.ts';
import { enter, keyOf, makeCase, makeConfirmed, type Case } from './helpers.ts';

const world = useWorld(test);
test.beforeEach(() => world().clock.set(TUESDAY));

async function statusAt({ appointment }: Case, minutesPastEnd: number) {
  world().clock.set(addMinutes(appointment.endsAt, minutesPastEnd));
  await endForgotten(world().deps);
  await appointment.reload();
  return appointment.status;
}

test.serial('who never came is marked as absent, half an hour after the end and not before', async (t) => {
  const made = await makeConfirmed(world(), { inMinutes: 5 });
  t.is(await statusAt(made, 31), 'confirmed');
  t.is(await statusAt(made, 32), 'no_show');
  t.is((await actionsOf(made.appointment)).at(-1), 'appointment.miss');
  t.true((await messageList(made.appointment)).every((line) => line.endsWith('cancelled')));
});

test.serial('who put the phone away is waited for an hour, who is still there is kept', async (t) => {
  const gone = await makeConfirmed(world(), { inMinutes: 5 });
  await enter(world(), gone);
  t.is(await statusAt(gone, 60), 'waiting');
  // The citizen came, the office did not: nobody may call that a no-show.
  t.is(await statusAt(gone, 61), 'cancelled');
  t.is(gone.appointment.outcome, 'not_attended');
  world().clock.set(TUESDAY);
  const there = await makeConfirmed(world(), { inMinutes: 5 });
  await enter(world(), there);
  await there.appointment.update({ lastSeenAt: addMinutes(there.appointment.endsAt, 61) });
  t.is(await statusAt(there, 61), 'waiting');
});

test.serial('a call that was never closed is closed by itself after three hours', async (t) => {
  const made = await makeConfirmed(world(), { inMinutes: 5 });
  const agent = await makeStaff([made.office]);
  await enter(world(), made);
  await attend(world().deps, keyOf(made.appointment), agent.id);
  t.is(await statusAt(made, 180), 'in_call');
  // There is no video server in this world: closing must not depend on it.
  t.is(await statusAt(made, 181), 'completed');
  t.is(made.appointment.outcome, 'not_closed');
});

test.serial('who could not be reached leaves the list two days after the time, untold', async (t) => {
  const made = await makeCase(world());
  t.is(await statusAt(made, 48 * 60), 'requested');
  t.is(await statusAt(made, 48 * 60 + 1), 'declined');
  t.is(made.appointment.outcome, 'not_reached');
  t.deepEqual(await messageList(made.appointment), []);
});

test.serial('two processes tidying up at once mark each absence once', async (t) => {
  const made = await makeConfirmed(world(), { inMinutes: 5 });
  world().clock.set(addMinutes(made.appointment.endsAt, 32));
  await Promise.all([endForgotten(world().deps), endForgotten(world().deps)]);
  const misses = (await actionsOf(made.appointment)).filter((action) => action === 'appointment.miss');
  t.is(misses.length, 1);
});

test.serial('rows that have served are removed, and the others stay', async (t) => {
  const staff = await makeStaff([]);
  const now = world().clock.now();
  const [officeId, later, before] = [987_654, addMinutes(now, 1), addMinutes(now, -1)];
  await Change.bulkCreate([
    { officeId, at: addMinutes(now, -61) },
    { officeId, at: addMinutes(now, -59) },
  ]);
  const times = { staffId: staff.id, createdAt: before, lastSeenAt: before };
  const [ended, valid] = [`${newUid()}${newUid()}`.padEnd(64, '0'), `${newUid()}${newUid()}`.padEnd(64, '1')];
  await Session.bulkCreate([
    { ...times, id: ended, expiresAt: before },
    { ...times, id: valid, expiresAt: later },
  ]);
  const windows = [newUid(), newUid()];
  await RateLimit.bulkCreate([
    { subject: windows[0] ?? '', hits: 1, resetsAt: before },
    { subject: windows[1] ?? '', hits: 1, resetsAt: later },
  ]);
  const link = { channel: 'sms' as const, link: 'main', state: 'up' as const, since: before, reason: null };
  const load = { inFlight: 0, windowSize: 10, ratePerSecond: null, throttledUntil: null, submitted: 0 };
  const [killed, running] = [newUid(), newUid()];
  await GatewayLink.bulkCreate([
    { ...link, ...load, process: killed, seenAt: addMinutes(now, -61) },
    { ...link, ...load, process: running, seenAt: before },
  ]);
  await SenderHold.bulkCreate([
    { address: 'Fa temps', since: before, untilAt: addMinutes(now, -61), reason: 'smpp 0x0000000A' },
    { address: 'Encara', since: before, untilAt: later, reason: 'smpp 0x0000000A' },
  ]);
  await pruneServed(world().clock);
  t.deepEqual(
    (await GatewayLink.findAll({ where: { process: [killed, running] } })).map(({ process }) => process),
    [running],
  );
  t.deepEqual(
    (await SenderHold.findAll()).map(({ address }) => address),
    ['Encara'],
  );
  t.is(await Change.count({ where: { officeId } }), 1);
  const sessions = await Session.findAll({ where: { staffId: staff.id } });
  t.deepEqual(
    sessions.map(({ id }) => id),
    [valid],
  );
  t.deepEqual(
    (await RateLimit.findAll({ where: { subject: windows } })).map(({ subject }) => subject),
    [windows[1]],
  );
});
