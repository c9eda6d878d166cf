import test from 'ava';
import { freePort, SECRETS, startSink, startVideo } from './helpers.ts';

test('joins, departures, refusals and the end reach the application in order, with the secret', async (t) => {
  const sink = await startSink(t);
  const video = await startVideo(t, { eventsUrl: sink.url });
  await video.open('sala', 1);
  const agent = await video.enter('sala', 'agent-1', 'agent');
  await agent.join('sala');
  const citizen = await video.enter('sala', 'citizen-1');
  await citizen.join('sala');
  agent.leave();
  await sink.until(({ event }) => event === 'left');
  await citizen.join('sala');
  await video.control('DELETE', '/rooms/sala');
  await sink.until(({ event }) => event === 'destroyed');
  t.deepEqual(
    sink.received.map(({ event, user, moderator, reason, room }) => [room, event, user, moderator, reason]),
    [
      ['sala', 'joined', 'agent-1', true, undefined],
      ['sala', 'refused', 'citizen-1', false, 'full'],
      ['sala', 'left', 'agent-1', true, 'left'],
      ['sala', 'joined', 'citizen-1', false, undefined],
      ['sala', 'left', 'citizen-1', false, 'ended'],
      ['sala', 'destroyed', '', false, 'ended'],
    ],
  );
  t.is(new Set(sink.received.map(({ id }) => id)).size, 6);
  t.deepEqual(new Set(sink.authorizations), new Set([`Bearer ${SECRETS.controlSecret}`]));
  t.true(sink.received.every(({ at }) => Math.abs(at - Date.now()) < 60_000));
});

test('a lost line and a replaced session count as departures', async (t) => {
  const sink = await startSink(t);
  const video = await startVideo(t, { eventsUrl: sink.url });
  await video.open('sala');
  const first = await video.enter('sala', 'citizen-1');
  await first.join('sala');
  const second = await video.enter('sala', 'citizen-1');
  await second.join('sala');
  await sink.until(({ event, reason }) => event === 'left' && reason === 'replaced');
  await second.terminate();
  await sink.until(({ event, reason }) => event === 'left' && reason === 'left');
  t.deepEqual(
    sink.received.map(({ event }) => event),
    ['joined', 'left', 'joined', 'left'],
  );
});

test('events wait while the application is away or in trouble, and keep their order', async (t) => {
  const port = await freePort();
  const video = await startVideo(t, { eventsUrl: `http://127.0.0.1:${port}/video-events` });
  await video.open('sala');
  const agent = await video.enter('sala', 'agent-1', 'agent');
  await agent.join('sala');
  const citizen = await video.enter('sala', 'citizen-1');
  await citizen.join('sala');
  const sink = await startSink(t, { port, answer: (attempt) => (attempt === 1 ? 503 : 204) });
  await video.control('DELETE', '/rooms/sala');
  await sink.until(({ event }) => event === 'destroyed');
  t.deepEqual(sink.received.map(({ event, user }) => `${event} ${user}`).slice(0, 2), [
    'joined agent-1',
    'joined citizen-1',
  ]);
  t.is(sink.received.length, 5, 'each exactly once');
});
