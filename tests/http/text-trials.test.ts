import test from 'ava';
import { dispatchDue } from '../../server/features/messages/index.ts';
import { randomBase32 } from '../../server/kernel/ids.ts';
import { AuditEntry } from '../../server/models/AuditEntry.ts';
import { OutboxMessage } from '../../server/models/OutboxMessage.ts';
import { countTry } from '../../server/web/rate-limit.ts';
import { signedInClient } from '../helpers/client.ts';
import { makeOffice, makeStaff, nextMobile } from '../helpers/factories.ts';
import { useWorld } from '../helpers/world.ts';
import { mailsTo, textsTo } from '../jobs/helpers.ts';

const world = useWorld(test);

const SMS = '/administration/texts/sms/pin/ca/test';
const MAIL = '/administration/texts/email/link/en/test';

/** An administrator, and an office in whose name tests go. */
async function setUp() {
  const staff = await makeStaff([], 'administrator');
  return { staff, office: await makeOffice(), client: await signedInClient(world(), staff) };
}

const testsOf = (office: { id: number }) =>
  OutboxMessage.findAll({ where: { officeId: office.id, kind: 'test' }, order: ['id'] });
const dispatch = (office: { id: number }) => dispatchDue(world().deps, { officeIds: [office.id] });
const PART = { 'hx-request': 'true' };

test('a test goes out word for word with invented data, and its state can be asked for', async (t) => {
  const { client, office } = await setUp();
  const to = nextMobile();
  const body = 'Prova: {{pin}} val {{pinMinutes}} minuts. {{office.name}}';
  const answer = await client.post(SMS, { to, body, as: office.slug }, PART);
  t.is(answer.status, 200);
  t.regex(answer.text, /La prova surt ara mateix/);
  const state = /hx-get="([^"]+)"/.exec(answer.text)?.[1] ?? '';
  await dispatch(office);
  t.deepEqual(
    textsTo(world(), to).map(({ text }) => text),
    ['Prova: 123456 val 10 minuts. OAC de Prova'],
  );
  const [row] = await testsOf(office);
  t.is(row?.body, null, 'the address is not kept');
  const later = await client.get(state, PART);
  t.regex(later.text, /L’operador té la prova|La prova ha arribat al mòbil/);
  t.notRegex(later.text, /<html/);
  t.regex((await client.get(state)).text, /<h1>Missatge de prova/);
});

test('a test by e-mail is the whole e-mail', async (t) => {
  const { client, office } = await setUp();
  const to = `${randomBase32(8)}@ficticia.example`;
  const fields = { to, subject: 'Test {{time}}', body: 'One.\n\nTwo.', as: office.slug };
  t.is((await client.post(MAIL, fields, PART)).status, 200);
  await dispatch(office);
  const [mail] = mailsTo(world(), to);
  t.is(mail?.subject, 'Test 10:30');
  t.true(mail?.html.includes('One.</p>'));
  t.true(mail?.html.includes('/v/EXEMPLE-no-es-real-000'));
});

test('a test is about nobody, its text is sealed, and neither row nor audit holds the address', async (t) => {
  const { client, office, staff } = await setUp();
  const to = nextMobile();
  await client.post(SMS, { to, body: 'Prova {{pin}}', as: office.slug }, PART);
  const [row] = await testsOf(office);
  t.like(row, { appointmentId: null, payload: null, channel: 'sms', state: 'queued' });
  t.false(row?.body?.includes('Prova'));
  const entry = await AuditEntry.findOne({ where: { action: 'text.test', officeId: office.id } });
  t.like(entry, { staffId: staff.id });
  t.like(entry?.details, { kind: 'pin', channel: 'sms', locale: 'ca', message: row?.uid });
  t.false(JSON.stringify([entry, row]).includes(to.slice(3)));
});

test('without a script the page comes back with the text one was writing, and says how the test is doing', async (t) => {
  const { client, office } = await setUp();
  const fields = { to: nextMobile(), body: 'Encara no desat {{pin}}', as: office.slug };
  const answer = await client.post(SMS, fields);
  t.is(answer.status, 200);
  t.regex(answer.text, /<textarea[^>]*>\s*Encara no desat \{\{pin\}\}/);
  t.regex(answer.text, /La prova surt ara mateix/);
});

test('a wrong address, and a text with problems, is told, and nothing goes out', async (t) => {
  const { client, office } = await setUp();
  const wrong: [string, Record<string, string>, RegExp][] = [
    [SMS, { to: '', body: '{{pin}}' }, /Escriviu el telèfon mòbil/],
    [SMS, { to: '123', body: '{{pin}}' }, /Aquest número no és correcte/],
    [SMS, { to: '972 00 00 00', body: '{{pin}}' }, /no pot rebre SMS/],
    [MAIL, { to: 'ningú', subject: 'x', body: 'y' }, /El correu no té un format correcte/],
    [SMS, { to: nextMobile(), body: 'sense res' }, /Hi falta \{\{pin\}\}/],
  ];
  for (const [path, fields, words] of wrong) {
    const part = await client.post(path, { ...fields, as: office.slug }, PART);
    t.regex(part.text, words);
    const page = await client.post(path, { ...fields, as: office.slug });
    t.is(page.status, 422);
    t.regex(page.text, words);
  }
  t.deepEqual(await testsOf(office), []);
});

test('nobody is sent more than five tests in an hour, whoever asks', async (t) => {
  const to = nextMobile();
  const one = await setUp();
  const two = await setUp();
  for (const { client, office } of [one, one, one, two, two]) {
    const answer = await client.post(SMS, { to, body: 'Prova {{pin}}', as: office.slug }, PART);
    t.regex(answer.text, /La prova surt/);
  }
  const sixth = await two.client.post(SMS, { to, body: 'Prova {{pin}}', as: two.office.slug }, PART);
  t.regex(sixth.text, /Heu fet massa intents/);
  t.is((await testsOf(one.office)).length + (await testsOf(two.office)).length, 5);
});

test('one person sends at most ten tests in ten minutes, and the text that was typed stays on the page', async (t) => {
  const { client, office } = await setUp();
  for (let sent = 0; sent < 10; sent += 1) {
    await client.post(SMS, { to: nextMobile(), body: 'Prova {{pin}}', as: office.slug }, PART);
  }
  const answer = await client.post(SMS, { to: nextMobile(), body: 'Onzena {{pin}}', as: office.slug });
  t.is(answer.status, 422);
  t.regex(answer.text, /Heu fet massa intents/);
  t.regex(answer.text, /<textarea[^>]*>\s*Onzena/);
  t.is((await testsOf(office)).length, 10);
});

test('one person sends at most forty tests in a day', async (t) => {
  const { staff, client, office } = await setUp();
  const { sequelize, clock } = world().deps;
  const limit = { rule: 'textTestDay', max: 40, windowSeconds: 24 * 3600 };
  for (let sent = 0; sent < 39; sent += 1) await countTry(sequelize, clock, limit, String(staff.id));
  const send = () => client.post(SMS, { to: nextMobile(), body: 'Prova {{pin}}', as: office.slug }, PART);
  t.regex((await send()).text, /La prova surt/);
  t.regex((await send()).text, /Heu fet massa intents/);
  t.is((await testsOf(office)).length, 1);
});

test('only tests can be asked for by their name', async (t) => {
  const { client, office } = await setUp();
  await client.post(SMS, { to: nextMobile(), body: 'Prova {{pin}}', as: office.slug }, PART);
  const [row] = await testsOf(office);
  const path = `/administration/texts/tests/${row?.uid}`;
  t.is((await client.get(path)).status, 200);
  const agent = await signedInClient(world(), await makeStaff([office]));
  t.is((await agent.get(path)).status, 403);
  await row?.update({ kind: 'pin' });
  t.is((await client.get(path)).status, 404);
});

test('a test that has to wait says so, and goes on being asked for', async (t) => {
  const { client, office } = await setUp();
  await client.post(SMS, { to: nextMobile(), body: 'Prova {{pin}}', as: office.slug }, PART);
  const [row] = await testsOf(office);
  await row?.update({ reason: 'sender unregistered' });
  const { text } = await client.get(`/administration/texts/tests/${row?.uid}`, PART);
  t.regex(text, /La prova espera/);
  t.regex(text, /hx-get=/);
});

test('editions are not written by the hundred', async (t) => {
  const { staff, client } = await setUp();
  const { sequelize, clock } = world().deps;
  const limit = { rule: 'textSave', max: 120, windowSeconds: 900 };
  for (let saved = 0; saved < 120; saved += 1) await countTry(sequelize, clock, limit, String(staff.id));
  const path = '/administration/texts/sms/change/es';
  t.is((await client.post(path, { base: '0', body: 'Otro aviso. {{office.phone}}' })).status, 429);
});
