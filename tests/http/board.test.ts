import test from 'ava';
import { APPOINTMENT_STATUSES } from '../../server/models/Appointment.ts';
import type { Office } from '../../server/models/Office.ts';
import { newClient, signedInClient } from '../helpers/client.ts';
import { makeAppointment, makeOffice, makeStaff } from '../helpers/factories.ts';
import { useWorld } from '../helpers/world.ts';

// Half past nine on Tuesday 24 November 2026.
const world = useWorld(test);

async function agentOf(office: Office, name?: string) {
  return signedInClient(world(), await makeStaff([office], 'agent', name));
}

/** The text of one column of the board. */
function column(html: string, key: string): string {
  return new RegExp(`board-column--${key}"[\\s\\S]*?</section>`).exec(html)?.[0] ?? '';
}

test('each person stands in the column of the status', async (t) => {
  const office = await makeOffice();
  const agent = await makeStaff([office], 'agent', 'Mercè Vila');
  const client = await signedInClient(world(), agent);
  const expected = {
    requested: 'toCall',
    confirmed: 'upcoming',
    waiting: 'waiting',
    in_call: 'inCall',
    completed: 'finished',
    cancelled: 'finished',
    declined: 'finished',
    no_show: 'finished',
  } as const;
  for (const status of APPOINTMENT_STATUSES) {
    const { appointment } = await makeAppointment(world(), office, { status, name: `Persona ${status}` });
    if (status === 'in_call') await appointment.update({ agentId: agent.id });
  }
  const board = await client.get(`/o/${office.slug}/board`);
  for (const [status, key] of Object.entries(expected)) {
    t.true(column(board.text, key).includes(`Persona ${status}<`), status);
    t.is(board.text.split(`Persona ${status}</a>`).length, 2, `${status} stands once`);
  }
  t.regex(column(board.text, 'inCall'), /Mercè Vila/);
  t.regex(column(board.text, 'inCall'), /Torna a la sala/);
  t.regex(column(board.text, 'waiting'), /\/attend"[\s\S]*Atendre/);
  t.regex(board.text, /data-waiting-count="1"/);
});

test('only those to be phoned show a number, and nobody’s link or e-mail is on the board', async (t) => {
  const office = await makeOffice();
  const client = await agentOf(office);
  const calling = await makeAppointment(world(), office, { status: 'requested' });
  const others = [];
  for (const status of ['confirmed', 'waiting', 'in_call', 'completed'] as const) {
    others.push(await makeAppointment(world(), office, { status }));
  }
  for (const path of ['board', 'board/columns']) {
    const { text } = await client.get(`/o/${office.slug}/${path}`);
    t.true(text.includes(`tel:${calling.mobile}`));
    for (const { mobile, token, appointment } of [calling, ...others]) {
      if (mobile !== calling.mobile) t.false(text.includes(mobile));
      t.false(text.includes(token));
      t.false(text.includes(appointment.linkHash));
    }
    t.notRegex(text, /persona@ficticia/);
    t.notRegex(text, /\/v\//);
  }
});

test('the appointment’s page shows the contact data, but neither link nor PIN', async (t) => {
  const office = await makeOffice();
  const client = await agentOf(office);
  const { appointment, token, mobile } = await makeAppointment(world(), office, { status: 'waiting' });
  const path = `/o/${office.slug}/appointments/${appointment.uid}`;
  for (const page of [await client.get(path), await client.get(`${path}/live`)]) {
    t.is(page.status, 200);
    t.false(page.text.includes(token));
    t.false(page.text.includes(appointment.linkHash));
  }
  t.true((await client.get(path)).text.includes(`tel:${mobile}`));
});

test('today’s board is the worklist too: older calls to make, and whoever is here', async (t) => {
  const office = await makeOffice();
  const client = await agentOf(office);
  const day = 24 * 60;
  await makeAppointment(world(), office, { status: 'requested', inMinutes: 3 * day, name: 'Per Trucar' });
  await makeAppointment(world(), office, { status: 'confirmed', inMinutes: 3 * day, name: 'Un Altre Dia' });
  await makeAppointment(world(), office, { status: 'waiting', inMinutes: -day, name: 'Encara Espera' });
  const today = await client.get(`/o/${office.slug}/board`);
  t.regex(column(today.text, 'toCall'), /Per Trucar/);
  t.regex(column(today.text, 'waiting'), /Encara Espera/);
  t.notRegex(today.text, /Un Altre Dia/);
  const friday = await client.get(`/o/${office.slug}/board?date=2026-11-27`);
  t.regex(column(friday.text, 'upcoming'), /Un Altre Dia/);
  t.regex(friday.text, /divendres 27 de novembre/);
});

test('a day that does not exist has no board', async (t) => {
  const office = await makeOffice();
  const client = await agentOf(office);
  for (const date of ['2026-02-30', 'dema', '', "1' OR '1'='1"]) {
    const answer = await client.get(`/o/${office.slug}/board?date=${encodeURIComponent(date)}`);
    t.is(answer.status, 404, date);
  }
});

test('an office sees only its own people', async (t) => {
  const [mine, theirs] = [await makeOffice(), await makeOffice()];
  const client = await agentOf(mine);
  await makeAppointment(world(), theirs, { name: 'Gent D’altri' });
  t.notRegex((await client.get(`/o/${mine.slug}/board`)).text, /Gent D/);
});

/** All pages and buttons about an appointment. */
function everything(office: Office, uid: string): { get: string[]; post: string[] } {
  const [board, one] = [`/o/${office.slug}`, `/o/${office.slug}/appointments/${uid}`];
  return {
    get: [
      `${board}/board`,
      `${board}/board/columns`,
      `${board}/events`,
      `${one}/events`,
      `${board}/appointments/new`,
      one,
      `${one}/live`,
      `${one}/room`,
      `${one}/room/live`,
    ],
    post: [
      `${board}/appointments`,
      ...['phone-check', 'cancel', 'reschedule', 'no-show', 'resend-link', 'attend', 'close'].map(
        (button) => `${one}/${button}`,
      ),
      ...['room/token', 'room/report', 'pin/override', 'pin/resend'].map((button) => `${one}/${button}`),
    ],
  };
}

test('for an agent of another office nothing of this one exists', async (t) => {
  const office = await makeOffice();
  const client = await agentOf(await makeOffice());
  const { appointment } = await makeAppointment(world(), office, { status: 'waiting' });
  const { get, post } = everything(office, appointment.uid);
  for (const path of get) t.is((await client.get(path)).status, 404, path);
  for (const path of post) t.is((await client.post(path)).status, 404, path);
  t.is((await appointment.reload()).status, 'waiting');
});

test('an appointment of another office is not found through the own one', async (t) => {
  const [mine, theirs] = [await makeOffice(), await makeOffice()];
  const client = await agentOf(mine);
  const { appointment } = await makeAppointment(world(), theirs, { status: 'waiting' });
  const paths = everything(mine, appointment.uid);
  const about = (path: string) => path.includes(appointment.uid);
  for (const path of paths.get.filter(about)) t.is((await client.get(path)).status, 404, path);
  const fields = { outcome: 'confirmed', reason: 'perquè sí', date: '2026-11-25', time: '10:00' };
  for (const path of paths.post.filter(about)) t.is((await client.post(path, fields)).status, 404, path);
  t.is((await appointment.reload()).status, 'waiting');
});

test('an administrator sees the administration and no citizen', async (t) => {
  const office = await makeOffice();
  const { appointment } = await makeAppointment(world(), office, { status: 'waiting' });
  const client = await signedInClient(world(), await makeStaff([office], 'administrator'));
  const { get, post } = everything(office, appointment.uid);
  for (const path of get) t.is((await client.get(path)).status, 403, path);
  for (const path of post) t.is((await client.post(path)).status, 403, path);
  const overview = await client.get('/administration');
  t.is(overview.status, 200);
  t.notRegex(overview.text, /Persona Fictícia/);
});

test('agents and supervisors have no way into the administration', async (t) => {
  const office = await makeOffice();
  t.is((await (await agentOf(office)).get('/administration')).status, 403);
  const supervisor = await signedInClient(world(), await makeStaff([office], 'supervisor'));
  t.is((await supervisor.get('/administration')).status, 403);
  t.is((await supervisor.get(`/o/${office.slug}/board`)).status, 200);
});

test('who is not signed in is sent to sign in, and scripts are told', async (t) => {
  const office = await makeOffice();
  const { appointment } = await makeAppointment(world(), office, { status: 'waiting' });
  const client = newClient(world());
  const { get, post } = everything(office, appointment.uid);
  for (const path of [...get, '/offices', '/administration']) {
    const answer = await client.get(path);
    t.is(answer.status, 302, path);
    t.is(answer.headers.location, `/sign-in?next=${encodeURIComponent(path)}`);
    const htmx = await client.get(path, { 'hx-request': 'true' });
    t.is(htmx.status, 401, path);
    t.is(htmx.headers['hx-redirect'], '/sign-in');
    t.notRegex(htmx.text, /Persona Fictícia/);
  }
  for (const path of post) t.is((await client.post(path)).status, 401, path);
  t.is((await appointment.reload()).status, 'waiting');
});

test('the whole life of an appointment can be read in its timeline, in each language', async (t) => {
  const office = await makeOffice();
  const client = await agentOf(office);
  const { appointment, token } = await makeAppointment(world(), office, { status: 'requested' });
  const path = `/o/${office.slug}/appointments/${appointment.uid}`;
  const citizen = newClient(world());
  await client.post(`${path}/phone-check`, { outcome: 'no_answer' });
  await client.post(`${path}/phone-check`, { outcome: 'confirmed' });
  const report = { camera: true, microphone: true, speaker: true, network: true };
  await citizen.postJson(`/v/${token}/device-check`, { ...report, browser: 'Firefox 140', problems: [] });
  await citizen.post(`/v/${token}/enter`, { notice: 'on' });
  await citizen.post(`/v/${token}/pin`, { pin: '000000' });
  await client.post(`${path}/attend`);
  await client.post(`${path}/pin/override`, { reason: 'La conec' });
  await citizen.postJson(`/v/${token}/room/report`, { kind: 'failure', reason: 'ice.failed' });
  await client.post(`${path}/close`, { outcome: 'resolved' });
  await citizen.post(`/v/${token}/rating`, { rating: '5' });
  for (const [language, words] of [
    ['ca', /La conec[\s\S]*5/],
    ['es', /Firefox 140/],
    ['en', /Let in without PIN[\s\S]*Rating: 5 of 5/],
  ] as const) {
    await client.post('/language', { locale: language });
    const page = await client.get(path);
    t.is(page.status, 200, language);
    t.regex(page.text, words);
    t.notRegex(page.text, /timeline\.|labels:/);
  }
});
