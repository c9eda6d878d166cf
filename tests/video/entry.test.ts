import { createHmac } from 'node:crypto';
import test from 'ava';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { XmppRefused } from '../helpers/xmpp.ts';
import { oddToken, SECRETS, startVideo, token } from './helpers.ts';

const seconds = () => Math.floor(Date.now() / 1000);
const roomState = z.object({ occupants: z.array(z.object({ user: z.string(), moderator: z.boolean() })) });
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('the right token lets an agent and a citizen into their room, each in the right role', async (t) => {
  const video = await startVideo(t);
  await video.open('sala');
  const agent = await video.enter('sala', 'agent-1', 'agent');
  const citizen = await video.enter('sala', 'citizen-1');
  t.regex(
    await agent.join('sala'),
    /affiliation='none'[^>]*role='moderator'|role='moderator'[^>]*affiliation='none'/,
  );
  t.regex(await citizen.join('sala'), /role='participant'/);
  const seen = await video.control('GET', '/rooms/sala');
  const { occupants } = roomState.parse(JSON.parse(seen.body));
  const roles = Object.fromEntries(occupants.map(({ user, moderator }) => [user, moderator]));
  t.deepEqual(roles, { 'agent-1': true, 'citizen-1': false });
});

function refusedTokens(): Record<string, string | undefined> {
  const good = token('sala', 'citizen-1');
  const [header = '', payload = '', signature = ''] = good.split('.');
  const claims = z.record(z.string(), z.unknown()).parse(jwt.decode(good));
  const none = `${part({ alg: 'none', typ: 'JWT' })}.${payload}`;
  const hs512 = `${part({ alg: 'HS512', typ: 'JWT' })}.${payload}`;
  const sign = (text: string, hash: string) =>
    createHmac(hash, SECRETS.appSecret).update(text).digest('base64url');
  return {
    'no token': undefined,
    'an empty token': '',
    'something that is no token': 'x.y.z',
    'expired just now': oddToken({ exp: seconds() }),
    'without exp': oddToken({ exp: undefined }),
    'not valid yet': oddToken({ nbf: seconds() + 30 }),
    'without nbf': oddToken({ nbf: undefined }),
    'another secret': oddToken({}, 'another-secret-0123456789-0123456789-01'),
    'another audience': oddToken({ aud: 'other' }),
    'an array of audiences': oddToken({ aud: ['jitsi'] }),
    'without audience': oddToken({ aud: undefined }),
    'another issuer': oddToken({ iss: 'other' }),
    'another subject': oddToken({ sub: '*' }),
    'every room': oddToken({ room: '*' }),
    'no room': oddToken({ room: undefined }),
    'an empty room': oddToken({ room: '' }),
    'a room in capitals': oddToken({ room: 'SALA' }),
    nobody: oddToken({ context: { user: { moderator: true } } }),
    'no context': oddToken({ context: undefined }),
    'a changed payload': `${header}.${part({ ...claims, room: 'altra' })}.${signature}`,
    'a cut signature': good.slice(0, -4),
    'algorithm none': `${none}.`,
    'algorithm none with the old signature': `${none}.${signature}`,
    'algorithm none with a right HMAC': `${none}.${sign(none, 'sha256')}`,
    'another HMAC': `${hs512}.${sign(hs512, 'sha512')}`,
    'an oversized token': oddToken({ filler: 'x'.repeat(5000) }),
  };
}

test('no other token logs in', async (t) => {
  const video = await startVideo(t);
  await video.open('sala');
  for (const [what, bad] of Object.entries(refusedTokens())) {
    const error = await t.throwsAsync(
      video.connect(bad === undefined ? {} : { token: bad }),
      undefined,
      what,
    );
    t.true(error instanceof XmppRefused && error.condition === 'not-authorized', what);
  }
  const accepted = await video.connect({ token: oddToken({}) });
  t.regex(await accepted.join('sala'), /code='110'/, 'the same claims, unspoilt, do get in');
});

test('a token opens its own room only, and only while the application keeps it open', async (t) => {
  const video = await startVideo(t);
  await video.open('sala');
  const stranger = await video.enter('altra', 'citizen-2');
  t.regex(await stranger.join('sala'), /type='error'.*<not-allowed/);
  t.regex(await stranger.join('altra'), /type='error'.*<not-allowed.*room-not-open/, 'never opened');
  await video.open('altra');
  t.regex(await stranger.join('altra'), /code='110'/);
});
