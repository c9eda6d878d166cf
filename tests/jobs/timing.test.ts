import test from 'ava';
import { dispatchDue } from '../../server/features/messages/index.ts';
import { messageList, messagesOf } from '../helpers/outbox.ts';
import { TUESDAY } from '../helpers/clock.ts';
import { useWorld } from '../helpers/world.ts';
import { callOff, makeCase, makeConfirmed, mailsTo, moveTo, textsTo, untilMessages } from './helpers.ts';

const world = useWorld(test);
// One clock for the whole installation: these tests move it, so they follow one another.
test.beforeEach(() => world().clock.set(TUESDAY));
const MINUTE = 60_000;

/** Sends what is due in one office only, at the world's time. */
const dispatch = (officeId: number) => dispatchDue(world().deps, { officeIds: [officeId] });

test.serial('nothing is sent before the appointment is confirmed', async (t) => {
  const { appointment, office, mobile, email } = await makeCase(world());
  world().clock.advance(55);
  t.is(await dispatch(office.id), 0);
  t.deepEqual(await messageList(appointment), []);
  t.deepEqual([textsTo(world(), mobile), mailsTo(world(), email)], [[], []]);
});

test.serial('confirming sends a text and an e-mail at once, and the link waits', async (t) => {
  const { appointment, office, mobile, email } = await makeConfirmed(world());
  t.is(await dispatch(office.id), 2);
  await untilMessages(world(), appointment, [
    'sms confirmation delivered',
    'email confirmation accepted',
    'sms link queued',
  ]);
  t.is(textsTo(world(), mobile).length, 1);
  t.is(mailsTo(world(), email).length, 1);
  t.is(await dispatch(office.id), 0);
});

test.serial('somebody without e-mail gets texts only', async (t) => {
  const { appointment } = await makeConfirmed(world(), { email: null });
  t.deepEqual(await messageList(appointment), ['sms confirmation queued', 'sms link queued']);
});

test.serial(
  'the link leaves exactly ten minutes before the start, and not a millisecond earlier',
  async (t) => {
    const { appointment, office, mobile, token } = await makeConfirmed(world());
    await dispatch(office.id);
    const tenBefore = appointment.startsAt.getTime() - 10 * MINUTE;
    world().clock.set(new Date(tenBefore - 1));
    t.is(await dispatch(office.id), 0);
    world().clock.set(new Date(tenBefore));
    t.is(await dispatch(office.id), 1);
    const link = await world().smsc.waitFor(({ to, text }) => to === mobile && text.includes('/v/'));
    t.true(link.text.includes(`${world().url}/v/${token}`));
    // The network must not deliver it once the appointment is well under way. SMPP knows whole seconds.
    const row = (await messagesOf(appointment)).find(({ kind }) => kind === 'link');
    t.is(link.validityPeriod?.getTime(), row?.expiresAt.getTime());
  },
);

test.serial('a confirmation at the last minute sends the link at once', async (t) => {
  const { office, mobile } = await makeConfirmed(world(), { inMinutes: 5 });
  t.is(await dispatch(office.id), 3);
  t.true(textsTo(world(), mobile).some(({ text }) => text.includes('/v/')));
});

test.serial('what could not leave in time is marked as expired and never sent', async (t) => {
  const { appointment, office, mobile, email } = await makeConfirmed(world());
  world().clock.set(appointment.endsAt);
  t.is(await dispatch(office.id), 0);
  t.deepEqual(await messageList(appointment), [
    'sms confirmation expired',
    'email confirmation expired',
    'sms link expired',
  ]);
  t.deepEqual([textsTo(world(), mobile), mailsTo(world(), email)], [[], []]);
});

test.serial('after a cancellation only the news of it leaves', async (t) => {
  const made = await makeConfirmed(world());
  await callOff(world(), made);
  world().clock.set(made.appointment.startsAt);
  t.is(await dispatch(made.office.id), 2);
  await untilMessages(world(), made.appointment, [
    'sms confirmation cancelled',
    'email confirmation cancelled',
    'sms link cancelled',
    'sms cancellation delivered',
    'email cancellation accepted',
  ]);
  t.is(textsTo(world(), made.mobile).length, 1);
  t.is(mailsTo(world(), made.email).length, 1);
});

test.serial('who was never confirmed is not told of a cancellation either', async (t) => {
  const made = await makeCase(world());
  await callOff(world(), made);
  t.deepEqual(await messageList(made.appointment), []);
});

test.serial('a change of time withdraws the old link and dates a new one', async (t) => {
  const made = await makeConfirmed(world());
  await dispatch(made.office.id);
  const oldStart = made.appointment.startsAt;
  await moveTo(world(), made, 180);
  t.is(await dispatch(made.office.id), 2);
  world().clock.set(oldStart);
  t.is(await dispatch(made.office.id), 0);
  world().clock.set(new Date(made.appointment.startsAt.getTime() - 10 * MINUTE - 1));
  t.is(await dispatch(made.office.id), 0);
  world().clock.advance(1);
  t.is(await dispatch(made.office.id), 1);
  const texts = textsTo(world(), made.mobile);
  t.is(texts.filter(({ text }) => text.includes('/v/')).length, 1);
  t.is(texts.length, 3);
});

test.serial('moving an appointment back to its first time sends news again', async (t) => {
  const made = await makeConfirmed(world());
  await moveTo(world(), made, 180);
  await moveTo(world(), made, 60);
  t.is(await dispatch(made.office.id), 2);
  const list = await messageList(made.appointment);
  t.is(list.filter((line) => line.endsWith('link queued')).length, 1);
});
