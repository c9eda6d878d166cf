import test from 'ava';
import { addMinutes } from '../../server/kernel/clock.ts';
import { signedInClient } from '../helpers/client.ts';
import { makeAppointment, makeOffice, makeStaff, type AppointmentValues } from '../helpers/factories.ts';
import { actionsOf, messageList, messagesOf } from '../helpers/outbox.ts';
import { useWorld } from '../helpers/world.ts';

const world = useWorld(test);

async function toPhone(values: AppointmentValues = {}) {
  const office = await makeOffice();
  const client = await signedInClient(world(), await makeStaff([office]));
  const made = await makeAppointment(world(), office, { status: 'requested', inMinutes: 120, ...values });
  const path = `/o/${office.slug}/appointments/${made.appointment.uid}`;
  const record = (fields: Record<string, string>) => client.post(`${path}/phone-check`, fields);
  return { ...made, office, client, path, record };
}

test('confirming writes confirmation and link, each with its own time, and says so', async (t) => {
  const { appointment, record, path, client } = await toPhone();
  const answer = await record({ outcome: 'confirmed', papersReady: 'on', notes: 'Tot a punt' });
  t.is(answer.status, 303);
  t.is(answer.headers.location, path);
  t.regex((await client.get(path)).text, /Trucada desada/);
  await appointment.reload();
  t.is(appointment.status, 'confirmed');
  t.true(appointment.papersReady);
  t.false(appointment.deviceReady);
  t.is(appointment.phoneAttempts, 1);
  t.is(appointment.citizenData(world().deps.vault).notes, 'Tot a punt');

  const now = world().clock.now();
  const { startsAt, endsAt } = appointment;
  const [sms, email, link, ...others] = await messagesOf(appointment);
  t.deepEqual(others, []);
  t.like(sms, { kind: 'confirmation', channel: 'sms', state: 'queued', dueAt: now, expiresAt: endsAt });
  t.like(email, { kind: 'confirmation', channel: 'email', state: 'queued', dueAt: now, expiresAt: endsAt });
  t.like(link, { kind: 'link', channel: 'sms', state: 'queued', dueAt: addMinutes(startsAt, -10) });
  t.true((link?.expiresAt ?? endsAt) >= startsAt && (link?.expiresAt ?? endsAt) < endsAt);
  t.true((link?.priority ?? 9) < (sms?.priority ?? 0));
});

test('a confirmation far ahead is given up after two days at the latest', async (t) => {
  const { appointment, record } = await toPhone({ inMinutes: 30 * 24 * 60 });
  await record({ outcome: 'confirmed' });
  const [sms] = await messagesOf(appointment);
  t.deepEqual(sms?.expiresAt, addMinutes(world().clock.now(), 48 * 60));
});

test('confirmed at the last minute, the link leaves at once and stays useful for a while', async (t) => {
  const { appointment, record } = await toPhone({ inMinutes: 2 });
  await record({ outcome: 'confirmed' });
  const link = (await messagesOf(appointment)).find((message) => message.kind === 'link');
  t.deepEqual(link?.dueAt, world().clock.now());
  t.deepEqual(link?.expiresAt, addMinutes(world().clock.now(), 15));
});

test('somebody without e-mail is sent texts only', async (t) => {
  const { appointment, record } = await toPhone({ email: null });
  await record({ outcome: 'confirmed' });
  t.deepEqual(await messageList(appointment), ['sms confirmation queued', 'sms link queued']);
});

test('the outbox holds no name, number or link in clear', async (t) => {
  const { appointment, token, mobile, record } = await toPhone();
  await record({ outcome: 'confirmed' });
  const rows = JSON.stringify((await messagesOf(appointment)).map((row) => row.get({ plain: true })));
  t.false(rows.includes(token));
  t.false(rows.includes(mobile));
  t.notRegex(rows, /Persona|ficticia/);
});

test('calls without an answer are counted, and the person stays on the list', async (t) => {
  const { appointment, record, client, path } = await toPhone();
  await record({ outcome: 'no_answer' });
  await record({ outcome: 'no_answer' });
  await appointment.reload();
  t.is(appointment.status, 'requested');
  t.is(appointment.phoneAttempts, 2);
  t.deepEqual(await messagesOf(appointment), []);
  t.deepEqual(await actionsOf(appointment), ['appointment.noAnswer', 'appointment.noAnswer']);
  t.regex((await client.get(path)).text, /\(2\)/);
});

for (const outcome of ['declined', 'not_possible']) {
  test(`the outcome "${outcome}" ends the appointment without any message`, async (t) => {
    const { appointment, record, client, path } = await toPhone();
    t.is((await record({ outcome })).status, 303);
    await appointment.reload();
    t.is(appointment.status, 'declined');
    t.is(appointment.outcome, outcome);
    t.deepEqual(await messagesOf(appointment), []);
    t.is((await client.get(path)).status, 200);
  });
}

test('confirming again is refused and sends nothing twice', async (t) => {
  const { appointment, record } = await toPhone();
  await record({ outcome: 'confirmed' });
  const before = await messageList(appointment);
  const again = await record({ outcome: 'confirmed' });
  t.is(again.status, 409);
  t.regex(again.text, /ja ha canviat d’estat/);
  t.deepEqual(await messageList(appointment), before);
  t.is((await appointment.reload()).phoneAttempts, 1);
});

test('of ten agents who confirm at the same instant one does, and one set of messages is written', async (t) => {
  const { appointment, record } = await toPhone();
  const answers = await Promise.all(Array.from({ length: 10 }, () => record({ outcome: 'confirmed' })));
  t.is(answers.filter((answer) => answer.status === 303).length, 1);
  t.is(answers.filter((answer) => answer.status === 409).length, 9);
  t.is((await messagesOf(appointment)).length, 3);
});

test('an appointment whose time is over can’t be confirmed', async (t) => {
  const { appointment, record } = await toPhone({ inMinutes: -40 });
  const answer = await record({ outcome: 'confirmed' });
  t.is(answer.status, 409);
  t.regex(answer.text, /ja ha passat/);
  t.is((await appointment.reload()).status, 'requested');
  t.deepEqual(await messagesOf(appointment), []);
});

test('a call without outcome, or with an unknown one, is drawn again with the notes', async (t) => {
  const { appointment, record } = await toPhone();
  for (const outcome of ['', 'perhaps']) {
    const answer = await record({ outcome, notes: 'Torna a trucar dijous', deviceReady: 'on' });
    t.is(answer.status, 422);
    t.regex(answer.text, /Trieu un resultat/);
    t.regex(answer.text, /Torna a trucar dijous/);
  }
  t.is((await appointment.reload()).phoneAttempts, 0);
});
