import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { oddToken, startVideo } from './helpers.ts';

const seconds = () => Math.floor(Date.now() / 1000);

test('ending a room puts everybody out, and the same token no longer enters', async (t) => {
  const video = await startVideo(t);
  await video.open('sala');
  const agent = await video.enter('sala', 'agent-1', 'agent');
  const citizen = await video.enter('sala', 'citizen-1');
  await agent.join('sala');
  await citizen.join('sala');
  t.is((await video.control('DELETE', '/rooms/sala')).status, 204);
  for (const client of [agent, citizen]) {
    t.regex(await client.next(/^<presence[^>]*type='unavailable'.*<destroy/), /ended/);
    t.regex(await client.next(/^<close/), /framing/);
    await client.close();
  }
  const again = await video.enter('sala', 'citizen-1');
  t.regex(await again.join('sala'), /type='error'.*<not-allowed/);
  t.is((await video.control('GET', '/rooms/sala')).status, 404);
  t.is((await video.control('DELETE', '/rooms/sala')).status, 204, 'ending twice is no error');
});

test('a token from before the end stays worthless when the room is opened again', async (t) => {
  const video = await startVideo(t);
  await video.open('sala');
  await video.control('DELETE', '/rooms/sala');
  await video.open('sala');
  const early = await video.connect({ token: oddToken({ iat: seconds() - 5 }) });
  t.regex(await early.join('sala'), /<not-allowed.*call-ended/);
  const fresh = await video.connect({ token: oddToken({ iat: seconds() + 1 }) });
  t.regex(await fresh.join('sala'), /code='110'/);
});

test('a room ends by itself when its time is over', async (t) => {
  const video = await startVideo(t);
  await video.open('sala', 2, 2);
  const citizen = await video.enter('sala', 'citizen-1');
  await citizen.join('sala');
  t.regex(await citizen.next(/<destroy/), /expired/);
  t.is((await video.control('GET', '/rooms/sala')).status, 404);
});

test('prolonging keeps the room and raises the number of places', async (t) => {
  const video = await startVideo(t);
  await video.open('sala', 1, 2);
  const agent = await video.enter('sala', 'agent-1', 'agent');
  const citizen = await video.enter('sala', 'citizen-1');
  await agent.join('sala');
  t.regex(await citizen.join('sala'), /<service-unavailable/);
  await video.open('sala', 2, 600);
  t.regex(await citizen.join('sala'), /code='110'/);
});

test('a third person is refused with the error that lib-jitsi-meet shows as max_users', async (t) => {
  const video = await startVideo(t);
  await video.open('sala');
  const [agent, citizen, third] = await Promise.all([
    video.enter('sala', 'agent-1', 'agent'),
    video.enter('sala', 'citizen-1'),
    video.enter('sala', 'citizen-2'),
  ]);
  await agent.join('sala');
  await citizen.join('sala');
  t.regex(await third.join('sala'), /type='error'.*<service-unavailable/);
  citizen.leave();
  await agent.next(/type='unavailable'/);
  t.regex(await third.join('sala'), /code='110'/, 'a place that is left becomes free');
});

test('the newer session of a person replaces the older one, also when that person is alone', async (t) => {
  const video = await startVideo(t);
  await video.open('sala');
  const first = await video.enter('sala', 'citizen-1');
  await first.join('sala');
  const second = await video.enter('sala', 'citizen-1');
  t.regex(await second.join('sala'), /code='110'/);
  t.regex(await first.next(/type='unavailable'/), /code='307'.*|replaced/);
  // Both must be in one and the same room: an empty room is destroyed at once, so this is where it could split.
  const agent = await video.enter('sala', 'agent-1', 'agent');
  t.regex(await agent.join('sala'), /code='110'/);
  await second.next(/role='moderator'/);
  t.regex((await video.control('GET', '/rooms/sala')).body, /citizen-1.*agent-1|agent-1.*citizen-1/);
  const third = await video.enter('sala', 'citizen-1');
  await third.join('sala');
  await second.next(/code='307'/);
  t.is((await video.control('GET', '/rooms/sala')).body.match(/citizen-1/g)?.length, 1);
});

test('a lost line is resumed with the old address, by the same person only', async (t) => {
  const video = await startVideo(t);
  await video.open('sala');
  const citizen = await video.enter('sala', 'citizen-1');
  await citizen.join('sala');
  citizen.send('<enable xmlns="urn:xmpp:sm:3" resume="true"/>');
  const id = /\bid='([^']+)'/.exec(await citizen.next(/^<enabled/))?.[1] ?? '';
  await citizen.terminate();
  const resumed = await video.connect({
    token: oddToken({ context: { user: { id: 'citizen-1' } } }),
    query: { previd: id },
  });
  t.is(resumed.jid.split('@')[0], citizen.jid.split('@')[0]);
  // Not resuming after all but entering anew under the same address and name must not make two of one person.
  t.regex(await resumed.join('sala', citizen.jid.slice(0, 8)), /code='110'/);
  t.is((await video.control('GET', '/rooms/sala')).body.match(/citizen-1/g)?.length, 1);
  const agent = await video.enter('sala', 'agent-1', 'agent');
  t.regex(await agent.join('sala'), /code='110'/);
  await resumed.next(/role='moderator'/);
  resumed.leave();
  await agent.next(/type='unavailable'/); // nothing of the old session keeps the place
  const other = await video.connect({
    token: oddToken({ context: { user: { id: 'citizen-9' } } }),
    query: { previd: id },
  });
  t.not(other.jid.split('@')[0], citizen.jid.split('@')[0]);
});

test('a person whose line is down when the room ends does not come back', async (t) => {
  const video = await startVideo(t, { logLevel: 'debug' });
  await video.open('sala');
  const citizen = await video.enter('sala', 'citizen-1');
  await citizen.join('sala');
  citizen.send('<enable xmlns="urn:xmpp:sm:3" resume="true"/>');
  const id = /\bid='([^']+)'/.exec(await citizen.next(/^<enabled/))?.[1] ?? '';
  await citizen.terminate();
  t.regex((await video.control('GET', '/rooms/sala')).body, /citizen-1/, 'the place is kept for a while');
  await video.control('DELETE', '/rooms/sala');
  const log = await readFile(join(video.directory, 'prosody.log'), 'utf8');
  t.true(log.includes(`Unbinding resource for ${citizen.jid}`), 'the sleeping session is gone');
  const back = await video.connect({
    token: oddToken({ context: { user: { id: 'citizen-1' } } }),
    query: { previd: id },
  });
  t.not(back.jid.split('@')[0], citizen.jid.split('@')[0], 'nothing is left to resume');
  t.regex(await back.join('sala'), /<not-allowed/);
});

test('names of recorders, changes of name and taken names are refused', async (t) => {
  const video = await startVideo(t);
  await video.open('sala', 3);
  const citizen = await video.enter('sala', 'citizen-1');
  for (const nick of ['focus', 'Recorder-1', 'transcriber', 'jibri-7', 'jigasi', 'jvb1', 'hidden', 'a b']) {
    t.regex(await citizen.join('sala', nick), /type='error'.*<not-allowed/, nick);
  }
  await citizen.join('sala', 'anna');
  const rename = 'to="sala@muc.meet.jitsi/focus"';
  citizen.send(`<presence xmlns="jabber:client" ${rename}/>`);
  t.regex(await citizen.next(/type='error'/), /<not-allowed/);
  const other = await video.enter('sala', 'citizen-2');
  t.regex(await other.join('sala', 'anna'), /type='error'.*<conflict/);
});
