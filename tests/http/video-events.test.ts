import { randomUUID } from 'node:crypto';
import test from 'ava';
import supertest from 'supertest';
import { randomBase32 } from '../../server/kernel/ids.ts';
import { AuditEntry } from '../../server/models/AuditEntry.ts';
import { RoomEvent } from '../../server/models/RoomEvent.ts';
import { makeAppointment, makeOffice } from '../helpers/factories.ts';
import { VIDEO_SECRETS } from '../helpers/settings.ts';
import { useWorld } from '../helpers/world.ts';

const world = useWorld(test);
const AT = Date.UTC(2026, 10, 24, 8, 31);

function post(body: unknown, authorization = `Bearer ${VIDEO_SECRETS.controlSecret}`) {
  const request = supertest(world().server).post('/internal/video-events');
  if (authorization) void request.set({ authorization });
  return request.set({ 'content-type': 'application/json' }).send(JSON.stringify(body));
}

async function call() {
  const { appointment } = await makeAppointment(world(), await makeOffice(), { status: 'in_call' });
  const room = `va${randomBase32(22)}`;
  await appointment.update({ room });
  const event = (who: 'agent' | 'citizen', what: string, seconds: number, id = randomUUID()) => ({
    id,
    room,
    user: who === 'agent' ? 'agent-7' : `citizen-${appointment.uid}`,
    event: what,
    at: AT + seconds * 1000,
  });
  const events = () => RoomEvent.findAll({ where: { appointmentId: appointment.id }, order: ['at', 'id'] });
  return { appointment, room, event, events };
}

test('without the shared secret, or with another, nothing is taken', async (t) => {
  const { event, events } = await call();
  const { controlSecret } = VIDEO_SECRETS;
  for (const header of [
    '',
    'Bearer ',
    'Bearer wrong',
    controlSecret,
    `Basic ${controlSecret}`,
    `Bearer ${controlSecret}x`,
  ]) {
    const answer = await post(event('agent', 'joined', 0), header);
    t.is(answer.status, 401, header);
    t.deepEqual(answer.body, { error: 'signInAgain' });
  }
  t.deepEqual(await events(), []);
});

test('the secret is asked for before the body is judged', async (t) => {
  t.is((await post({ nonsense: true }, 'Bearer wrong')).status, 401);
});

test('who comes and goes is kept; they met when the later one came', async (t) => {
  const { appointment, event, events } = await call();
  t.is((await post(event('agent', 'joined', 0))).status, 204);
  t.is((await appointment.reload()).metAt, null);
  await post(event('citizen', 'joined', 20));
  t.deepEqual((await appointment.reload()).metAt, new Date(AT + 20_000));
  await post(event('citizen', 'left', 60));
  await post(event('citizen', 'joined', 90));
  await post(event('agent', 'left', 120));
  t.deepEqual(
    (await events()).map(({ party, event: what, at }) => [party, what, (at.getTime() - AT) / 1000]),
    [
      ['agent', 'joined', 0],
      ['citizen', 'joined', 20],
      ['citizen', 'left', 60],
      ['citizen', 'joined', 90],
      ['agent', 'left', 120],
    ],
  );
  t.deepEqual((await appointment.reload()).metAt, new Date(AT + 20_000));
});

test('two who were there one after the other have not met', async (t) => {
  const { appointment, event } = await call();
  await post(event('agent', 'joined', 0));
  await post(event('agent', 'left', 10));
  await post(event('citizen', 'joined', 20));
  t.is((await appointment.reload()).metAt, null);
});

test('reports in another order tell the same story', async (t) => {
  const { appointment, event } = await call();
  await post(event('citizen', 'joined', 20));
  await post(event('agent', 'joined', 5));
  t.deepEqual((await appointment.reload()).metAt, new Date(AT + 20_000));
});

test('a repeated report, also many at once, is kept once', async (t) => {
  const { event, events } = await call();
  const report = event('agent', 'joined', 0);
  const answers = await Promise.all(Array.from({ length: 10 }, () => post(report)));
  t.deepEqual([...new Set(answers.map((answer) => answer.status))], [204]);
  t.is((await events()).length, 1);
});

test('an unknown room or person is accepted and ignored, so that it is not reported for ever', async (t) => {
  const { event, events } = await call();
  t.is((await post({ ...event('agent', 'joined', 0), room: 'no-such-room' })).status, 204);
  t.is((await post({ ...event('agent', 'joined', 0), user: 'focus' })).status, 204);
  t.is((await post({ ...event('agent', 'joined', 0), user: undefined })).status, 204);
  t.is((await post(event('agent', 'destroyed', 0))).status, 204);
  t.deepEqual(await events(), []);
});

test('a refused entry leaves a row in the audit', async (t) => {
  const { appointment, event, events } = await call();
  await post({ ...event('citizen', 'refused', 0), reason: 'room-full' });
  const entry = await AuditEntry.findOne({ where: { appointmentId: appointment.id } });
  t.like(entry, { action: 'video.refused', actorKind: 'video', details: { reason: 'room-full' } });
  t.deepEqual(await events(), []);
});

test('what is no report is refused', async (t) => {
  const { event, events } = await call();
  const good = event('agent', 'joined', 0);
  const wrong: unknown[] = [
    {},
    [],
    { ...good, id: '' },
    { ...good, id: 'x'.repeat(65) },
    { ...good, room: '' },
    { ...good, room: 'sala ñ 😀' },
    { ...good, event: 'sang' },
    { ...good, at: 'now' },
    { ...good, at: 1.5 },
    { ...good, at: -1 },
    { ...good, at: 9e15 },
    { ...good, id: 'ñ' },
  ];
  for (const body of wrong) t.is((await post(body)).status, 400, JSON.stringify(body));
  t.deepEqual(await events(), []);
});

test('broken JSON is refused as such', async (t) => {
  const answer = await supertest(world().server)
    .post('/internal/video-events')
    .set({ authorization: `Bearer ${VIDEO_SECRETS.controlSecret}`, 'content-type': 'application/json' })
    .send('{"id":');
  t.is(answer.status, 400);
  t.deepEqual(answer.body, { error: 'badRequest' });
});
