import test, { type ExecutionContext } from 'ava';
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { Locale } from '../../server/kernel/locale.ts';
import { Appointment } from '../../server/models/Appointment.ts';
import {
  DESK,
  expectAccessible,
  expectMovingPicture,
  openWindow,
  PHONE,
  roomSays,
  useBrowser,
  type Window,
} from '../helpers/browser.ts';
import { makeOffice, makeStaff, nextMobile } from '../helpers/factories.ts';
import { useWorld } from '../helpers/world.ts';
import { connectXmpp } from '../helpers/xmpp.ts';
import { fillDay } from './day.ts';
import { confirmByPhone, linkFromSms, makeAppointment, pinFromSms, signIn } from './people.ts';
import { keepScreenshot } from './screenshots.ts';

const world = useWorld(test, { live: true });
const browser = useBrowser(test);

const CONNECTED = { 'room-state': 'connected', 'remote-video': 'on', 'remote-audio': 'on' };

interface Scene {
  agent: Window;
  citizen: Window;
  mobile: string;
  /** Address of the agent's page about the appointment. */
  appointmentUrl: string;
  boardUrl: string;
}

/** Signs in, books and confirms: the agent's part before the citizen comes. */
async function agentPrepares(
  t: ExecutionContext,
  name: string,
  locale: Locale,
  options: BrowserContextOptions,
): Promise<Scene> {
  const office = await makeOffice({ name: 'OAC Girona', desks: 20 });
  const procedure = await fillDay(world(), office);
  const staff = await makeStaff([office], 'agent', 'Núria Exemple');
  const [agent, citizen] = [await openWindow(t, browser(), DESK), await openWindow(t, browser(), options)];
  const { page } = agent;
  await page.goto(`${world().url}/sign-in`);
  await expectAccessible(t, page, 'sign-in');
  await signIn(page, world(), staff);
  await expectAccessible(t, page, 'board');
  const mobile = nextMobile();
  await page.goto(`${world().url}/o/${office.slug}/appointments/new`);
  await expectAccessible(t, page, 'new appointment');
  await makeAppointment(page, world(), {
    office,
    procedure,
    name,
    mobile,
    email: 'persona@ficticia.example',
    locale,
  });
  await expectAccessible(t, page, 'appointment to be phoned');
  t.is(world().smsc.messages.filter(({ to }) => to === mobile).length, 0, 'nothing is sent before');
  await confirmByPhone(page);
  await expectAccessible(t, page, 'confirmed appointment');
  const boardUrl = `${world().url}/o/${office.slug}/board`;
  return { agent, citizen, mobile, appointmentUrl: page.url(), boardUrl };
}

/** Opens the link, reads the notice and takes a place. */
async function citizenEnters(t: ExecutionContext, page: Page, link: string): Promise<void> {
  await page.goto(link);
  await expectAccessible(t, page, 'landing');
  await page.check('[name=notice]');
  await page.click('form[action$="/enter"] [type=submit]');
  await page.waitForSelector('[data-step=pin]');
  await expectAccessible(t, page, 'waiting room with PIN field');
}

async function citizenTypesPin(page: Page, pin: string): Promise<void> {
  await page.fill('[name=pin]', pin);
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-step=ready], [data-step=called]');
}

/** From the board, where the person appeared by itself, into the room. */
async function agentAttends(page: Page, name: string): Promise<void> {
  await page.click(
    `li:has-text("${name}") form[action$="/attend"] button, article:has-text("${name}") form[action$="/attend"] button`,
  );
  await page.waitForURL('**/room');
}

/** The token that the citizen's page would be given now. */
async function takeToken(page: Page): Promise<string> {
  return page.evaluate<string>(`(async () => {
    const config = JSON.parse(document.getElementById('room-config').textContent);
    const answer = await fetch(config.tokenAction, { method: 'POST', headers: { 'x-csrf-token': config.csrf, accept: 'application/json' } });
    return (await answer.json()).token;
  })()`);
}

/** What the video server answers to a token: the own presence, or an error at the door or in the room. */
async function tryToEnter(base: string, token: string, room: string): Promise<string> {
  const client = await connectXmpp({ base, token }).catch(() => null);
  if (!client) return "type='error' at the door";
  const answer = await client.join(room);
  await client.terminate();
  return answer;
}

async function agentCloses(page: Page): Promise<void> {
  await page.check('[name=outcome][value=resolved]');
  await page.fill('form[action$="/close"] [name=notes]', 'Tot correcte.');
  await page.click('form[action$="/close"] [type=submit]');
  await page.waitForURL(/\/appointments\/[a-z2-7]{20}$/);
}

test.serial('an agent and a citizen go the whole way from the booking to the goodbye', async (t) => {
  const name = 'Antònia Exemple Vell';
  const { agent, citizen, mobile, appointmentUrl, boardUrl } = await agentPrepares(t, name, 'ca', DESK);

  const confirmation = await world().smtp.waitFor(
    ({ to }) => to.includes('persona@ficticia.example'),
    20_000,
  );
  t.is(confirmation.calendar?.method, 'REQUEST');
  const link = await linkFromSms(world(), mobile);

  await agent.page.goto(boardUrl);
  await citizenEnters(t, citizen.page, link);
  await agent.page.waitForSelector('form[action$="/attend"] button');
  await expectAccessible(t, agent.page, 'board with somebody waiting');
  await keepScreenshot(agent.page, 'board');
  const pin = await pinFromSms(world(), mobile);
  await keepScreenshot(citizen.page, 'waiting-room');
  await citizenTypesPin(citizen.page, pin);
  await expectAccessible(t, citizen.page, 'waiting room, PIN accepted');

  await agentAttends(agent.page, name);
  await citizen.page.waitForURL('**/room');
  await Promise.all([roomSays(agent.page, CONNECTED), roomSays(citizen.page, CONNECTED)]);
  await expectMovingPicture(t, agent.page);
  await expectMovingPicture(t, citizen.page);
  await expectAccessible(t, agent.page, 'agent room');
  await expectAccessible(t, citizen.page, 'citizen room');
  await keepScreenshot(agent.page, 'room');

  await agent.page.getByRole('button', { name: 'Micròfon' }).click();
  await roomSays(citizen.page, { 'remote-audio': 'off' });
  await agent.page.getByRole('button', { name: 'Micròfon' }).click();
  await roomSays(citizen.page, { 'remote-audio': 'on' });

  await citizen.page.reload();
  await roomSays(citizen.page, CONNECTED);
  await roomSays(agent.page, CONNECTED);
  await expectMovingPicture(t, citizen.page);

  const oldToken = await takeToken(citizen.page);
  const room = await citizen.page.evaluate<string>(
    `JSON.parse(document.getElementById('room-config').textContent).room`,
  );
  await agentCloses(agent.page);
  await expectAccessible(t, agent.page, 'closed appointment');
  await citizen.page.waitForURL('**/goodbye');
  await expectAccessible(t, citizen.page, 'goodbye');

  const base = `http://127.0.0.1:${world().prosody?.port}`;
  const intruder = await tryToEnter(base, oldToken, room);
  t.regex(intruder, /type='error'/, 'the old token no longer enters');

  await citizen.page.check('[name=rating][value="5"]', { force: true });
  await citizen.page.click('form[action$="/rating"] [type=submit]');
  await citizen.page.waitForSelector('.notice--success');

  await agent.page.goto(appointmentUrl);
  const timeline = await agent.page.locator('.timeline').innerText();
  for (const entry of [
    'Confirmada per telèfon',
    'PIN correcte',
    'Comença l’atenció',
    'Atenció tancada',
    'Valoració: 5 de 5',
  ]) {
    t.true(timeline.includes(entry), `the timeline tells: ${entry}`);
  }
  t.false(timeline.includes('Problema tècnic'), 'a reload and the closing are no trouble');
  t.true(timeline.includes('Rebut'), 'delivery receipts arrive in the timeline');

  await agent.page.getByText('Han parlat 1 minut').waitFor();

  const uid = appointmentUrl.split('/').at(-1);
  const row = await Appointment.findOne({ where: { uid }, rejectOnEmpty: true });
  t.is(row.status, 'completed');
  t.truthy(row.metAt, 'the video server saw both in the room');
  t.deepEqual([...agent.complaints, ...citizen.complaints], []);
});

test.serial('the same on a phone in Spanish, by touch', async (t) => {
  const name = 'Iván Muestra Prueba';
  const { agent, citizen, mobile, boardUrl } = await agentPrepares(t, name, 'es', PHONE);
  const link = await linkFromSms(world(), mobile);
  const { page } = citizen;
  await page.goto(link);
  t.is(await page.getAttribute('html', 'lang'), 'es');
  await expectAccessible(t, page, 'landing');
  await keepScreenshot(page, 'landing-phone');
  await page.tap('a[href$="/device-check"]');
  await page.waitForURL('**/device-check');
  await expectAccessible(t, page, 'device check');
  await page.goto(link);

  await agent.page.goto(boardUrl);
  await page.tap('label[for=notice]');
  await page.tap('form[action$="/enter"] [type=submit]');
  await page.waitForSelector('[data-step=pin]');
  await keepScreenshot(page, 'waiting-room-phone');
  await page.fill('[name=pin]', await pinFromSms(world(), mobile));
  await page.tap('#send-pin');
  await page.waitForSelector('[data-step=ready]');
  await expectAccessible(t, page, 'waiting room, PIN accepted');
  await agent.page.waitForSelector('form[action$="/attend"] button');
  await agentAttends(agent.page, name);
  await page.waitForURL('**/room');
  await Promise.all([roomSays(agent.page, CONNECTED), roomSays(page, CONNECTED)]);
  await expectMovingPicture(t, agent.page);
  await expectMovingPicture(t, page);
  await expectAccessible(t, page, 'room on the phone');
  await keepScreenshot(page, 'room-phone');
  await agentCloses(agent.page);
  await page.waitForURL('**/goodbye');
  await expectAccessible(t, page, 'goodbye');
  t.deepEqual([...agent.complaints, ...citizen.complaints], []);
});
