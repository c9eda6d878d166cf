import test from 'ava';
import supertest from 'supertest';
import { newToken } from '../../server/kernel/ids.ts';
import { Appointment, APPOINTMENT_STATUSES } from '../../server/models/Appointment.ts';
import { AuditEntry } from '../../server/models/AuditEntry.ts';
import { Change } from '../../server/models/Change.ts';
import { OutboxMessage } from '../../server/models/OutboxMessage.ts';
import { newClient } from '../helpers/client.ts';
import { TUESDAY } from '../helpers/clock.ts';
import { makeAppointment, makeOffice } from '../helpers/factories.ts';
import { useWorld } from '../helpers/world.ts';

// The clock stands at half past nine on Tuesday 24 November 2026.
const world = useWorld(test);

const PAGES = [
  '',
  '/',
  '/device-check',
  '/waiting-room',
  '/waiting-room/live',
  '/goodbye',
  '/room',
  '/enter',
  '/pin',
  '/rating',
];

/** All rows that a link could touch, as one text. */
async function snapshot(): Promise<string> {
  const order: [string, string][] = [['id', 'ASC']];
  const tables = await Promise.all([
    Appointment.findAll({ order }),
    OutboxMessage.findAll({ order }),
    AuditEntry.findAll({ order }),
    Change.findAll({ order }),
  ]);
  return JSON.stringify(tables);
}

/** Opens the stream of events as a scanner would, reads what comes first, and leaves. */
async function glanceAtEvents(path: string): Promise<number> {
  const controller = new AbortController();
  const answer = await fetch(world().url.replace('localhost', '127.0.0.1') + path, {
    signal: controller.signal,
  });
  const reader = answer.body?.getReader();
  await reader?.read();
  controller.abort();
  return answer.status;
}

test.serial('whatever a scanner opens behind a link, in whatever state, changes nothing', async (t) => {
  const office = await makeOffice();
  const links: string[] = [];
  for (const status of APPOINTMENT_STATUSES) {
    const { appointment, token } = await makeAppointment(world(), office, { status });
    if (status === 'in_call') {
      await appointment.update({ room: 'vascannertest', admittedAt: world().clock.now() });
    }
    links.push(token);
  }
  const before = await snapshot();
  for (const token of links) {
    for (const page of PAGES) {
      for (const method of ['get', 'head'] as const) {
        for (const round of [1, 2]) {
          const scanner = supertest(world().server);
          const answer = await scanner[method](`/v/${token}${page}`).set({ accept: 'text/html' });
          t.true([200, 303, 404].includes(answer.status), `${method} ${page} ${round}: ${answer.status}`);
        }
      }
    }
    t.is((await supertest(world().server).head(`/v/${token}/events`)).status, 200);
    t.is(await glanceAtEvents(`/v/${token}/events`), 200);
    t.is(await glanceAtEvents(`/v/${token}/events`), 200);
  }
  t.is(await snapshot(), before);
});

/** The page without what differs in every answer: tokens of forms, nonces, and the address asked for. */
function bare(html: string, path: string): string {
  return html
    .replaceAll(/name="_csrf" value="[0-9a-f]+"/g, '')
    .replaceAll(/nonce="[^"]+"/g, '')
    .replaceAll(path, '');
}

test.serial('unknown, malformed and expired links get one and the same neutral page', async (t) => {
  const office = await makeOffice({ name: 'OAC Girona' });
  const { token: expired, appointment } = await makeAppointment(world(), office, {
    inMinutes: -26 * 60,
    status: 'completed',
    locale: 'es',
    name: 'Persona Caducada',
  });
  t.true(appointment.endsAt < world().clock.now());
  const tokens = [newToken(), expired, 'x', 'a'.repeat(22), 'a'.repeat(200), `${expired}a`, 'a%00b', 'ñandú'];
  const pages = new Set<string>();
  for (const token of tokens) {
    for (const page of ['', '/waiting-room', '/room', '/goodbye', '/device-check', '/events']) {
      const path = `/v/${encodeURI(token)}${page}`;
      const answer = await newClient(world()).get(path);
      t.is(answer.status, 404, path);
      pages.add(bare(answer.text, path));
    }
  }
  t.is(pages.size, 1);
  const [page] = pages;
  t.regex(page ?? '', /OAC Girona/);
  t.notRegex(page ?? '', /Caducada/);
});

test.serial('posting to an unknown link gets the same page, and no clue', async (t) => {
  const client = newClient(world());
  for (const page of ['/enter', '/pin', '/heartbeat', '/room/token', '/rating']) {
    t.is((await client.post(`/v/${newToken()}${page}`, { notice: 'on', pin: '123456' })).status, 404);
  }
});

test.serial('whoever tries links one after another is stopped, and a real link still works', async (t) => {
  t.teardown(() => world().clock.set(TUESDAY));
  world().clock.advance(60);
  const { token } = await makeAppointment(world(), await makeOffice());
  const client = newClient(world());
  const statuses: number[] = [];
  for (let count = 0; count < 62; count += 1) {
    statuses.push((await client.get(`/v/${newToken()}`)).status);
  }
  t.deepEqual([...new Set(statuses)], [404, 429]);
  t.is((await client.get(`/v/${token}`)).status, 200);
});

test('before confirmation the page says that the office will phone', async (t) => {
  const { token } = await makeAppointment(world(), await makeOffice(), { status: 'requested' });
  const page = await newClient(world()).get(`/v/${token}`);
  t.is(page.status, 200);
  t.notRegex(page.text, /action="[^"]+\/enter"/);
});

test('before the door opens the page says when it will, and offers the device check', async (t) => {
  const { token } = await makeAppointment(world(), await makeOffice(), { inMinutes: 90 });
  const page = await newClient(world()).get(`/v/${token}`);
  t.regex(page.text, /a les 10\.45 h/);
  t.regex(page.text, /\/device-check"/);
  t.notRegex(page.text, /action="[^"]+\/enter"/);
});

test('the door opens at its minute', async (t) => {
  const office = await makeOffice({ doorMinutes: 15 });
  const { token } = await makeAppointment(world(), office, { inMinutes: 15 });
  t.regex((await newClient(world()).get(`/v/${token}`)).text, /action="[^"]+\/enter"/);
});

test('pages speak the citizen’s language, unless the person chose another', async (t) => {
  const { token } = await makeAppointment(world(), await makeOffice(), { locale: 'es' });
  const client = newClient(world());
  t.regex((await client.get(`/v/${token}`)).text, /<html lang="es"/);
  await client.post('/language', { locale: 'en', back: `/v/${token}` });
  t.regex((await client.get(`/v/${token}`)).text, /<html lang="en"/);
});

test('each state has its own page, to which the others lead', async (t) => {
  const office = await makeOffice();
  const homes = {
    requested: '',
    confirmed: '',
    waiting: '/waiting-room',
    in_call: '/waiting-room',
    completed: '/goodbye',
    cancelled: '/goodbye',
    declined: '/goodbye',
    no_show: '/goodbye',
  } as const;
  for (const status of APPOINTMENT_STATUSES) {
    const { token } = await makeAppointment(world(), office, { status });
    const base = `/v/${token}`;
    for (const page of ['', '/waiting-room', '/goodbye']) {
      const answer = await newClient(world()).get(base + page);
      const expected = page === homes[status] ? undefined : base + homes[status];
      t.is(answer.headers.location, expected, `${status} ${page}`);
      t.is(answer.status, expected === undefined ? 200 : 303);
    }
  }
});

test('the citizen’s pages show no e-mail, and the number only masked', async (t) => {
  const office = await makeOffice();
  for (const [status, page] of [
    ['confirmed', ''],
    ['waiting', '/waiting-room'],
    ['completed', '/goodbye'],
  ] as const) {
    const { token, mobile } = await makeAppointment(world(), office, { status });
    const { text } = await newClient(world()).get(`/v/${token}${page}`);
    t.false(text.includes(mobile.slice(3)));
    t.notRegex(text, /persona@ficticia/);
  }
});

test('links are not passed on to other sites', async (t) => {
  const { token } = await makeAppointment(world(), await makeOffice());
  const page = await newClient(world()).get(`/v/${token}`);
  t.is(page.headers['referrer-policy'], 'same-origin');
  t.is(page.headers['cache-control'], 'no-store');
  t.regex(page.text, /name="robots" content="noindex/);
});
