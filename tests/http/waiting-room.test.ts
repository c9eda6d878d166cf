import test from 'ava';
import type { Response } from 'supertest';
import { addMinutes } from '../../server/kernel/clock.ts';
import { Change } from '../../server/models/Change.ts';
import { newClient } from '../helpers/client.ts';
import { TUESDAY } from '../helpers/clock.ts';
import { makeAppointment, makeOffice, type AppointmentValues } from '../helpers/factories.ts';
import { actionsOf, messagesOf } from '../helpers/outbox.ts';
import { useWorld } from '../helpers/world.ts';

const world = useWorld(test);
const HOUR_AND_MORE = 70;

async function citizen(values: AppointmentValues = {}, office: Parameters<typeof makeOffice>[0] = {}) {
  const made = await makeAppointment(world(), await makeOffice(office), values);
  const client = newClient(world());
  const base = `/v/${made.token}`;
  const enter = (): Promise<Response> => client.post(`${base}/enter`, { notice: 'on' });
  return { ...made, client, base, enter };
}

test('who accepts the notice takes a place, and the PIN leaves', async (t) => {
  const { appointment, enter, base } = await citizen();
  const answer = await enter();
  t.is(answer.status, 303);
  t.is(answer.headers.location, `${base}/waiting-room`);
  await appointment.reload();
  const now = world().clock.now();
  t.like(appointment, { status: 'waiting', arrivedAt: now, lastSeenAt: now, noticeAcceptedAt: now });
  const [pin, ...others] = await messagesOf(appointment);
  t.deepEqual(others, []);
  t.like(pin, { kind: 'pin', channel: 'sms', dueAt: now, expiresAt: addMinutes(now, 10), priority: 0 });
});

test('without the notice nobody enters, and the page says why', async (t) => {
  const { appointment, client, base } = await citizen();
  for (const notice of ['', 'off']) {
    const answer = await client.post(`${base}/enter`, { notice });
    t.is(answer.status, 422);
    t.regex(answer.text, /Marqueu la casella per continuar/);
    t.regex(answer.text, /href="#notice"/);
  }
  t.is((await appointment.reload()).status, 'confirmed');
  t.deepEqual(await messagesOf(appointment), []);
});

test('before the door opens nobody enters', async (t) => {
  const { appointment, enter } = await citizen({ inMinutes: 16 }, { doorMinutes: 15 });
  const answer = await enter();
  t.is(answer.status, 409);
  t.regex(answer.text, /La sala d’espera encara no és oberta/);
  t.is((await appointment.reload()).status, 'confirmed');
});

test('half an hour after the end it is too late', async (t) => {
  const { appointment, enter } = await citizen({ inMinutes: -61 });
  const answer = await enter();
  t.is(answer.status, 409);
  t.regex(answer.text, /Ja ha passat l’hora/);
  t.is((await appointment.reload()).status, 'confirmed');
});

test('an appointment that is not confirmed, or has ended, can’t be entered', async (t) => {
  for (const status of ['requested', 'cancelled', 'declined', 'completed', 'no_show'] as const) {
    const { appointment, enter } = await citizen({ status });
    t.is((await enter()).status, 409, status);
    t.is((await appointment.reload()).status, status);
  }
});

test('pressing twice, or ten times at once, takes one place and sends one PIN', async (t) => {
  const { appointment, enter, client, base } = await citizen();
  await client.get(base);
  const answers = await Promise.all(Array.from({ length: 10 }, enter));
  t.deepEqual([...new Set(answers.map((answer) => answer.status))], [303]);
  t.is((await messagesOf(appointment)).length, 1);
  t.deepEqual(await actionsOf(appointment), ['appointment.enter', 'pin.issue']);
});

test('thirty people who enter thirty rooms at once all get in', async (t) => {
  const people = await Promise.all(Array.from({ length: 30 }, () => citizen()));
  await Promise.all(people.map(({ client, base }) => client.get(base)));
  const answers = await Promise.all(people.map(({ enter }) => enter()));
  t.deepEqual([...new Set(answers.map((answer) => answer.status))], [303]);
});

test.serial('who leaves and comes back keeps the place, and the PIN that is on its way', async (t) => {
  t.teardown(() => world().clock.set(TUESDAY));
  const { appointment, enter, client, base } = await citizen();
  await enter();
  const arrived = (await appointment.reload()).arrivedAt;
  const left = await client.post(`${base}/leave`);
  t.is(left.headers.location, base);
  t.is((await appointment.reload()).status, 'confirmed');
  world().clock.advance(3);
  await enter();
  await appointment.reload();
  t.is(appointment.status, 'waiting');
  t.deepEqual(appointment.arrivedAt, arrived);
  t.is((await messagesOf(appointment)).length, 1);
});

test.serial('who comes back after the PIN expired is sent another', async (t) => {
  t.teardown(() => world().clock.set(TUESDAY));
  const { appointment, enter, client, base } = await citizen();
  await enter();
  await client.post(`${base}/leave`);
  world().clock.advance(11);
  await enter();
  t.is((await messagesOf(appointment)).length, 2);
});

test('leaving twice changes nothing', async (t) => {
  const { appointment, enter, client, base } = await citizen();
  await enter();
  await client.post(`${base}/leave`);
  t.is((await client.post(`${base}/leave`)).status, 303);
  t.is((await appointment.reload()).status, 'confirmed');
});

test.serial('a sign of life is kept, and boards hear only of somebody who comes back', async (t) => {
  t.teardown(() => world().clock.set(TUESDAY));
  const { appointment, enter, client, base } = await citizen();
  await enter();
  const heard = () => Change.count({ where: { appointmentId: appointment.id } });
  const before = await heard();
  t.is((await client.post(`${base}/heartbeat`)).status, 204);
  t.is(await heard(), before);
  world().clock.advance(5);
  t.is((await client.post(`${base}/heartbeat`)).status, 204);
  t.is(await heard(), before + 1);
  t.deepEqual((await appointment.reload()).lastSeenAt, world().clock.now());
});

test('a sign of life for an appointment that has ended changes nothing', async (t) => {
  const { appointment, client, base } = await citizen({ status: 'completed' });
  t.is((await client.post(`${base}/heartbeat`)).status, 204);
  t.is((await appointment.reload()).lastSeenAt, null);
});

const REPORT = {
  camera: true,
  microphone: true,
  speaker: true,
  network: true,
  browser: 'Firefox 140',
  problems: [],
};

test('the device check is kept for the agent', async (t) => {
  const { appointment, client, base } = await citizen();
  t.is((await client.postJson(`${base}/device-check`, REPORT)).status, 204);
  const report = (await appointment.reload()).deviceReport;
  t.like(report, { ...REPORT, at: world().clock.now().toISOString() });
  t.deepEqual(await actionsOf(appointment), ['appointment.deviceCheck']);
});

test('a report that is no report is refused and not kept', async (t) => {
  const { appointment, client, base } = await citizen();
  const wrong: object[] = [
    {},
    [],
    { ...REPORT, camera: 'yes' },
    { ...REPORT, browser: 'x'.repeat(61) },
    { ...REPORT, problems: Array.from({ length: 21 }, () => 'x') },
  ];
  for (const body of wrong) {
    const answer = await client.postJson(`${base}/device-check`, body);
    t.is(answer.status, 400, JSON.stringify(body).slice(0, 60));
    t.deepEqual(answer.body, { error: 'badRequest' });
  }
  t.is((await appointment.reload()).deviceReport, null);
});

test('the attendance is rated once; the first rating stays', async (t) => {
  const { appointment, client, base } = await citizen({ status: 'completed', inMinutes: -HOUR_AND_MORE });
  t.is((await client.post(`${base}/rating`, { rating: '4' })).status, 303);
  t.is((await client.post(`${base}/rating`, { rating: '1' })).status, 303);
  t.is((await appointment.reload()).rating, 4);
  t.notRegex((await client.get(`${base}/goodbye`)).text, /name="rating"/);
});

test('a rating is a whole number from one to five', async (t) => {
  const { appointment, client, base } = await citizen({ status: 'completed' });
  for (const rating of ['', '0', '6', '2.5', 'bé', '1e9']) {
    t.is((await client.post(`${base}/rating`, { rating })).status, 422, rating);
  }
  t.is((await appointment.reload()).rating, null);
});

test('nothing can be rated that did not take place', async (t) => {
  for (const status of ['confirmed', 'waiting', 'in_call', 'cancelled', 'no_show'] as const) {
    const { appointment, client, base } = await citizen({ status });
    t.is((await client.post(`${base}/rating`, { rating: '5' })).status, 409, status);
    t.is((await appointment.reload()).rating, null);
  }
});
