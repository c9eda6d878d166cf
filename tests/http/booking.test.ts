import test from 'ava';
import type { Office } from '../../server/models/Office.ts';
import { Appointment } from '../../server/models/Appointment.ts';
import { AuditEntry } from '../../server/models/AuditEntry.ts';
import { signedInClient } from '../helpers/client.ts';
import { makeOffice, makeProcedure, makeStaff, nextMobile } from '../helpers/factories.ts';
import { messagesOf } from '../helpers/outbox.ts';
import { useWorld } from '../helpers/world.ts';

// The clock stands at half past nine on Tuesday 24 November 2026.
const world = useWorld(test);

async function desk(values: Parameters<typeof makeOffice>[0] = {}) {
  const office = await makeOffice(values);
  const client = await signedInClient(world(), await makeStaff([office]));
  const procedure = await makeProcedure();
  const path = `/o/${office.slug}/appointments`;
  return { office, client, procedure, path };
}

const GREETING = /Ara cal trucar per confirmar-la/;

function form(procedure: { code: string }, values: Record<string, string> = {}): Record<string, string> {
  return {
    procedure: procedure.code,
    date: '2026-11-25',
    time: '10:30',
    name: 'Núria Puig i Ferrer',
    mobile: '612 34 56 78',
    email: 'nuria@ficticia.example',
    locale: 'es',
    notes: 'Ve amb la filla',
    ...values,
  };
}

const bookedIn = (office: Office) => Appointment.findAll({ where: { officeId: office.id } });

test('a new appointment waits to be phoned, and nothing is sent', async (t) => {
  const { office, client, procedure, path } = await desk();
  const answer = await client.post(path, form(procedure));
  t.is(answer.status, 303);
  const [made] = await bookedIn(office);
  if (!made) throw new Error('Nothing was booked');
  t.is(answer.headers.location, `${path}/${made.uid}`);
  t.is(made.status, 'requested');
  t.is(made.startsAt.toISOString(), '2026-11-25T09:30:00.000Z');
  t.is(made.endsAt.getTime() - made.startsAt.getTime(), 30 * 60_000);
  t.is(made.locale, 'es');
  t.deepEqual(made.citizenData(world().deps.vault), {
    name: 'Núria Puig i Ferrer',
    mobile: '+34612345678',
    email: 'nuria@ficticia.example',
    notes: 'Ve amb la filla',
  });
  t.deepEqual(await messagesOf(made), []);
});

test('the page that follows greets the success once and shows the person', async (t) => {
  const { client, procedure, path } = await desk();
  const answer = await client.post(path, form(procedure));
  const page = await client.get(String(answer.headers.location));
  t.is(page.status, 200);
  t.regex(page.text, GREETING);
  t.regex(page.text, /Núria Puig i Ferrer/);
  t.notRegex((await client.get(String(answer.headers.location))).text, GREETING);
});

test('neither table nor audit holds the person’s data in clear', async (t) => {
  const { office, client, procedure, path } = await desk();
  await client.post(path, form(procedure));
  const [made] = await bookedIn(office);
  const row = Buffer.from(JSON.stringify(made?.get({ plain: true }))).toString('latin1');
  t.false(made?.citizen.includes('Puig'));
  t.notRegex(row, /Puig|612345678|ficticia/);
  const entries = await AuditEntry.findAll({ where: { appointmentId: made?.id ?? 0 } });
  t.deepEqual(
    entries.map((entry) => entry.action),
    ['appointment.book'],
  );
  t.notRegex(JSON.stringify(entries), /Puig|612|ficticia/);
});

test('every empty field is named at once, with a link to it', async (t) => {
  const { office, client, path } = await desk();
  const answer = await client.post(path, {});
  t.is(answer.status, 422);
  for (const field of ['procedure', 'date', 'time', 'name', 'mobile', 'locale']) {
    t.true(answer.text.includes(`href="#${field}"`), field);
    t.true(answer.text.includes(`id="${field}-error"`), field);
  }
  t.is((await bookedIn(office)).length, 0);
});

test('every wrong field is named at once, and what was typed stays', async (t) => {
  const { client, procedure, path } = await desk();
  const answer = await client.post(
    path,
    form(procedure, {
      date: '25/11/2026',
      time: '25:00',
      name: 'X',
      mobile: '972 00 00 00',
      email: 'nuria arrova ficticia',
      locale: 'fr',
      notes: 'n'.repeat(2001),
    }),
  );
  t.is(answer.status, 422);
  for (const field of ['date', 'time', 'name', 'mobile', 'email', 'locale', 'notes']) {
    t.true(answer.text.includes(`href="#${field}"`), field);
  }
  t.regex(answer.text, /Aquest número no pot rebre SMS/);
  t.regex(answer.text, /El correu no té un format correcte/);
  t.regex(answer.text, /value="972 00 00 00"/);
  t.regex(answer.text, /value="nuria arrova ficticia"/);
  t.true(answer.text.includes(`<option value="${procedure.code}" selected>`));
});

test('what was typed is shown as text, never as markup', async (t) => {
  const { client, procedure, path } = await desk();
  const name = '"><script>alert(1)</script>';
  const answer = await client.post(path, form(procedure, { name, time: '' }));
  t.is(answer.status, 422);
  t.notRegex(answer.text, /<script>alert/);
  t.regex(answer.text, /&quot;&gt;&lt;script&gt;/);
});

const SLOTS: [string, Record<string, string>, RegExp][] = [
  ['a day that does not exist', { date: '2026-02-30' }, /Aquest dia i hora no existeixen/],
  ['the hour that summer time skips', { date: '2027-03-28', time: '02:30' }, /no existeixen/],
  ['a time that has passed', { date: '2026-11-24', time: '09:00' }, /Aquesta hora ja ha passat/],
  ['a day over a year ahead', { date: '2028-01-10' }, /El dia és massa lluny/],
  ['a time between the five minutes', { time: '10:32' }, /de cinc en cinc minuts/],
];
for (const [what, values, message] of SLOTS) {
  test(`${what} can’t be booked`, async (t) => {
    const { office, client, procedure, path } = await desk();
    const answer = await client.post(path, form(procedure, values));
    t.is(answer.status, 422);
    t.regex(answer.text, message);
    t.regex(answer.text, /value="Núria Puig i Ferrer"/);
    t.is((await bookedIn(office)).length, 0);
  });
}

test('a procedure that is not done by video, or is unknown, can’t be booked', async (t) => {
  const { office, client, path } = await desk();
  const whyNot = { ca: 'Cal signar en persona.', es: 'Hay que firmar.', en: 'Sign in person.' };
  const counter = await makeProcedure({ byVideo: false, whyNot });
  const answer = await client.post(path, form(counter));
  t.is(answer.status, 422);
  t.regex(answer.text, /Aquest tràmit no es pot fer per vídeo/);
  t.regex(answer.text, /Cal signar en persona/);
  const unknown = await client.post(path, form({ code: 'no-such-thing' }));
  t.is(unknown.status, 422);
  t.regex(unknown.text, /Trieu un tràmit/);
  t.is((await bookedIn(office)).length, 0);
});

test('when all desks are taken the person at the desk is told so, and the next time is free', async (t) => {
  const { office, client, procedure, path } = await desk({ desks: 1 });
  await client.post(path, form(procedure));
  const full = await client.post(path, form(procedure, { time: '10:45', mobile: nextMobile() }));
  t.is(full.status, 422);
  t.regex(full.text, /totes les taules estan ocupades/);
  t.regex(full.text, /href="#time"/);
  const next = await client.post(path, form(procedure, { time: '11:00', mobile: nextMobile() }));
  t.is(next.status, 303);
  t.is((await bookedIn(office)).length, 2);
});

test('twenty bookings of the last desks at the same instant: as many succeed as there are desks', async (t) => {
  const { office, client, procedure, path } = await desk({ desks: 3 });
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => client.post(path, form(procedure, { mobile: nextMobile() }))),
  );
  const count = (status: number) => answers.filter((answer) => answer.status === status).length;
  t.is(count(303), 3);
  t.is(count(422), 17);
  t.is((await bookedIn(office)).length, 3);
});

test('the same form sent twice makes one appointment and shows it both times', async (t) => {
  const { office, client, procedure, path } = await desk();
  const answers = await Promise.all([1, 2, 3].map(() => client.post(path, form(procedure))));
  t.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([303]));
  t.is(new Set(answers.map((answer) => answer.headers.location)).size, 1);
  t.is((await bookedIn(office)).length, 1);
});

test('another person at the same time is another appointment', async (t) => {
  const { office, client, procedure, path } = await desk();
  await client.post(path, form(procedure));
  await client.post(path, form(procedure, { name: 'Pau Puig i Ferrer' }));
  t.is((await bookedIn(office)).length, 2);
});

test('the longest notes are kept, in any script', async (t) => {
  const { office, client, procedure, path } = await desk();
  const notes = '漢'.repeat(2000);
  const answer = await client.post(path, form(procedure, { notes }));
  t.is(answer.status, 303);
  const [made] = await bookedIn(office);
  t.is(made?.citizenData(world().deps.vault).notes, notes);
});

test('fields sent twice or nested count as empty, and break nothing', async (t) => {
  const { client, procedure, path } = await desk();
  const { name: _, ...nameless } = form(procedure);
  const nested = await client.post(path, { ...nameless, 'name[x]': 'y' });
  t.is(nested.status, 422);
  t.regex(nested.text, /Escriviu el nom i els cognoms/);
  t.is((await client.post(path, form(procedure, { 'notes[__proto__][x]': '1' }))).status, 303);
});

test('problems are told in the order of the form, those of the agenda among those of the letters', async (t) => {
  const office = await makeOffice();
  const client = await signedInClient(world(), await makeStaff([office]));
  const answer = await client.post(`/o/${office.slug}/appointments`, {
    procedure: '',
    date: '2020-01-01',
    time: '10:00',
    name: '',
    mobile: 'x',
    email: '',
    locale: 'ca',
    notes: '',
  });
  t.is(answer.status, 422);
  const summary = answer.text.slice(answer.text.indexOf('data-error-summary'));
  const targets = [...summary.matchAll(/href="#(\w+)"/g)].map((match) => match[1]).slice(0, 4);
  t.deepEqual(targets, ['procedure', 'date', 'name', 'mobile']);
});

test('a time that is missing does not make the day wrong', async (t) => {
  const office = await makeOffice();
  const client = await signedInClient(world(), await makeStaff([office]));
  const answer = await client.post(`/o/${office.slug}/appointments`, { date: '2026-11-25', time: '' });
  t.is(answer.status, 422);
  t.regex(answer.text, /Escriviu l’hora/);
  t.notRegex(answer.text, /Aquest dia i hora no existeixen/);
});
