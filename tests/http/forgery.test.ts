import test from 'ava';
import supertest from 'supertest';
import { Staff } from '../../server/models/Staff.ts';
import { newClient, signedInClient } from '../helpers/client.ts';
import { makeAppointment, makeOffice, makeStaff, PASSWORD } from '../helpers/factories.ts';
import { useWorld } from '../helpers/world.ts';

const world = useWorld(test);

const EXPIRED = /La pàgina ha caducat/;
/** Addresses that lead away from the site, or that browsers might read so. */
const ELSEWHERE = [
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  'javascript:alert(1)',
  'evil.example',
  '',
];

/** One form of each kind: staff, citizen, everybody. */
async function routes() {
  const office = await makeOffice();
  const staff = await makeStaff([office]);
  const { appointment, token } = await makeAppointment(world(), office);
  const client = await signedInClient(world(), staff);
  const paths = [
    `/o/${office.slug}/appointments/${appointment.uid}/cancel`,
    `/v/${token}/enter`,
    '/language',
    '/sign-out',
  ];
  return { client, paths, appointment, token };
}

test('a form without token is refused on every kind of page', async (t) => {
  const { client, paths, appointment } = await routes();
  for (const path of paths) {
    const answer = await client.post(path, { _csrf: '', reason: 'perquè sí', notice: 'on', locale: 'es' });
    t.is(answer.status, 403, path);
    t.regex(answer.text, EXPIRED);
  }
  t.is((await appointment.reload()).status, 'confirmed');
});

test('a form with a wrong token, or that of another browser, is refused', async (t) => {
  const { client, paths, appointment } = await routes();
  const other = await newClient(world()).get('/sign-in');
  const foreign = /name="_csrf" value="([0-9a-f]+)"/.exec(other.text)?.[1] ?? '';
  t.regex(foreign, /^[0-9a-f]{64}$/);
  for (const path of paths) {
    for (const token of ['0'.repeat(64), foreign]) {
      const fields = { _csrf: token, reason: 'perquè sí', notice: 'on', locale: 'es' };
      t.is((await client.post(path, fields)).status, 403, path);
    }
  }
  t.is((await appointment.reload()).status, 'confirmed');
});

test('the token from before signing in does not serve afterwards', async (t) => {
  const staff = await makeStaff([await makeOffice()]);
  const client = newClient(world());
  const page = await client.get('/sign-in');
  const before = /name="_csrf" value="([0-9a-f]+)"/.exec(page.text)?.[1] ?? '';
  await client.post('/sign-in', { email: staff.email, password: PASSWORD });
  t.is((await client.post('/sign-out', { _csrf: before })).status, 403);
});

test('a request that another site makes is refused even with the right token', async (t) => {
  const { client, paths, appointment } = await routes();
  const origins: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ];
  for (const path of paths) {
    for (const headers of origins) {
      const answer = await client.post(path, { reason: 'perquè sí', notice: 'on' }, headers);
      t.is(answer.status, 403, `${path} ${JSON.stringify(headers)}`);
    }
  }
  t.is((await appointment.reload()).status, 'confirmed');
});

test('our own pages pass with what browsers add', async (t) => {
  const { client, appointment, token } = await routes();
  const headers = { origin: world().url, 'sec-fetch-site': 'same-origin' };
  const answer = await client.post(`/v/${token}/enter`, { notice: 'on' }, headers);
  t.is(answer.status, 303);
  t.is((await appointment.reload()).status, 'waiting');
});

test('JSON of our scripts needs the token too', async (t) => {
  const { token, appointment } = await routes();
  const browser = supertest.agent(world().server);
  await browser.get(`/v/${token}`).set({ accept: 'text/html' });
  const post = (agent: typeof browser) =>
    agent.post(`/v/${token}/device-check`).set({ accept: 'application/json' }).send({ camera: true });
  const answer = await post(browser);
  t.is(answer.status, 403);
  t.deepEqual(answer.body, { error: 'csrf' });
  const withoutCookies = await post(supertest(world().server));
  t.is(withoutCookies.status, 403);
  t.deepEqual(withoutCookies.body, { error: 'cookiesOff' }, 'the person is told what to do about it');
  t.is((await appointment.reload()).deviceReport, null);
});

test('the language is remembered for the browser, and for the account of staff', async (t) => {
  const office = await makeOffice();
  const staff = await makeStaff([office]);
  const client = await signedInClient(world(), staff);
  const back = `/o/${office.slug}/board?date=2026-11-25`;
  const answer = await client.post('/language', { locale: 'en', back });
  t.is(answer.status, 303);
  t.is(answer.headers.location, back);
  t.regex((await client.get(back)).text, /<html lang="en"/);
  t.is((await Staff.findByPk(staff.id))?.locale, 'en');
  const elsewhere = await signedInClient(world(), staff);
  t.regex((await elsewhere.get(back)).text, /<html lang="en"/);
});

test('pages are Catalan first; English browsers get English, and an unknown choice changes nothing', async (t) => {
  const page = async (language: string) =>
    (await newClient(world()).get('/sign-in', { 'accept-language': language })).text;
  t.regex(await page('es-ES,es;q=0.9'), /<html lang="ca"/);
  t.regex(await page('en-GB,en;q=0.9'), /<html lang="en"/);
  t.regex(await page('zz'), /<html lang="ca"/);
  const client = newClient(world());
  t.is((await client.post('/language', { locale: 'fr', back: '/sign-in' })).status, 303);
  t.regex((await client.get('/sign-in')).text, /<html lang="ca"/);
});

for (const address of ELSEWHERE) {
  test(`neither signing in nor the choice of language leads to ${JSON.stringify(address)}`, async (t) => {
    const staff = await makeStaff([await makeOffice()]);
    const client = newClient(world());
    const form = await client.get(`/sign-in?next=${encodeURIComponent(address)}`);
    t.is(/name="next" value="([^"]*)"/.exec(form.text)?.[1], '/offices');
    const language = await client.post('/language', { locale: 'ca', back: address });
    t.is(language.headers.location, '/');
    const signIn = await client.post('/sign-in', { email: staff.email, password: PASSWORD, next: address });
    t.is(signIn.status, 303);
    t.is(signIn.headers.location, '/offices');
  });
}

test('after signing in people come back to the page they wanted', async (t) => {
  const office = await makeOffice();
  const staff = await makeStaff([office]);
  const client = newClient(world());
  const wanted = `/o/${office.slug}/board?date=2026-11-25`;
  const refused = await client.get(wanted);
  t.is(refused.headers.location, `/sign-in?next=${encodeURIComponent(wanted)}`);
  const form = await client.get(String(refused.headers.location));
  t.regex(form.text, /name="next" value="\/o\/[^"]+\/board\?date(=|&#x3D;)2026-11-25"/);
  const answer = await client.post('/sign-in', { email: staff.email, password: PASSWORD, next: wanted });
  t.is(answer.headers.location, wanted);
});
