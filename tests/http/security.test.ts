import test from 'ava';
import supertest from 'supertest';
import { newClient, signedInClient } from '../helpers/client.ts';
import { makeAppointment, makeOffice, makeStaff } from '../helpers/factories.ts';
import { useWorld } from '../helpers/world.ts';

const world = useWorld(test);

/** The directives of a Content-Security-Policy by name. */
function policyOf(headers: Record<string, string>): Map<string, string> {
  const parts = String(headers['content-security-policy']).split(';');
  return new Map(
    parts.map((part): [string, string] => {
      const [name = '', ...sources] = part.trim().split(' ');
      return [name, sources.join(' ')];
    }),
  );
}

async function pages(): Promise<{ path: string; client: ReturnType<typeof newClient> }[]> {
  const office = await makeOffice();
  const agent = await signedInClient(world(), await makeStaff([office]));
  const citizen = newClient(world());
  const { token, appointment } = await makeAppointment(world(), office, { status: 'waiting' });
  return [
    ...[
      '/',
      '/sign-in',
      '/nowhere',
      '/v/unknown',
      `/v/${token}/waiting-room`,
      `/v/${token}/device-check`,
    ].map((path) => ({ path, client: citizen })),
    ...['board', 'board/columns', 'appointments/new', `appointments/${appointment.uid}`].map((path) => ({
      path: `/o/${office.slug}/${path}`,
      client: agent,
    })),
  ];
}

test('every page allows scripts by nonce only, no inline code, no frames, no other site', async (t) => {
  for (const { path, client } of await pages()) {
    const { headers, text } = await client.get(path);
    const policy = policyOf(headers);
    const nonce = /^'nonce-([\w+/=]{22,})'$/.exec(policy.get('script-src') ?? '')?.[1];
    t.truthy(nonce, path);
    t.notRegex(String(headers['content-security-policy']), /unsafe-|\*|https?:/);
    t.is(policy.get('default-src'), "'none'");
    t.is(policy.get('frame-ancestors'), "'none'");
    t.is(policy.get('base-uri'), "'none'");
    t.is(policy.get('form-action'), "'self'");
    const scripts = [...text.matchAll(/<script\b[^>]*>/g)].map((match) => match[0]);
    // Handlebars writes `=` as a reference, which browsers read as `=`.
    const written = nonce?.replaceAll('=', '&#x3D;');
    for (const script of scripts) t.true(script.includes(`nonce="${written}"`), `${path} ${script}`);
    t.notRegex(text, /\son[a-z]+="|\sstyle="|javascript:/);
  }
});

test('each answer has a nonce of its own', async (t) => {
  const client = newClient(world());
  const nonces = await Promise.all(
    Array.from({ length: 5 }, async () => policyOf((await client.get('/')).headers).get('script-src')),
  );
  t.is(new Set(nonces).size, 5);
});

test('no page is kept by browsers or proxies, and every one carries the protecting headers', async (t) => {
  for (const { path, client } of await pages()) {
    const { headers } = await client.get(path);
    t.is(headers['cache-control'], 'no-store', path);
    t.is(headers['x-content-type-options'], 'nosniff');
    t.is(headers['x-frame-options'], 'DENY');
    t.is(headers['referrer-policy'], 'same-origin');
    t.regex(String(headers['permissions-policy']), /camera=\(self\), microphone=\(self\)/);
    t.is(headers['x-powered-by'], undefined);
    t.regex(String(headers['x-request-id']), /^[0-9a-f]{12}$/);
  }
});

test('built files are kept for ever, and nothing beside them can be read', async (t) => {
  const page = await newClient(world()).get('/');
  const stylesheet = /href="(\/assets\/[^"]+\.css)"/.exec(page.text)?.[1] ?? '';
  const file = await supertest(world().server).get(stylesheet);
  t.is(file.status, 200);
  t.regex(String(file.headers['cache-control']), /max-age=31536000.*immutable/);
  const folder = stylesheet.slice(0, stylesheet.lastIndexOf('/'));
  for (const path of [
    '/../manifest.json',
    '/..%2f..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/.env',
    '/',
  ]) {
    const answer = await supertest(world().server).get(folder + path);
    t.true([400, 403, 404].includes(answer.status), `${path} ${answer.status}`);
    t.notRegex(answer.text, /"dependencies"/);
  }
});

for (const [language, heading] of [
  ['ca', 'No ho trobem'],
  ['es', 'No lo encontramos'],
  ['en', 'We cannot find it'],
] as const) {
  test(`a page that does not exist says so in "${language}", with the number of the request in the header`, async (t) => {
    const client = newClient(world());
    await client.post('/language', { locale: language });
    const answer = await client.get('/nowhere');
    t.is(answer.status, 404);
    t.regex(answer.text, new RegExp(`<html lang="${language}"`));
    t.true(answer.text.includes(heading));
    t.regex(String(answer.headers['x-request-id']), /^[0-9a-f]{12}$/);
  });
}

test('odd addresses are not found, and break nothing', async (t) => {
  const office = await makeOffice();
  const agent = await signedInClient(world(), await makeStaff([office]));
  for (const path of [
    '/%',
    '/%E0%A4%A',
    '/v/%00',
    '/o/__proto__/board',
    `/o/${office.slug}/appointments/%C3%B1`,
    `/o/${office.slug}/appointments/${'x'.repeat(2000)}`,
    `/o/${office.slug}/appointments/1'%20OR%20'1'='1`,
  ]) {
    const answer = await agent.get(path);
    t.true([400, 404].includes(answer.status), `${path.slice(0, 60)} ${answer.status}`);
  }
});

test('a method that a page does not have is refused without a fault of ours', async (t) => {
  for (const method of ['put', 'delete', 'patch'] as const) {
    const answer = await supertest(world().server)[method]('/sign-in');
    t.true(answer.status >= 400 && answer.status < 500, `${method} ${answer.status}`);
  }
});

test('a fault of ours shows its number, and nothing of what happened', async (t) => {
  const office = await makeOffice();
  const agent = await signedInClient(world(), await makeStaff([office]));
  const { appointment } = await makeAppointment(world(), office, { status: 'waiting' });
  // Bytes that were changed in the table do not open: the page can't be drawn.
  await appointment.update({ citizen: Buffer.from('tampered with') });
  const path = `/o/${office.slug}/appointments/${appointment.uid}`;
  const page = await agent.get(path);
  t.is(page.status, 500);
  t.regex(page.text, /L’error és nostre/);
  t.true(page.text.includes(String(page.headers['x-request-id'])));
  t.notRegex(page.text, /sealBroken|appointments\.citizen|at \w+ \(|\.ts:|SELECT/);
  const json = await agent.get(`${path}/live`, { accept: 'application/json' });
  t.is(json.status, 500);
  t.deepEqual(json.body, { error: 'sealBroken' });
});

test('a body that is too large is refused as such', async (t) => {
  const client = newClient(world());
  await client.get('/sign-in');
  const form = await client.post('/sign-in', { email: 'x'.repeat(70_000), password: 'x' });
  t.is(form.status, 413);
  t.true(form.text.includes(String(form.headers['x-request-id'])));
  const json = await client.postJson('/sign-in', { email: 'x'.repeat(70_000) });
  t.is(json.status, 413);
  t.deepEqual(json.body, { error: 'badRequest' });
});

test('malformed bodies are refused as such', async (t) => {
  const send = (type: string, body: string, path = '/sign-in') =>
    supertest(world().server).post(path).set({ accept: 'application/json', 'content-type': type }).send(body);
  t.is((await send('application/json', '{"a":')).status, 400);
  t.is((await send('application/json', 'true')).status, 400);
  t.is((await send('application/x-www-form-urlencoded', '%%%')).status, 403);
  t.is((await send('text/plain', 'x')).status, 403);
});

test('the balancer learns that the server and its database are there', async (t) => {
  const answer = await supertest(world().server).get('/healthz');
  t.is(answer.status, 200);
  t.deepEqual(answer.body, { status: 'ok' });
});

test('a forged message of the page before shows nothing', async (t) => {
  const answer = await newClient(world()).get('/sign-in', { cookie: 'va_flash=success.<b>hello</b>' });
  t.is(answer.status, 200);
  t.notRegex(answer.text, /hello/);
});
