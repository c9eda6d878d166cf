import test from 'ava';
import { writeFallback } from '../../server/features/appointments/index.ts';
import { addMinutes } from '../../server/kernel/clock.ts';
import { sealCitizen, type Appointment } from '../../server/models/Appointment.ts';
import type { Channel, MessageKind, OutboxMessage } from '../../server/models/OutboxMessage.ts';
import { inTransaction } from '../../server/models/transaction.ts';
import { endForgotten } from '../../server/features/calls/housekeeping.ts';
import { signedInClient } from '../helpers/client.ts';
import { TUESDAY } from '../helpers/clock.ts';
import { makeAppointment, makeOffice, makeStaff, type AppointmentValues } from '../helpers/factories.ts';
import { messageList, messagesOf } from '../helpers/outbox.ts';
import { useWorld } from '../helpers/world.ts';

// Half past nine on Tuesday 24 November 2026.
const world = useWorld(test);
const TWO_DAYS = 2 * 24 * 60;

async function confirmed(values: AppointmentValues = {}, reminderHours = 24) {
  const office = await makeOffice({ reminderHours });
  const client = await signedInClient(world(), await makeStaff([office]));
  const one = await makeAppointment(world(), office, {
    status: 'requested',
    inMinutes: TWO_DAYS,
    ...values,
  });
  const path = `/o/${office.slug}/appointments/${one.appointment.uid}`;
  const press = (button: string, fields: Record<string, string> = {}) =>
    client.post(`${path}/${button}`, fields);
  await press('phone-check', { outcome: 'confirmed' });
  await one.appointment.reload();
  return { ...one, office, press };
}

const find = async (appointment: Appointment, kind: MessageKind, channel: Channel = 'sms') => {
  const found = (await messagesOf(appointment)).findLast(
    (one) => one.kind === kind && one.channel === channel,
  );
  if (!found) throw new Error(`no ${channel} ${kind}`);
  return found;
};

test('confirming two days ahead writes a reminder too, which is over when the link leaves', async (t) => {
  const { appointment } = await confirmed();
  t.deepEqual(await messageList(appointment), [
    'sms confirmation queued',
    'email confirmation queued',
    'sms reminder queued',
    'email reminder queued',
    'sms link queued',
  ]);
  const { startsAt } = appointment;
  for (const channel of ['sms', 'email'] as const) {
    const reminder = await find(appointment, 'reminder', channel);
    t.deepEqual(reminder.dueAt, addMinutes(startsAt, -24 * 60));
    t.deepEqual(reminder.expiresAt, addMinutes(startsAt, -10));
  }
});

test('each message is looked at for the first time when it is due', async (t) => {
  const { appointment } = await confirmed();
  const messages = await messagesOf(appointment);
  t.is(messages.length, 5);
  for (const message of messages) t.deepEqual(message.nextAt, message.dueAt);
});

test('an office that wants no reminders sends none', async (t) => {
  const { appointment } = await confirmed({}, 0);
  t.false((await messageList(appointment)).some((one) => one.includes('reminder')));
});

test('a move dates the reminder anew', async (t) => {
  const { appointment, press } = await confirmed();
  await press('reschedule', { date: '2026-11-30', time: '12:00' });
  await appointment.reload();
  t.deepEqual((await messageList(appointment)).slice(5), [
    'sms change queued',
    'email change queued',
    'sms reminder queued',
    'email reminder queued',
    'sms link queued',
  ]);
  const reminder = await find(appointment, 'reminder');
  t.is(reminder.dueAt.toISOString(), '2026-11-29T11:00:00.000Z');
  const old = (await messagesOf(appointment)).slice(0, 5);
  t.deepEqual(
    old.map(({ state, nextAt }) => [state, nextAt]),
    old.map(() => ['cancelled', null]),
  );
});

test('a move to a time that is near leaves no reminder behind', async (t) => {
  const { appointment, press } = await confirmed();
  await press('reschedule', { date: '2026-11-24', time: '12:00' });
  const reminders = (await messageList(appointment)).filter((one) => one.includes('reminder'));
  t.deepEqual(reminders, ['sms reminder cancelled', 'email reminder cancelled']);
});

const pending = async (appointment: Appointment) =>
  (await messagesOf(appointment)).filter(
    ({ state, nextAt }) => ['queued', 'leased'].includes(state) || nextAt !== null,
  );

/** Leaves one message in each state in which it may still be sent. */
async function scatter(appointment: Appointment): Promise<void> {
  const [first, second, third] = await messagesOf(appointment);
  await first?.update({ state: 'in_doubt', doubts: 1 });
  await second?.update({ state: 'queued', attempts: 2 });
  await third?.update({ state: 'leased', leaseOwner: 'x'.repeat(20) });
}

test('a doubt that nothing follows stays on record when the appointment ends', async (t) => {
  const { appointment, press } = await confirmed();
  const confirmation = await find(appointment, 'confirmation');
  await confirmation.update({ state: 'in_doubt', nextAt: null, settledAt: TUESDAY });
  await press('cancel', { reason: 'La persona no pot' });
  t.is((await confirmation.reload()).state, 'in_doubt');
});

type Ending = (one: Awaited<ReturnType<typeof confirmed>>) => Promise<unknown>;
const PAST = { startsAt: addMinutes(TUESDAY, -300), endsAt: addMinutes(TUESDAY, -270) };
const ENDINGS: Record<string, Ending> = {
  'an agent marks that nobody came': async ({ appointment, press }) => {
    await appointment.update(PAST);
    return press('no-show');
  },
  'nobody came and the housekeeping says so': async ({ appointment }) => {
    await appointment.update(PAST);
    return endForgotten(world().deps);
  },
  'somebody came and was not attended': async ({ appointment }) => {
    await appointment.update({ ...PAST, arrivedAt: TUESDAY });
    return endForgotten(world().deps);
  },
  'somebody in the waiting room went away': async ({ appointment }) => {
    await appointment.update({ ...PAST, status: 'waiting', arrivedAt: TUESDAY });
    return endForgotten(world().deps);
  },
  'the agent forgot to close': async ({ appointment }) => {
    await appointment.update({ ...PAST, status: 'in_call' });
    return endForgotten(world().deps);
  },
  'nobody could be reached by phone': async ({ appointment }) => {
    const old = { startsAt: addMinutes(TUESDAY, -3000), endsAt: addMinutes(TUESDAY, -2970) };
    await appointment.update({ ...old, status: 'requested' });
    return endForgotten(world().deps);
  },
  'the person declines by phone': async ({ appointment, press }) => {
    await appointment.update({ status: 'requested' });
    return press('phone-check', { outcome: 'declined' });
  },
  'it is called off before it was confirmed': async ({ appointment, press }) => {
    await appointment.update({ status: 'requested' });
    return press('cancel', { reason: 'Duplicada' });
  },
};
for (const [what, end] of Object.entries(ENDINGS)) {
  test(`nothing is left to be sent when ${what}`, async (t) => {
    const one = await confirmed();
    await scatter(one.appointment);
    await end(one);
    await one.appointment.reload();
    t.true(['completed', 'cancelled', 'declined', 'no_show'].includes(one.appointment.status));
    t.deepEqual(await pending(one.appointment), []);
    t.is((await messagesOf(one.appointment)).length, 5);
  });
}

test('nothing but the news is left to be sent when a confirmed one is called off', async (t) => {
  const { appointment, press } = await confirmed();
  await scatter(appointment);
  await press('cancel', { reason: 'La persona no pot' });
  const left = (await pending(appointment)).map(({ channel, kind }) => `${channel} ${kind}`);
  t.deepEqual(left, ['sms cancellation', 'email cancellation']);
});

/** Records that a message has failed for good, and what is written instead. */
function fallBack(appointment: Appointment, message: OutboxMessage): Promise<boolean> {
  return inTransaction(world().deps.sequelize, async (transaction) => {
    await message.update({ state: 'failed', nextAt: null }, { transaction });
    return writeFallback(world().deps, transaction, message, appointment);
  });
}

test('a link that failed as text goes by e-mail, once, and as long as it is useful', async (t) => {
  const { appointment } = await confirmed();
  const link = await find(appointment, 'link');
  t.true(await fallBack(appointment, link));
  t.false(await fallBack(appointment, link));
  const email = await find(appointment, 'link', 'email');
  t.like(email, { state: 'queued', originId: link.id, expiresAt: link.expiresAt, priority: link.priority });
  t.deepEqual(email.dueAt, world().clock.now());
  t.deepEqual(email.nextAt, email.dueAt);
  // The e-mail fails as well: the text has failed before, so there is no way left.
  t.false(await fallBack(appointment, email));
});

test('what was written for both channels does not go twice by one of them', async (t) => {
  const { appointment } = await confirmed();
  for (const kind of ['confirmation', 'reminder'] as const)
    t.false(await fallBack(appointment, await find(appointment, kind)), kind);
  t.false(await fallBack(appointment, await find(appointment, 'confirmation', 'email')));
  t.is((await messagesOf(appointment)).length, 5);
});

test('an e-mail that failed goes as text where there is none', async (t) => {
  const { appointment } = await confirmed();
  await (await find(appointment, 'reminder')).destroy();
  t.true(await fallBack(appointment, await find(appointment, 'reminder', 'email')));
  t.is((await find(appointment, 'reminder')).state, 'queued');
});

test('the news of an earlier time does not stand in for that of the present one', async (t) => {
  const { appointment, press } = await confirmed({ email: null });
  await press('reschedule', { date: '2026-11-30', time: '12:00' });
  await appointment.reload();
  const { vault } = world().deps;
  const data = { ...appointment.citizenData(vault), email: 'nova@ficticia.example' };
  await appointment.update({ citizen: sealCitizen(vault, appointment.uid, data) });
  t.true(await fallBack(appointment, await find(appointment, 'change')));
  t.true(await fallBack(appointment, await find(appointment, 'link')));
});

test('without an address, after its end, and for a PIN there is no other way', async (t) => {
  const { appointment } = await confirmed({ email: null });
  t.false(await fallBack(appointment, await find(appointment, 'link')));

  const other = await confirmed();
  const link = await find(other.appointment, 'link');
  await link.update({ kind: 'pin' });
  t.false(await fallBack(other.appointment, link));
  await link.update({ kind: 'link', expiresAt: world().clock.now() });
  t.false(await fallBack(other.appointment, link));
  await link.update({ expiresAt: addMinutes(world().clock.now(), 60) });
  await other.appointment.update({ status: 'cancelled' });
  t.false(await fallBack(other.appointment, link));
  await other.appointment.update({ status: 'confirmed' });
  t.true(await fallBack(other.appointment, link));
});
