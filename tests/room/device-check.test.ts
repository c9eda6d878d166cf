import test from 'ava';
import { browserFacts, permissionHelpKey } from '../../views/client/shared/browser.ts';
import { denyingScript, openPage, startBrowser, startHarness } from './harness.ts';

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

test.serial('with everything in order each step turns green and the office is told', async (t) => {
  const harness = await startHarness(t);
  const page = await openPage(t, await startBrowser(t), `${harness.origin}/citizen/device-check`, PHONE);
  await page.getByRole('button', { name: 'Comenceu la prova' }).click();
  await page.getByRole('button', { name: 'Feu sonar les notes' }).click();
  await page.getByRole('button', { name: 'Ho he sentit', exact: true }).click();
  await page.locator('#device-check[data-outcome="ok"]').waitFor();
  t.is(await page.locator('.rung[data-state="ok"]').count(), 5);
  t.is(harness.results.length, 1);
  t.like(harness.results[0], { camera: true, microphone: true, speaker: true, network: true });
  t.deepEqual(harness.results[0]?.['problems'], []);
  t.is(await page.evaluate('document.documentElement.scrollWidth'), 360);
});

test.serial(
  'denied permissions get help for this browser, and voice alone would have been enough',
  async (t) => {
    const harness = await startHarness(t);
    const browser = await startBrowser(t, false);
    const page = await openPage(t, browser, `${harness.origin}/citizen/device-check?lang=en`, {
      ...PHONE,
      before: (context) => context.addInitScript({ content: denyingScript('all') }),
    });
    await page.getByRole('button', { name: 'Start the check' }).click();
    await page.locator('[data-rung="microphone"] .rung__help').waitFor();
    t.true(
      (await page.locator('[data-rung="microphone"] .rung__help').innerText()).includes('Site settings'),
    );
    await page.getByRole('button', { name: 'Go on anyway' }).click();
    await page.getByRole('button', { name: 'Go on with voice only' }).click();
    await page.getByRole('button', { name: 'Play the notes' }).click();
    await page.getByRole('button', { name: 'I heard it', exact: true }).click();
    await page.locator('#device-check[data-outcome="problem"]').waitFor();
    t.deepEqual(harness.results[0]?.['problems'], ['microphone.denied', 'camera.denied']);
  },
);

test('built-in browsers of other apps and browser families are told apart', (t) => {
  const iphone =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
  const android = 'Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko)';
  const facts = (agent: string) => browserFacts(agent, 5);
  t.like(facts(`${iphone} Version/18.1 Mobile/15E148 Safari/604.1`), {
    family: 'safari',
    system: 'ios',
    inApp: null,
  });
  t.is(facts(`${iphone} Mobile/15E148 [FBAN/FBIOS]`).inApp, 'facebook');
  t.is(facts(`${iphone} Mobile/15E148`).inApp, 'other');
  t.is(facts(`${android} Version/4.0 Chrome/140.0 Mobile Safari/537.36 Instagram 350`).inApp, 'instagram');
  t.is(facts(`${android} Chrome/140.0 Mobile Safari/537.36 WhatsApp/2`).inApp, 'whatsapp');
  t.is(permissionHelpKey(facts(`${android} Chrome/140.0 Mobile Safari/537.36`)), 'chromeAndroid');
  t.is(
    permissionHelpKey(facts('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0')),
    'firefox',
  );
});
