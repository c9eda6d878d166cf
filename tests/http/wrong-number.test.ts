import test from 'ava';
import { dispatchDue } from '../../server/features/messages/index.ts';
import { addMinutes } from '../../server/kernel/clock.ts';
import type { Appointment } from '../../server/models/Appointment.ts';
import { signedInClient, type Client } from '../helpers/client.ts';
import { makeStaff, nextMobile } from '../helpers/factories.ts';
import { messageList, messagesOf } from '../helpers/outbox.ts';
import { useWorld } from '../helpers/world.ts';
import { mailsTo, makeConfirmed, textsTo, untilMessages } from '../jobs/helpers.ts';

// One after the other: the clock and the gateway's faults are everybody's.
const world = useWorld(test);
const UNKNOWN_NUMBER = 0x0b;

/** Confirmed an hour ahead, with all that is due sent through a gateway that answers with `status`. */
async function attempted(status: number) {
  const made = await makeConfirmed(world(), { inMinutes: 60 });
  const { appointment, office } = made;
  const client = await signedInClient(world(), await makeStaff([office]));
  const path = `/o/${office.slug}/appointments/${appointment.uid}`;
  const scope = { officeIds: [office.id] };
  world().smsc.answerWith(status);
  await dispatchDue(world().deps, scope);
  world().smsc.backToNormal();
  return { ...made, client, path, send: () => dispatchDue(world().deps, scope) };
}

const failedText = async (appointment: Appointment) => {
  const message = (await messagesOf(appointment)).find(({ state }) => state === 'failed');
  if (!message) throw new Error('nothing has failed');
  return message;
};

test.serial(
  'a text to a number that does not exist is told, corrected, sent again and arrives',
  async (t) => {
    const { appointment, email, client, path, send } = await attempted(UNKNOWN_NUMBER);
    t.is(mailsTo(world(), email).length, 1);
    const before = (await client.get(path)).text;
    t.regex(before, /Aquest número de mòbil no existeix/);
    t.regex(before, /href="#contact"/);

    const mobile = nextMobile();
    t.is((await client.post(`${path}/contact`, { mobile, email })).status, 303);
    const seen = (await client.get(path)).text;
    t.regex(seen, /Després s’ha corregit/);
    t.notRegex(seen, /href="#contact"/);
    const { uid } = await failedText(appointment);
    t.is((await client.post(`${path}/messages/${uid}/resend`)).status, 303);
    await send();
    const texts = textsTo(world(), mobile);
    t.is(texts.length, 1);
    // The receipt comes a moment after the answer.
    await untilMessages(world(), appointment, [
      'sms confirmation failed',
      'email confirmation accepted',
      'sms link queued',
      'sms confirmation delivered',
    ]);
    const { text } = await client.get(path);
    t.regex(text, /S’ha tornat a enviar/);
    t.regex(text, /La xarxa informa que ha arribat al telèfon/);
  },
);

test.serial('a link that the network refuses for good reaches the person by e-mail', async (t) => {
  const { appointment, email, client, path, token, send } = await attempted(0);
  const start = world().clock.now();
  t.teardown(() => world().clock.set(start));
  t.regex((await client.get(path)).text, /Deu minuts abans de l’hora sortirà l’SMS/);
  world().clock.set(addMinutes(appointment.startsAt, -10));
  world().smsc.answerWith(UNKNOWN_NUMBER);
  await send();
  world().smsc.backToNormal();
  await send();
  const list = await messageList(appointment);
  t.deepEqual(list.slice(2), ['sms link failed', 'email link accepted']);
  t.true(mailsTo(world(), email).at(-1)?.text.includes(token));
  const { text } = await client.get(path);
  t.regex(text, /Des d’ara la persona pot entrar/);
  t.notRegex(text, /Deu minuts abans de l’hora sortirà l’SMS/);
  t.regex(text, /S’ha enviat per correu en lloc de per SMS/);
  t.regex(text, /S’envia per correu en lloc de per SMS/);
  t.regex(text, /Es va preparar com a correu, perquè l’SMS no havia pogut arribar/);
});

test.serial('a number can be corrected a few times in an hour, not without end', async (t) => {
  const { appointment, office, email, client, path } = await attempted(0);
  const start = world().clock.now();
  t.teardown(() => world().clock.set(start));
  const correct = (by: Client) => by.post(`${path}/contact`, { mobile: nextMobile(), email });
  for (let time = 0; time < 5; time += 1) t.is((await correct(client)).status, 303);
  const written = (await messagesOf(appointment)).length;
  const refused = await correct(client);
  t.is(refused.status, 409);
  t.regex(refused.text, /En una hora s’han enviat prou missatges/);
  t.is((await messagesOf(appointment)).length, written);
  world().clock.set(addMinutes(start, 61));
  appointment.set({ startsAt: addMinutes(start, 120), endsAt: addMinutes(start, 150) });
  await appointment.save();
  const later = await signedInClient(world(), await makeStaff([office]));
  t.is((await correct(later)).status, 303);
});
