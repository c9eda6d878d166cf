import test, { type ExecutionContext } from 'ava';
import supertest from 'supertest';
import { newClient, signedInClient } from '../helpers/client.ts';
import { makeAppointment, makeOffice, makeStaff, PASSWORD } from '../helpers/factories.ts';
import { useWorld } from '../helpers/world.ts';

const world = useWorld(test);
const PATIENCE_MS = 5000;

/** A stream of server-sent events as a browser reads it. Ends with the test. */
async function listen(t: ExecutionContext, path: string, cookie = '') {
  const controller = new AbortController();
  t.teardown(() => controller.abort());
  const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(PATIENCE_MS)]);
  const { port } = new URL(world().url);
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal, headers: { cookie } });
  const reader = answer.body?.getReader();
  let received = '';
  /** Resolves with all that came so far, once it holds this; throws after five seconds. */
  const until = async (expected: string): Promise<string> => {
    while (!received.includes(expected)) {
      const part = await reader?.read();
      if (!part || part.done) throw new Error(`The stream ended with: ${received}`);
      received += new TextDecoder().decode(part.value);
    }
    return received;
  };
  return { answer, until };
}

async function cookieOf(email: string): Promise<string> {
  const agent = supertest.agent(world().server);
  const page = await agent.get('/sign-in').set({ accept: 'text/html' });
  const csrf = /name="_csrf" value="([0-9a-f]+)"/.exec(page.text)?.[1];
  const answer = await agent.post('/sign-in').type('form').send({ _csrf: csrf, email, password: PASSWORD });
  const cookies = [answer.headers['set-cookie'] ?? []].flat().map(String);
  return cookies.map((cookie) => cookie.split(';')[0]).join('; ');
}

test('an arrival rings at the board of the office, without saying who', async (t) => {
  const office = await makeOffice();
  const { token } = await makeAppointment(world(), office);
  const staff = await makeStaff([office]);
  const board = await listen(t, `/o/${office.slug}/events`, await cookieOf(staff.email));
  t.is(board.answer.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  t.is(board.answer.headers.get('cache-control'), 'no-store');
  await board.until('retry: 2000');
  await newClient(world()).post(`/v/${token}/enter`, { notice: 'on' });
  const text = await board.until('event: board');
  t.notRegex(text, /Persona|\+34/);
});

test('the citizen’s page hears the state at once, and when the agent attends', async (t) => {
  const office = await makeOffice();
  const { appointment, token } = await makeAppointment(world(), office, { status: 'waiting' });
  const page = await listen(t, `/v/${token}/events`);
  await page.until('"status":"waiting"');
  const client = await signedInClient(world(), await makeStaff([office]));
  await client.post(`/o/${office.slug}/appointments/${appointment.uid}/attend`);
  t.regex(await page.until('"status":"in_call"'), /event: call\ndata: \{"status":"in_call"\}\n\n/);
});

test('the page of an appointment hears of this one only', async (t) => {
  const office = await makeOffice();
  const [mine, other] = [await makeAppointment(world(), office), await makeAppointment(world(), office)];
  const staff = await makeStaff([office]);
  const path = `/o/${office.slug}/appointments/${mine.appointment.uid}/events`;
  const page = await listen(t, path, await cookieOf(staff.email));
  await page.until('retry');
  await newClient(world()).post(`/v/${other.token}/enter`, { notice: 'on' });
  await newClient(world()).post(`/v/${mine.token}/enter`, { notice: 'on' });
  const text = await page.until('"status":"waiting"');
  t.is(text.split('event: call').length, 2);
});

test('a change of another office is not heard', async (t) => {
  const [mine, theirs] = [await makeOffice(), await makeOffice()];
  const [own, foreign] = [await makeAppointment(world(), mine), await makeAppointment(world(), theirs)];
  const staff = await makeStaff([mine]);
  const board = await listen(t, `/o/${mine.slug}/events`, await cookieOf(staff.email));
  await board.until('retry');
  await newClient(world()).post(`/v/${foreign.token}/enter`, { notice: 'on' });
  await newClient(world()).post(`/v/${own.token}/enter`, { notice: 'on' });
  t.is((await board.until('event: board')).split('event: board').length, 2);
});
