import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { quoteLua, startProsody, type ProsodyOptions } from '../../appliance/embedded/prosody.ts';
import { connectXmpp, openXmppSocket, XmppRefused } from '../helpers/xmpp.ts';
import { oddToken, prosodyOptions, SECRETS, startVideo, token } from './helpers.ts';

const misconfigured: Record<string, [Partial<ProsodyOptions>, RegExp]> = {
  'an empty token secret': [{ appSecret: '' }, /videoatencio_app_secret must have at least 32/],
  'a short control secret': [{ controlSecret: 'short' }, /videoatencio_control_secret must have at least 32/],
  'one secret for both': [{ controlSecret: SECRETS.appSecret }, /must differ/],
  'no audience': [{ audience: '' }, /videoatencio_audience/],
  'any audience': [{ audience: '*' }, /videoatencio_audience/],
  'jibri as an admin': [
    { extraConfig: 'admins = { "jibri@auth.meet.jitsi" }' },
    /jibri@auth\.meet\.jitsi may not be/,
  ],
  'a person as an admin': [{ extraConfig: 'admins = { "anna@meet.jitsi" }' }, /anna@meet\.jitsi may not be/],
  'a jigasi service': [
    { extraConfig: 'videoatencio_service_jids = { "jigasi@auth.meet.jitsi" }' },
    /may not be a service/,
  ],
  'a host for recorders': [{ extraConfig: 'VirtualHost "recorder.meet.jitsi"' }, /recording or telephony/],
  'a hidden host': [{ extraConfig: 'VirtualHost "hidden.meet.jitsi"' }, /recording or telephony/],
  'a guest host': [
    { extraConfig: 'VirtualHost "guest.meet.jitsi"\n\tauthentication = "anonymous"' },
    /not one of ours/,
  ],
};

for (const [what, [changes, complaint]] of Object.entries(misconfigured)) {
  test(`Prosody refuses to start with ${what}`, async (t) => {
    const options = await prosodyOptions(t, changes);
    const outcome = startProsody(options);
    t.teardown(async () => (await outcome.catch(() => undefined))?.stop());
    const error = await t.throwsAsync(outcome);
    t.regex(error.message, /ended while starting/);
    t.regex(error.message, complaint);
  });
}

test('a thousand refused connections leave Prosody answering, and none of them stays', async (t) => {
  const video = await startVideo(t);
  await video.open('sala');
  const citizen = await video.enter('sala', 'citizen-1');
  await citizen.join('sala');
  const attempt = async (number: number) => {
    const bad = number % 2 === 0 ? {} : { token: oddToken({ exp: 1 }) };
    await t.throwsAsync(connectXmpp({ base: video.base, ...bad }), { instanceOf: XmppRefused });
  };
  for (let number = 0; number < 1000; number += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, index) => attempt(number + index)));
  }
  const started = Date.now();
  t.regex(await citizen.iq('meet.jitsi', 'get', '<ping xmlns="urn:xmpp:ping"/>'), /type='result'/);
  t.is((await video.control('GET', '/health')).status, 200);
  const agent = await video.enter('sala', 'agent-1', 'agent');
  t.regex(await agent.join('sala'), /code='110'/);
  t.true(Date.now() - started < 2000);
});

test('a refused client that stays on the line is hung up', async (t) => {
  const video = await startVideo(t);
  const { socket, inbox } = await openXmppSocket({ base: video.base });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.send('<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" to="meet.jitsi" version="1.0"/>');
  await inbox.next(/^<stream:features/);
  socket.send('<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">AGEAYg==</auth>');
  t.regex(await inbox.next(/^<failure/), /invalid-mechanism/);
  socket.send('<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="ANONYMOUS"/>');
  const refusedAt = Date.now();
  t.regex(await inbox.next(/^<failure/), /not-authorized/);
  await closed;
  t.true(Date.now() - refusedAt < 5000, 'well before the 15 s that a silent client has');
});

test('no token is written to the log, accepted or refused, even at level debug', async (t) => {
  const video = await startVideo(t, { logLevel: 'debug' });
  const good = token('sala', 'citizen-1');
  const bad = oddToken({ exp: 1 });
  await video.open('sala');
  const citizen = await video.connect({ token: good });
  await citizen.join('sala');
  await t.throwsAsync(video.connect({ token: bad }));
  await citizen.close();
  await video.prosody.stop();
  const log = await readFile(join(video.directory, 'prosody.log'), 'utf8');
  t.true(log.includes('Refused a session: expired'));
  for (const secret of [good, bad, SECRETS.appSecret, SECRETS.controlSecret]) {
    t.false(log.includes(secret));
    t.false(log.includes(secret.slice(-20)));
  }
});

test('values arrive in the configuration as they are, whatever they contain', async (t) => {
  t.is(quoteLua('meet.jitsi'), '"meet.jitsi"');
  t.is(quoteLua('a"b\\c\n'), '"a\\034b\\092c\\010"');
  const awkward = 'quote" backslash\\ newline\n bracket]] ñç $& {{domain}} 0123456789';
  const video = await startVideo(t, { appSecret: awkward, audience: 'a"b' });
  await video.open('sala', 2, 60);
  t.is((await video.control('GET', '/health')).status, 200);
  const citizen = await video.connect({ token: oddToken({ aud: 'a"b' }, awkward) });
  t.regex(await citizen.join('sala'), /code='110'/);
});

test('a port that is taken is named at once', async (t) => {
  const first = await startVideo(t);
  const options = await prosodyOptions(t, { httpPort: first.prosody.port });
  const outcome = startProsody(options);
  t.teardown(async () => (await outcome.catch(() => undefined))?.stop());
  await t.throwsAsync(outcome, { message: new RegExp(`Port ${first.prosody.port} is taken`) });
});

test('a Prosody that lost its parent is replaced by the next start in the same directory', async (t) => {
  const options = await prosodyOptions(t);
  const orphan = await startProsody(options);
  t.teardown(() => orphan.stop());
  const next = await startProsody(options);
  t.teardown(() => next.stop());
  t.is(await orphan.exited, 0);
  t.not(next.pid, orphan.pid);
});

test('stopping twice is harmless, and the process is gone', async (t) => {
  const video = await startVideo(t);
  await Promise.all([video.prosody.stop(), video.prosody.stop()]);
  await video.prosody.stop();
  t.throws(() => process.kill(video.prosody.pid, 0), { code: 'ESRCH' });
  t.is(await video.prosody.exited, 0);
});
