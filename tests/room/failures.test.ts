import { readFileSync } from 'node:fs';
import test from 'ava';
import { LOCALES } from '../../server/kernel/locale.ts';
import { translator } from '../../views/client/shared/text.ts';
import type { Strings } from '../../views/client/shared/text.ts';
import { backOffMs, classify, FAILURE_CODES, FAILURE_KEYS } from '../../views/client/room/failures.ts';
import { denyingScript, openPage, startBrowser, startHarness, waitFor } from './harness.ts';

/** A catalogue as it lies in the repository. */
function strings(file: URL): Strings {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own file; a wrong shape fails the test
  return JSON.parse(readFileSync(file, 'utf8')) as Strings;
}

/** As named in lib-jitsi-meet, with and without the prefix. */
const NAMES = [
  'authenticationRequired',
  'connectionError.notAllowed',
  'max_users',
  'focusLeft',
  'focusDisconnected',
  'videobridge-not-available',
  'videobridgeNotAvailable',
  'iceFailed',
  'offerAnswerFailed',
  'reservationError',
  'destroyed',
  'gracefulShutdown',
  'passwordRequired',
  'membersOnly',
  'connectionError.membersOnly',
  'droppedError',
  'serverError',
  'otherError',
  'conferenceRequestFailed',
  'shardChanged',
];

test('every failure name of the library has words of its own', (t) => {
  for (const name of NAMES) t.not(classify(name).key, 'general', name);
  for (const code of FAILURE_CODES) t.is(classify(code).code, code);
  t.deepEqual(classify('something.new'), { code: 'something.new', key: 'general', remedy: 'few' });
});

test('every failure has a text in each language', (t) => {
  for (const locale of LOCALES) {
    const file = new URL(`../../views/locales/${locale}/room.json`, import.meta.url);
    const texts = translator(strings(file));
    for (const key of FAILURE_KEYS) t.notThrows(() => texts(`failure.${key}`), `${locale} ${key}`);
  }
});

test('pauses between tries double up to fifteen seconds', (t) => {
  t.deepEqual([1, 2, 3, 4, 5, 50].map(backOffMs), [1000, 2000, 4000, 8000, 15_000, 15_000]);
});

test.serial('an appointment that is over leads on, a refusal waits for the person', async (t) => {
  const harness = await startHarness(t);
  const browser = await startBrowser(t);
  harness.answerTokens('ended');
  const late = await openPage(t, browser, harness.pageUrl('citizen'));
  await late.waitForURL('**/citizen/ended');

  harness.answerTokens('refused');
  const refused = await openPage(t, browser, harness.pageUrl('citizen', 'es'));
  await waitFor(refused, { 'room-state': 'failed' });
  t.true(await refused.getByRole('button', { name: 'Volver a intentarlo' }).isVisible());
  t.true(await refused.getByRole('link', { name: 'Llame al 972 940 000' }).isVisible());
  t.deepEqual(harness.reports, [{ role: 'citizen', kind: 'failure', reason: 'token.refused' }]);
});

test.serial('a token that the video server refuses is asked for again and reported once', async (t) => {
  const harness = await startHarness(t);
  const browser = await startBrowser(t);
  harness.answerTokens('garbage');
  const page = await openPage(t, browser, harness.pageUrl('citizen', 'en'));
  await waitFor(page, { 'room-state': 'reconnecting' });
  await page.locator('.room-card h2', { hasText: 'Trying again' }).waitFor();
  harness.answerTokens('token');
  await waitFor(page, { 'room-state': 'waiting' }, 40_000);
  t.is(harness.reports.length, 1);
  t.is(harness.reports[0]?.kind, 'failure');
});

test.serial('without a camera one talks by voice, and is told so', async (t) => {
  const harness = await startHarness(t);
  const [browser, bare] = await Promise.all([startBrowser(t), startBrowser(t)]);
  const agent = await openPage(t, browser, harness.pageUrl('agent'));
  const citizen = await openPage(t, bare, harness.pageUrl('citizen'), {
    before: (context) => context.addInitScript({ content: denyingScript('video') }),
  });
  await waitFor(citizen, { 'room-state': 'connected', 'local-video': 'none', 'local-audio': 'on' });
  await waitFor(agent, { 'room-state': 'connected', 'remote-audio': 'on', 'remote-video': 'none' });
  t.true((await citizen.locator('.room-notice').innerText()).startsWith('No us poden veure'));
  await waitFor(citizen, { 'remote-video': 'on' });
});
