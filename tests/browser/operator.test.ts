import test from 'ava';
import type { Page } from 'playwright-core';
import { addMinutes, addSeconds } from '../../server/kernel/clock.ts';
import type { Office } from '../../server/models/Office.ts';
import { OutboxMessage } from '../../server/models/OutboxMessage.ts';
import { DESK, expectAccessible, openWindow, useBrowser } from '../helpers/browser.ts';
import { makeOffice, makeStaff, PASSWORD } from '../helpers/factories.ts';
import { makeLink, makeMessage } from '../helpers/messages.ts';
import { useWorld } from '../helpers/world.ts';
import { keepScreenshot } from './screenshots.ts';

const world = useWorld(test, { live: true });
const browser = useBrowser(test);

async function signIn(page: Page, path: string): Promise<void> {
  const admin = await makeStaff([], 'administrator');
  await page.goto(`${world().url}/sign-in?next=${encodeURIComponent(path)}`);
  await page.fill('[name=email]', admin.email);
  await page.fill('[name=password]', PASSWORD);
  await page.press('[name=password]', 'Enter');
  await page.waitForURL(`**${path}`);
}

const TALL = { ...DESK, viewport: { width: 1366, height: 900 } };

/** An hour of work that grows and ebbs. */
async function hourOfWork(office: Office): Promise<number> {
  const now = world().deps.clock.now();
  const rows = Array.from({ length: 56 }, (_, minute) => ({
    minute,
    count: Math.round(3 + 3 * Math.sin(minute / 8)) + (minute % 3),
  }));
  const moments = rows.flatMap(({ minute, count }) =>
    Array.from({ length: count }, () => addMinutes(now, -minute - 1)),
  );
  for (const [index, acceptedAt] of moments.entries()) {
    await makeMessage(world(), office, {
      kind: index % 3 === 0 ? 'link' : index % 3 === 1 ? 'pin' : 'confirmation',
      state: 'delivered',
      acceptedAt,
      dueAt: addSeconds(acceptedAt, -1),
      settledAt: acceptedAt,
      segments: 1,
    });
  }
  return moments.length;
}

test('the operator’s page tells which link stands still and why, and pausing and going on take one question each', async (t) => {
  const office = await makeOffice({ name: 'OAC Girona' });
  const count = await hourOfWork(office);
  const since = addMinutes(world().deps.clock.now(), -12);
  const reason = 'smpp 0x0000000E';
  await makeLink(world(), { link: 'operador-b', state: 'refused', reason, since, inFlight: 0 });
  const { page, complaints } = await openWindow(t, browser(), TALL);
  await signIn(page, '/administration/messages');

  const refused = page.locator('.light', { hasText: 'operador-b' });
  await refused.getByText('L’operador refusa l’usuari o la contrasenya.').waitFor();
  t.true(await page.getByText(`${count} missatges lliurats en l’última hora`).isVisible());
  await expectAccessible(t, page, 'the operator’s page');
  await keepScreenshot(page, 'messages');

  await page.click('#control-sms');
  await page.getByRole('heading', { name: 'Voleu aturar els SMS?' }).waitFor();
  await page.getByRole('button', { name: 'Atura els SMS' }).dblclick();
  await page.getByText('Els SMS estan aturats').waitFor();
  t.true(await page.getByText('Aturat: no surt res').isVisible());
  // Going back to a question that has been answered asks nothing and changes nothing.
  await page.goto(`${world().url}/administration/messages/sms/pause`);
  t.is(new URL(page.url()).pathname, '/administration/messages');

  await page.click('#control-sms');
  await page.getByRole('button', { name: 'Engega els SMS' }).click();
  await page.waitForSelector('#control-sms >> text=Atura els SMS');
  t.is(await page.getByText('Els SMS estan aturats').count(), 0);
  t.is(await OutboxMessage.count({ where: { officeId: office.id, state: 'delivered' } }), count);
  t.deepEqual(complaints, []);
});

test('a letter that makes a text dear is marked in its word, with what it costs, while one writes', async (t) => {
  await makeOffice({ name: 'OAC Girona' });
  const { page, complaints } = await openWindow(t, browser(), TALL);
  await signIn(page, '/administration/texts/sms/confirmation/ca');
  await page.waitForSelector('#announcer:not(:empty)');
  t.regex((await page.textContent('#announcer')) ?? '', /, 1 SMS$/);
  await page.fill(
    '#body',
    '{{office.name}}: us atendrem en línia, {{shortWhen}}. {{linkNotice}} Si no us va bé, truqueu al {{office.phone}}.',
  );
  await page.waitForSelector('.phone__bubble mark >> text=í');
  t.regex((await page.textContent('.letters')) ?? '', /«í» a «línia»/);
  await page.waitForFunction(`/, 3 SMS$/.test(document.querySelector('#announcer').textContent)`);
  await keepScreenshot(page, 'texts');
  t.deepEqual(complaints, []);
});
