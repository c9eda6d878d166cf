import test from 'ava';
import { dispatchDue, startMessages } from '../../server/features/messages/index.ts';
import { ChannelControl } from '../../server/models/ChannelControl.ts';
import { SmsSender } from '../../server/models/SmsSender.ts';
import { signedInClient } from '../helpers/client.ts';
import { TUESDAY } from '../helpers/clock.ts';
import { makeStaff } from '../helpers/factories.ts';
import { messageList } from '../helpers/outbox.ts';
import { useWorld } from '../helpers/world.ts';
import { mailsTo, makeConfirmed, textsTo, untilMessages } from './helpers.ts';

const world = useWorld(test);
const HOME = '/administration/messages';

async function administrator() {
  return signedInClient(world(), await makeStaff([], 'administrator'));
}

const plain = (html: string) => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

test.beforeEach(async () => {
  world().clock.set(TUESDAY);
  await ChannelControl.update({ pausedAt: null, pausedBy: null }, { where: {} });
});

test.serial(
  'while texts are paused none leaves, e-mail does, and afterwards all that is useful follows',
  async (t) => {
    const client = await administrator();
    await client.post(`${HOME}/sms/pause`);
    const messages = startMessages(world().deps);
    t.teardown(() => messages.stop());
    const person = await makeConfirmed(world());
    messages.wake();
    // The e-mail that was written with the text has gone through the same engine.
    await untilMessages(world(), person.appointment, [
      'sms confirmation queued',
      'email confirmation accepted',
      'sms link queued',
    ]);
    t.is(textsTo(world(), person.mobile).length, 0);

    await client.post(`${HOME}/sms/resume`);
    messages.wake();
    await world().smsc.waitFor(({ to }) => to === person.mobile);
    await untilMessages(world(), person.appointment, [
      'sms confirmation delivered',
      'email confirmation accepted',
      'sms link queued',
    ]);
  },
);

test.serial('what expires during a pause is counted, and never sent', async (t) => {
  const client = await administrator();
  await client.post(`${HOME}/sms/pause`);
  const person = await makeConfirmed(world(), { inMinutes: 30, email: null });
  const scope = { officeIds: [person.office.id] };
  await dispatchDue(world().deps, scope);
  world().clock.advance(200);
  await dispatchDue(world().deps, scope);
  t.deepEqual(
    (await messageList(person.appointment)).filter((one) => one.endsWith('queued')),
    [],
  );
  // Three hours later the session is over.
  const later = await administrator();
  t.regex(plain((await later.get(`${HOME}/live`)).text), /Caducats .*mai\. 2 2/);
  await later.post(`${HOME}/sms/resume`);
  await dispatchDue(world().deps, scope);
  t.is(textsTo(world(), person.mobile).length, 0);
});

test.serial('while e-mail is paused texts leave all the same', async (t) => {
  const client = await administrator();
  await client.post(`${HOME}/email/pause`);
  const person = await makeConfirmed(world());
  const scope = { officeIds: [person.office.id] };
  await dispatchDue(world().deps, scope);
  t.is(mailsTo(world(), person.email).length, 0);
  t.is(textsTo(world(), person.mobile).length, 1);
  await client.post(`${HOME}/email/resume`);
  await dispatchDue(world().deps, scope);
  t.is(mailsTo(world(), person.email).length, 1);
});

test.serial(
  'the texts of an office come from its own sender, and wait when its registration is over',
  async (t) => {
    const client = await administrator();
    const person = await makeConfirmed(world(), { email: null });
    const path = `/administration/senders/${person.office.slug}`;
    const own = { use: 'own', address: 'OACGirona', registeredUntil: '2027-01-31', provider: '' };
    t.is((await client.post(path, own)).status, 303);
    await SmsSender.update({ registeredUntil: '2026-11-23' }, { where: { officeId: person.office.id } });
    const scope = { officeIds: [person.office.id] };
    await dispatchDue(world().deps, scope);
    t.is(textsTo(world(), person.mobile).length, 0);
    t.regex(plain((await client.get(`${HOME}/live`)).text), /Confirmació SMS 1 0 s 1 0 /);

    // Put right in the form, the text leaves at the very next turn.
    t.is((await client.post(path, own)).status, 303);
    await dispatchDue(world().deps, scope);
    t.is(textsTo(world(), person.mobile).length, 1);
  },
);
