import test from 'ava';
import jwt from 'jsonwebtoken';
import { DENIED_FEATURES, mintRoomToken, type RoomTokenOptions } from '../../server/adapters/jitsi/token.ts';

const NOW = 1_795_000_000;
const OPTIONS: RoomTokenOptions = {
  appId: 'videoatencio',
  appSecret: 'app-secret-of-the-tests-0123456789-abcdef',
  audience: 'jitsi',
  domain: 'meet.jitsi',
  clock: { now: () => new Date(NOW * 1000 + 999) },
};

/** Header and claims, after checking the signature at the token's own time. */
function read(token: string, options = OPTIONS): jwt.Jwt {
  return jwt.verify(token, options.appSecret, { complete: true, algorithms: ['HS256'], clockTimestamp: NOW });
}

test('a citizen’s token says exactly what the video server checks, and no name', (t) => {
  const { header, payload } = read(
    mintRoomToken(OPTIONS, 'sala-x7', { userId: 'citizen-1', role: 'citizen' }),
  );
  t.deepEqual(header, { alg: 'HS256', typ: 'JWT' });
  t.deepEqual(payload, {
    iss: 'videoatencio',
    aud: 'jitsi',
    sub: 'meet.jitsi',
    room: 'sala-x7',
    iat: NOW,
    nbf: NOW - 60,
    exp: NOW + 300,
    context: {
      user: { id: 'citizen-1', moderator: false, affiliation: 'member' },
      features: Object.fromEntries(DENIED_FEATURES.map((feature) => [feature, false])),
    },
  });
});

test('only an agent is a moderator, and no role is granted any feature', (t) => {
  for (const role of ['agent', 'citizen'] as const) {
    const { payload } = read(mintRoomToken(OPTIONS, 'sala', { userId: 'x', role }));
    const context: unknown = typeof payload === 'object' ? payload['context'] : undefined;
    t.like(context, {
      user: { moderator: role === 'agent' },
      features: { recording: false, livestreaming: false },
    });
  }
});

test('every feature that Jitsi knows to record, stream, transcribe or dial is denied by name', (t) => {
  for (const feature of [
    'recording',
    'livestreaming',
    'transcription',
    'outbound-call',
    'sip-outbound-call',
    'file-upload',
  ] as const) {
    t.true(DENIED_FEATURES.includes(feature), feature);
  }
  t.is(new Set(DENIED_FEATURES).size, DENIED_FEATURES.length);
});

test('the life of a token can be set', (t) => {
  const { payload } = read(
    mintRoomToken({ ...OPTIONS, lifeSeconds: 30 }, 'sala', { userId: 'x', role: 'agent' }),
  );
  t.like(payload, { exp: NOW + 30 });
});

test('a room that is not one plain lower-case name gets no token', (t) => {
  for (const room of [
    '*',
    '',
    'Sala',
    'sala ',
    'sala/x',
    'sala@x',
    '.',
    '-a',
    'à',
    'a'.repeat(129),
    'sala\n',
  ]) {
    t.throws(
      () => mintRoomToken(OPTIONS, room, { userId: 'x', role: 'citizen' }),
      { instanceOf: RangeError },
      room,
    );
  }
  t.throws(() => mintRoomToken(OPTIONS, 'sala', { userId: '', role: 'citizen' }), { instanceOf: RangeError });
});
