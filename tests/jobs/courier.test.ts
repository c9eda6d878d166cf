import test, { type ExecutionContext } from 'ava';
import { startMessages } from '../../server/features/messages/index.ts';
import { TUESDAY } from '../helpers/clock.ts';
import { useWorld } from '../helpers/world.ts';
import { enter, makeConfirmed, mailsTo, untilMessages } from './helpers.ts';

/** Long for a busy machine, and still before a gateway or mail server that says nothing is given up. */
const SOON_MS = 20_000;

const world = useWorld(test);

function start(t: ExecutionContext) {
  const messages = startMessages(world().deps);
  t.teardown(() => messages.stop());
  return messages;
}

test.serial('a text without an answer does not hold up a PIN', async (t) => {
  world().clock.set(TUESDAY);
  const { smsc } = world();
  smsc.holdAnswers();
  t.teardown(() => smsc.releaseAnswers());
  const person = await makeConfirmed(world(), { inMinutes: 5, email: null });
  const messages = start(t);
  await smsc.waitFor(({ to, text }) => to === person.mobile && text.includes('/v/'));
  await enter(world(), person);
  messages.wake();
  const pin = await smsc.waitFor(({ to, text }) => to === person.mobile && /PIN.*\d{6}/.test(text), SOON_MS);
  t.is(pin.priority, 1);
  smsc.releaseAnswers();
  await untilMessages(world(), person.appointment, [
    'sms confirmation delivered',
    'sms link delivered',
    'sms pin delivered',
  ]);
});

test.serial('a mail server that hangs does not hold up a PIN', async (t) => {
  world().clock.set(TUESDAY);
  const { smtp, smsc } = world();
  smtp.freeze();
  const unhappy = await makeConfirmed(world(), { inMinutes: 5 });
  const messages = start(t);
  await smsc.waitFor(({ to, text }) => to === unhappy.mobile && text.includes('/v/'));
  await enter(world(), unhappy);
  messages.wake();
  const pin = await smsc.waitFor(({ to, text }) => to === unhappy.mobile && /PIN.*\d{6}/.test(text), SOON_MS);
  t.is(pin.priority, 1);
  t.is(mailsTo(world(), unhappy.email).length, 0);
  // Whatever becomes of the first try, the clock reaches the next one.
  const { changes } = world().deps;
  t.teardown(changes.subscribe({ appointmentId: unhappy.appointment.id }, () => world().clock.advance(0.1)));
  smtp.unfreeze();
  await untilMessages(world(), unhappy.appointment, [
    'sms confirmation delivered',
    'email confirmation accepted',
    'sms link delivered',
    'sms pin delivered',
  ]);
  t.is(mailsTo(world(), unhappy.email).length, 1);
});
