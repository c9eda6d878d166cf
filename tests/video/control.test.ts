import test from 'ava';
import { createVideoRooms } from '../../server/adapters/jitsi/rooms.ts';
import { AppError } from '../../server/kernel/errors.ts';
import { freePort, SECRETS, startVideo } from './helpers.ts';

const later = () => Math.floor(Date.now() / 1000) + 600;

test('without the right secret the control API says nothing and does nothing', async (t) => {
  const video = await startVideo(t);
  const opening = { expires: later(), max_occupants: 2 };
  for (const bearer of ['', 'wrong', `${SECRETS.controlSecret}x`, SECRETS.appSecret]) {
    t.is((await video.control('GET', '/health', undefined, bearer)).status, 401);
    t.is((await video.control('PUT', '/rooms/sala', opening, bearer)).status, 401);
    t.is((await video.control('GET', '/rooms/sala', undefined, bearer)).status, 401);
    t.is((await video.control('DELETE', '/rooms/sala', undefined, bearer)).status, 401);
  }
  t.is((await video.control('GET', '/rooms/sala')).status, 404);
  t.like(JSON.parse((await video.control('GET', '/health')).body), { status: 'ok', rooms: 0 });
});

test('the control API is closed to requests that came through a proxy', async (t) => {
  const video = await startVideo(t);
  const headers = { authorization: `Bearer ${SECRETS.controlSecret}`, 'x-forwarded-for': '203.0.113.9' };
  t.is((await fetch(`${video.base}/videoatencio/health`, { headers })).status, 404);
});

test('nonsense is refused with an explanation and opens nothing', async (t) => {
  const video = await startVideo(t);
  const bodies: unknown[] = [
    'no JSON',
    '[]',
    {},
    { expires: later() },
    { expires: later(), max_occupants: 0 },
    { expires: later(), max_occupants: 2.5 },
    { expires: later(), max_occupants: 1000 },
    { expires: later() * 1000, max_occupants: 2 },
    { expires: 1, max_occupants: 2 },
    { expires: 'soon', max_occupants: 2 },
  ];
  for (const body of bodies) {
    const { status } = await video.control('PUT', '/rooms/sala', body);
    t.is(status, 400, JSON.stringify(body));
  }
  for (const room of ['Sala', 'sala*', 'a%20b', '-x', 'a'.repeat(129)]) {
    const { status } = await video.control('PUT', `/rooms/${room}`, { expires: later(), max_occupants: 2 });
    t.is(status, 400, room);
  }
  t.like(JSON.parse((await video.control('GET', '/health')).body), { status: 'ok', rooms: 0 });
});

test('after a restart no room is open', async (t) => {
  const before = await startVideo(t);
  await before.open('sala');
  await before.prosody.stop();
  const after = await startVideo(t);
  t.is((await after.control('GET', '/rooms/sala')).status, 404);
});

test('the adapter opens, looks and ends, and its tokens enter', async (t) => {
  const video = await startVideo(t);
  const rooms = createVideoRooms({ ...SECRETS, controlUrl: video.base });
  t.deepEqual(await rooms.occupants('sala'), []);
  await rooms.open('sala', { expiresAt: new Date(Date.now() + 60_000), maxOccupants: 2 });
  t.deepEqual(await rooms.occupants('sala'), []);
  const agent = await video.connect({ token: rooms.token('sala', { userId: 'agent-1', role: 'agent' }) });
  await agent.join('sala');
  t.deepEqual(await rooms.occupants('sala'), ['agent-1']);
  await rooms.end('sala');
  await rooms.end('never-there');
  t.deepEqual(await rooms.occupants('sala'), []);
});

test('trouble with the video server is always the error videoUnavailable', async (t) => {
  const video = await startVideo(t);
  const away = createVideoRooms({ ...SECRETS, controlUrl: `http://127.0.0.1:${await freePort()}` });
  const stranger = createVideoRooms({ ...SECRETS, controlUrl: video.base, controlSecret: 'wrong' });
  for (const rooms of [away, stranger]) {
    const attempts = [
      () => rooms.open('sala', { expiresAt: new Date(Date.now() + 60_000), maxOccupants: 2 }),
      () => rooms.end('sala'),
      () => rooms.occupants('sala'),
    ];
    for (const attempt of attempts) {
      const error = await t.throwsAsync(attempt, { instanceOf: AppError, code: 'videoUnavailable' });
      t.is(error instanceof AppError && error.status, 503);
    }
  }
});
