import test from 'ava';
import type { Page } from 'playwright-core';
import { MessageTemplate } from '../../server/models/MessageTemplate.ts';
import { DESK, expectAccessible, openWindow, PHONE, useBrowser } from '../helpers/browser.ts';
import { makeOffice, makeStaff, nextMobile, PASSWORD } from '../helpers/factories.ts';
import { useWorld, type World } from '../helpers/world.ts';
import { textsTo } from '../jobs/helpers.ts';

const world = useWorld(test, { live: true });
const browser = useBrowser(test);

async function signIn(page: Page, { url }: World, path: string): Promise<void> {
  const admin = await makeStaff([], 'administrator');
  await page.goto(`${url}/sign-in?next=${encodeURIComponent(path)}`);
  await page.fill('[name=email]', admin.email);
  await page.fill('[name=password]', PASSWORD);
  await page.press('[name=password]', 'Enter');
  await page.waitForSelector('#text-form');
}

/** Presses Tab until the focus is there; backwards with `Shift+Tab`. */
async function tabTo(page: Page, selector: string, key = 'Tab'): Promise<void> {
  const here = `document.activeElement?.matches(${JSON.stringify(selector)}) ?? false`;
  for (let stop = 0; stop < 60; stop += 1) {
    await page.keyboard.press(key);
    if (await page.evaluate<boolean>(here)) return;
  }
  throw new Error(`${selector} can't be reached with the Tab key`);
}

test('an administrator writes, sees what it costs, tests and saves a text with the keyboard alone', async (t) => {
  await makeOffice();
  const { page, complaints } = await openWindow(t, browser(), DESK);
  await signIn(page, world(), '/administration/texts/sms/cancellation/ca');

  await tabTo(page, '#body');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('Cita: ');
  await tabTo(page, '[data-insert="{{time}}"] button');
  await page.keyboard.press('Enter');
  t.is(await page.inputValue('#body'), 'Cita: {{time}}');
  t.true(await page.evaluate<boolean>(`document.activeElement.id === 'body'`), 'one goes on writing there');
  await page.keyboard.type(' no.');
  await page.waitForSelector('.phone__bubble >> text=Cita: 10.30 h no.');
  const spoken = () => page.textContent('#announcer');
  await page.waitForFunction(`document.querySelector('#announcer').textContent === '17 caràcters, 1 SMS'`);
  t.is(await page.getAttribute('#announcer', 'role'), 'status', 'it waits for its turn to speak');

  await page.keyboard.type(' Adreça');
  await page.waitForSelector('.phone__bubble mark >> text=ç');
  t.regex((await page.textContent('.letters')) ?? '', /«ç» a «Adreça»\. Podeu posar-hi «lloc»/);
  await page.keyboard.type(' {{nom}}');
  await page.waitForSelector('#preview [data-problems]');
  t.is(await spoken(), 'Hi ha 1 problema al text.');
  for (let letter = 0; letter < ' {{nom}}'.length; letter += 1) await page.keyboard.press('Backspace');
  await page.waitForSelector('.phone__bubble mark');

  const mobile = nextMobile();
  await tabTo(page, '#to');
  await page.keyboard.type(mobile);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.test-state--success');
  t.deepEqual(
    textsTo(world(), mobile).map(({ text }) => text),
    ['Cita: 10.30 h no. Adreça'],
  );
  t.is(await page.inputValue('#body'), 'Cita: {{time}} no. Adreça', 'a test saves and loses nothing');
  t.is(await MessageTemplate.count({ where: { kind: 'cancellation', locale: 'ca' } }), 0);

  await tabTo(page, '#text-form [type=submit]', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.notice--success');
  const saved = await MessageTemplate.findOne({ where: { kind: 'cancellation', locale: 'ca' } });
  t.is(saved?.body, 'Cita: {{time}} no. Adreça');
  t.deepEqual(complaints, []);
});

test('the whole e-mail follows what one writes, in a frame that runs nothing, and leaves no stops behind', async (t) => {
  await makeOffice();
  const { page, complaints } = await openWindow(t, browser(), { ...PHONE, locale: 'ca-ES' });
  await signIn(page, world(), '/administration/texts/email/confirmation/ca');
  const mail = (words: string) =>
    page.frameLocator('#mail-frame iframe:not([hidden])').locator('p', { hasText: words }).waitFor();
  await mail('Us atendrem per videotrucada');
  const stops = await page.evaluate<number>('history.length');
  for (const words of ['Una versió', 'Una altra <b>versió</b>']) {
    await page.fill('#body', words);
    await mail(words);
  }
  t.is(await page.evaluate<number>('history.length'), stops);
  t.is(await page.getAttribute('#mail-frame iframe', 'sandbox'), '');
  await page.evaluate(`document.querySelector('#mail-frame').remove()`);
  await expectAccessible(t, page, 'the editor of an e-mail');
  t.deepEqual(complaints, []);
});

test('without scripts the same text is previewed and saved by buttons', async (t) => {
  await makeOffice();
  const { page } = await openWindow(t, browser(), { ...DESK, javaScriptEnabled: false });
  await signIn(page, world(), '/administration/texts/email/change/ca');
  await page.fill('#body', 'Paràgraf nou per a {{procedure}}.');
  await page.click('[formaction$="/preview"]');
  await page.waitForSelector('#frame-form');
  t.is(await page.inputValue('#body'), 'Paràgraf nou per a {{procedure}}.');
  await page.click('#frame-form [type=submit]');
  await page.frameLocator('#mail-frame iframe').locator('p', { hasText: 'Paràgraf nou per a' }).waitFor();
  await page.click('#text-form .btn-accent');
  await page.waitForSelector('.notice--success');
  const saved = await MessageTemplate.findOne({ where: { kind: 'change', channel: 'email', locale: 'ca' } });
  t.is(saved?.body, 'Paràgraf nou per a {{procedure}}.');
});
