import test from 'ava';
import type { Page } from 'playwright-core';
import { Appointment } from '../../server/models/Appointment.ts';
import { DESK, openWindow, roomSays, useBrowser } from '../helpers/browser.ts';
import { signedInClient } from '../helpers/client.ts';
import { makeAppointment, makeOffice, makeStaff } from '../helpers/factories.ts';
import { useWorld } from '../helpers/world.ts';
import { pinFromSms } from './people.ts';

const world = useWorld(test, { live: true });
const browser = useBrowser(test);

/** More stops than any of our pages has: beyond this the thing can't be reached. */
const MAX_STOPS = 60;

/** Moves with the Tab key alone until the focus is there, and asserts that one can see it. */
async function tabTo(page: Page, selector: string): Promise<void> {
  const here = `(() => {
    const focused = document.activeElement;
    if (!focused || !focused.matches(${JSON.stringify(selector)})) return 'elsewhere';
    const style = getComputedStyle(focused);
    return style.outlineStyle !== 'none' || style.boxShadow !== 'none' ? 'visible' : 'invisible';
  })()`;
  for (let stop = 0; stop < MAX_STOPS; stop += 1) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate<string>(here);
    if (found === 'visible') return;
    if (found === 'invisible') throw new Error(`${selector} has the focus, but nobody can see it`);
  }
  throw new Error(`${selector} can't be reached with the Tab key`);
}

test('a citizen goes from the link to the goodbye with the keyboard alone', async (t) => {
  const office = await makeOffice();
  const agent = await signedInClient(world(), await makeStaff([office]));
  const { appointment, token, mobile } = await makeAppointment(world(), office);
  const { page } = await openWindow(t, browser(), DESK);
  const staffPath = `/o/${office.slug}/appointments/${appointment.uid}`;

  await page.goto(`${world().url}/v/${token}`);
  await tabTo(page, '[name=notice]');
  await page.keyboard.press('Space');
  await tabTo(page, 'form[action$="/enter"] [type=submit]');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-step=pin]');

  await tabTo(page, '[name=pin]');
  await page.keyboard.type('000');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[name=pin][aria-invalid=true]');
  t.true(
    await page.evaluate<boolean>(`document.activeElement.matches('[data-error-summary]')`),
    'the problem has the focus',
  );
  await tabTo(page, '[name=pin]');
  await page.keyboard.press('Control+A');
  await page.keyboard.type(await pinFromSms(world(), mobile));
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-step=ready]');

  t.is((await agent.post(`${staffPath}/attend`)).status, 303);
  await page.waitForURL('**/room');
  await roomSays(page, { 'room-state': 'waiting' });
  await tabTo(page, 'button[aria-pressed]');
  await page.keyboard.press('Enter');
  await roomSays(page, { 'local-audio': 'off' });

  t.is((await agent.post(`${staffPath}/close`, { outcome: 'resolved' })).status, 303);
  await page.waitForURL('**/goodbye');
  await tabTo(page, '[name=rating]');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await tabTo(page, 'form[action$="/rating"] [type=submit]');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.notice--success');
  await appointment.reload();
  t.is(appointment.rating, 3);
  t.is((await Appointment.findByPk(appointment.id))?.status, 'completed');
});
