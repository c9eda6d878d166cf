import test from 'ava';
import type { ExecutionContext } from 'ava';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { servePages } from './serve.ts';
import type { PageServer } from './serve.ts';

let browser: Browser;

test.before(async () => {
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-quic'],
  });
});

test.after.always(() => browser?.close());

/** A server and a browser page that belong to one test, open at a fixture; `now` sets the browser's clock. */
async function openAt(
  t: ExecutionContext,
  name: string,
  now?: string,
): Promise<{ page: Page; server: PageServer }> {
  const server = await servePages();
  t.teardown(() => server.close());
  const context = await browser.newContext();
  t.teardown(() => context.close());
  const page = await context.newPage();
  if (now !== undefined) await page.clock.install({ time: now });
  server.serveFragmentOf(name);
  await page.goto(server.url(name, 'ca'));
  return { page, server };
}

test('The board follows arrivals: count in the title, words for screen readers, the focus stays', async (t) => {
  const { page, server } = await openAt(t, 'board-empty');
  t.is(await page.title(), 'Títol · Videoatenció');

  server.serveFragmentOf('board');
  await server.emit('board');
  await page.waitForSelector('[data-waiting-count="2"]');
  await page.locator('[data-voice]:not(:empty)').waitFor({ state: 'attached' });
  t.is(await page.title(), '(2) Títol · Videoatenció');
  t.is(await page.textContent('[data-voice]'), 'Ha entrat algú a la sala d’espera');

  const button = page.locator('.board-card__go button').first();
  await button.focus();
  const id = await button.getAttribute('id');
  // The mark goes with the old part: its absence shows that the new one has come.
  await page.evaluate('document.querySelector(".board").dataset.old = "yes"');
  await server.emit('board');
  await page.waitForSelector('.board:not([data-old])');
  t.is(await page.evaluate('document.activeElement.id'), id);
});

test('The arrival sound is switched off and stays off in this browser', async (t) => {
  const { page } = await openAt(t, 'board');
  const button = page.locator('[data-chime-toggle]');
  t.is(await button.getAttribute('aria-pressed'), 'true');
  await button.click();
  await page.reload();
  t.is(await button.getAttribute('aria-pressed'), 'false');
});

test('A board whose session has ended shows the page it is sent to, not that page inside the board', async (t) => {
  const { page, server } = await openAt(t, 'board');
  server.serveFragmentOf('sign-in', true);
  const reloaded = page.waitForEvent('load');
  await server.emit('board');
  await reloaded;
  t.is(await page.locator('#board-live #password').count(), 0);
});

test('What is being typed as PIN stays when the waiting room is refreshed', async (t) => {
  const { page, server } = await openAt(t, 'waiting-pin');
  await page.locator('#pin').pressSequentially('123');
  server.serveFragmentOf('waiting-pin-expired');
  await server.emit('call');
  await page.waitForSelector('.notice--warning');
  t.is(await page.inputValue('#pin'), '123');
  t.is(await page.evaluate('document.activeElement.id'), 'pin');
});

test('Another PIN can only be asked for when its time has come, and the page counts down', async (t) => {
  const { page } = await openAt(t, 'waiting-pin');
  t.true(await page.locator('#resend-pin').isDisabled());
  await page.locator('[data-seconds]', { hasNotText: '45' }).waitFor();
  t.true(Number(await page.textContent('[data-seconds]')) < 45);
});

test('The person who is called hears it, sees the button, and goes in without pressing it', async (t) => {
  const { page, server } = await openAt(t, 'waiting-ready', '2026-11-24T09:30:00Z');
  // A clock that stands: on a busy machine the three seconds would pass while the page is being read.
  await page.clock.pauseAt('2026-11-24T09:35:00Z');
  server.serveFragmentOf('waiting-called');
  await server.emit('call');
  await page.waitForSelector('[data-go-in]');
  t.is(await page.textContent('[data-voice]'), 'És el vostre torn');
  t.is(await page.textContent('h1'), 'És el vostre torn');
  await page.clock.runFor('00:03');
  await page.waitForURL('**/v/x/room');
  t.true(page.url().endsWith('/v/x/room'));
});

test('The waiting page says at once that somebody is there, with the token against forged requests', async (t) => {
  const { page } = await openAt(t, 'waiting-ready');
  const beat = page.waitForRequest('**/v/x/heartbeat');
  await page.reload();
  const request = await beat;
  t.is(request.method(), 'POST');
  t.is(request.headers()['x-csrf-token'], 'csrf-for-tests');
});

test('A refused form puts the focus on its list of problems, whose links lead to the fields', async (t) => {
  const { page } = await openAt(t, 'new-refused');
  t.true(await page.evaluate('document.activeElement.matches("[data-error-summary]")'));
  await page.click('[data-error-summary] a[href="#mobile"]');
  t.is(await page.inputValue('#mobile'), '93');
  t.is(await page.getAttribute('#mobile', 'aria-describedby'), 'mobile-hint mobile-error');
  t.is(await page.getAttribute('#mobile', 'aria-invalid'), 'true');
});

test('Waiting minutes on the board grow by themselves', async (t) => {
  const { page } = await openAt(t, 'board', '2026-11-24T09:30:00Z');
  const minutes = page.locator('[data-since]').first();
  t.is(await minutes.textContent(), '7');
  await page.clock.runFor('05:00');
  t.is(await minutes.textContent(), '12');
});

test('The page of somebody who comes early is fetched again when the door opens', async (t) => {
  const { page } = await openAt(t, 'landing-early', '2026-11-24T08:45:00Z');
  const reloaded = page.waitForEvent('load');
  await page.clock.fastForward('30:00');
  await reloaded;
  t.is(await page.textContent('h1'), 'Encara és d’hora');
});

test('Pressing a button twice sends the form once', async (t) => {
  const { page, server } = await openAt(t, 'waiting-ready');
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/v/x/leave')) sent.push(request.method());
  });
  const button = page.locator('form[action="/v/x/leave"] button');
  await button.click();
  await button.click();
  // A later request of the page shows that the second press has had its time.
  const later = page.waitForRequest('**/fragment');
  await server.emit('call');
  await later;
  t.deepEqual(sent, ['POST']);
});

test('A history that was unfolded stays so when the page is refreshed, and the focus with it', async (t) => {
  const { page, server } = await openAt(t, 'show-waiting');
  await page.click('#history-m2');
  await page.evaluate('document.querySelector(".timeline").dataset.old = "yes"');
  await server.emit('call');
  await page.waitForSelector('.timeline:not([data-old])');
  t.is(await page.locator('#message-m2').getAttribute('open'), '');
  t.is(await page.locator('#message-m1').getAttribute('open'), null);
  t.is(await page.evaluate('document.activeElement.id'), 'history-m2');
});

test('On paper every history is unfolded, and afterwards as it was', async (t) => {
  const { page } = await openAt(t, 'show-waiting');
  const open = () => page.locator('details[data-paper][open]').count();
  await page.click('#history-m1');
  await page.evaluate('window.dispatchEvent(new Event("beforeprint"))');
  t.is(await open(), 3);
  await page.evaluate('window.dispatchEvent(new Event("afterprint"))');
  t.is(await open(), 1);
});

test('The way to correct a number leads to the form and unfolds it', async (t) => {
  const { page } = await openAt(t, 'show-waiting');
  t.false(await page.locator('#contact #mobile').isVisible());
  await page.click('.message__note a');
  await page.locator('#contact #mobile').waitFor({ state: 'visible' });
  t.pass();
});

test('The operator’s page refreshes itself every 15 seconds, and the focus stays', async (t) => {
  const { page, server } = await openAt(t, 'messages', '2026-11-24T09:30:15Z');
  await page.locator('#control-email').focus();
  server.serveFragmentOf('messages-calm');
  await page.clock.runFor(16_000);
  await page.locator('#messages-live').getByText('Aturat: no surt res').waitFor();
  t.is(await page.evaluate('document.activeElement.id'), 'control-email');
  t.is(await page.locator('h1').count(), 1);
});

test('A notice comes to a page that stays open, is heard, and leaves what is being typed alone', async (t) => {
  const { page } = await openAt(t, 'new', '2026-11-24T09:30:15Z');
  const asked: string[] = [];
  const part = (seen: string, text: string) =>
    `<div hx-get="/notices?seen=${seen}" hx-trigger="every 30s" hx-target="#staff-notices" hx-swap="innerHTML"><p>${text}</p></div>`;
  await page.route('**/notices*', (route) => {
    asked.push(new URL(route.request().url()).search);
    const answers = [part('one', 'No surten SMS'), null, part('two', '')];
    const body = answers[asked.length - 1];
    return route.fulfill(body ? { body, contentType: 'text/html' } : { status: 204 });
  });
  await page.evaluate('document.querySelector("#staff-notices").dataset.same = "yes"');
  await page.locator('#name').fill('Persona Fict');
  await page.clock.runFor(31_000);
  // The region that screen readers listen to is the same; only what it says has changed.
  await page.locator('#staff-notices[data-same][role=status]').getByText('No surten SMS').waitFor();
  t.is(await page.evaluate('document.activeElement.id'), 'name');
  t.is(await page.inputValue('#name'), 'Persona Fict');

  // Nothing new: nothing is put in place again.
  await page.evaluate('document.querySelector("#staff-notices p").dataset.old = "yes"');
  const unchanged = page.waitForResponse((response) => response.status() === 204);
  await page.clock.runFor(31_000);
  await unchanged;
  t.is(await page.locator('#staff-notices p[data-old]').count(), 1);
  const over = page.waitForResponse('**/notices?seen=one');
  await page.clock.runFor(31_000);
  await over;
  await page.locator('#staff-notices p:empty').waitFor({ state: 'attached' });
  t.deepEqual(asked, ['?seen=', '?seen=one', '?seen=one']);
});
