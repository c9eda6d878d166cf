import test from 'ava';
import { addMinutes } from '../../server/kernel/clock.ts';
import { OutboxEvent } from '../../server/models/OutboxEvent.ts';
import { SenderHold } from '../../server/models/SenderHold.ts';
import { SmsSender } from '../../server/models/SmsSender.ts';
import { signedInClient } from '../helpers/client.ts';
import { makeOffice, makeStaff } from '../helpers/factories.ts';
import { makeLink, makeMessage } from '../helpers/messages.ts';
import { messagesOf } from '../helpers/outbox.ts';
import { useWorld } from '../helpers/world.ts';
import { makeConfirmed } from '../jobs/helpers.ts';

const world = useWorld(test);

/** What a gateway, a mail server or somebody at a desk could say. */
const HOSTILE = `"'><img src=x onerror=alert(1)>{{pin}}$t(errors:csrf)`;

test('no page believes the words of a gateway, a mail server or an office to be its own', async (t) => {
  const office = await makeOffice({ name: `=cmd|' /C calc'!A0 ${HOSTILE}` });
  const now = world().clock.now();
  const { appointment } = await makeConfirmed(world(), {}, office);
  const [text] = await messagesOf(appointment);
  const failed = { state: 'failed' as const, nextAt: null, settledAt: now, acceptedAt: now, reason: HOSTILE };
  await text?.update({ ...failed, link: 'main' });
  const event = {
    messageId: text?.id ?? 0,
    at: now,
    event: 'refused',
    reason: `UNDELIV ${HOSTILE}`,
    link: 'main',
  };
  await OutboxEvent.create(event);
  await makeMessage(world(), office, { ...failed, segments: 1 });
  await makeLink(world(), { state: 'refused', reason: HOSTILE });
  const address = HOSTILE.slice(0, 16);
  await SmsSender.create({
    officeId: office.id,
    address,
    registeredUntil: null,
    provider: HOSTILE.slice(0, 40),
    updatedAt: now,
  });
  await SenderHold.create({ address, untilAt: addMinutes(now, 10), reason: HOSTILE, since: now });

  const agent = await signedInClient(world(), await makeStaff([office]));
  const admin = await signedInClient(world(), await makeStaff([], 'administrator', HOSTILE));
  const messages = '/administration/messages';
  const email = '/administration/texts/email/confirmation/ca';
  await admin.post(email, {
    base: '0',
    subject: HOSTILE.replace('{{pin}}', ''),
    body: HOSTILE.replace('{{pin}}', ''),
  });
  const pages: [typeof agent, string][] = [
    [agent, `/o/${office.slug}/appointments/${appointment.uid}`],
    [agent, `/o/${office.slug}/appointments/${appointment.uid}/live`],
    [agent, `/o/${office.slug}/board`],
    [agent, '/notices'],
    ...['/administration', messages, `${messages}/live`, `${messages}/costs`, '/notices'].map(
      (path): [typeof agent, string] => [admin, path],
    ),
    ...['/administration/senders', `/administration/senders/${office.slug}`, '/administration/texts'].map(
      (path): [typeof agent, string] => [admin, path],
    ),
    ...[email, `${email}/history`, `${email}/frame?as=${office.slug}`].map((path): [typeof agent, string] => [
      admin,
      path,
    ]),
  ];
  for (const [client, path] of pages) {
    const answer = await client.get(path);
    t.is(answer.status, 200, path);
    t.false(answer.text.includes('<img src=x'), path);
    t.notRegex(answer.text, /&gt;\d{6}\$t/, path);
  }
  const { text: frame, headers } = await admin.get(`${email}/frame?as=${office.slug}`);
  t.true(frame.includes('&lt;img src'));
  t.regex(String(headers['content-security-policy']), /default-src 'none'.*;sandbox;/);
  const { text: csv } = await admin.get(`${messages}/costs.csv`);
  t.notRegex(csv, /(^|;|\n|")[=+@-]/);
  t.true(csv.includes(`"'=cmd`));
});
