import test from 'ava';
import { dispatchDue } from '../../server/features/messages/index.ts';
import { addMinutes } from '../../server/kernel/clock.ts';
import { AuditEntry } from '../../server/models/AuditEntry.ts';
import { MessageTemplate } from '../../server/models/MessageTemplate.ts';
import { newClient, signedInClient, type Client } from '../helpers/client.ts';
import { makeOffice, makeStaff } from '../helpers/factories.ts';
import { useWorld } from '../helpers/world.ts';
import { confirm, mailsTo, makeCase, textsTo } from '../jobs/helpers.ts';

const world = useWorld(test);

/** Editions of the department are shared by the file: each test has a text of its own, by kind and language. */
const ALL = '/administration/texts';
const path = (channel: string, kind: string, locale: string, rest = '') =>
  `${ALL}/${channel}/${kind}/${locale}${rest}`;

async function administrator(name = 'Administradora de Prova'): Promise<Client> {
  return signedInClient(world(), await makeStaff([], 'administrator', name));
}

const baseOf = (html: string) => /name="base" value="(\d+)"/.exec(html)?.[1] ?? '';
const NEVER = '0';

/** Opens the text, and saves it as a browser would. */
async function save(client: Client, address: string, body: string, subject = '') {
  const { text } = await client.get(address);
  return client.post(address, { base: baseOf(text), body, subject });
}

test('an administrator sees every text in every language, and agents and supervisors see nothing', async (t) => {
  const admin = await administrator();
  const overview = await admin.get(ALL);
  t.is(overview.status, 200);
  t.is([...overview.text.matchAll(/texts-table__link/g)].length, 33);
  const office = await makeOffice();
  for (const role of ['agent', 'supervisor'] as const) {
    const client = await signedInClient(world(), await makeStaff([office], role));
    for (const address of [ALL, path('sms', 'pin', 'ca'), path('sms', 'pin', 'ca', '/history')]) {
      t.is((await client.get(address)).status, 403, `${role} ${address}`);
    }
    for (const rest of ['', '/preview', '/live', '/frame', '/test', '/reset', '/restore']) {
      t.is((await client.post(path('sms', 'pin', 'ca', rest), { body: 'x' })).status, 403, `${role} ${rest}`);
    }
  }
});

test('who has not signed in is led to do so', async (t) => {
  const answer = await newClient(world()).get(path('sms', 'link', 'ca'));
  t.is(answer.status, 302);
  t.regex(answer.headers.location ?? '', /^\/sign-in\?next=/);
  t.is((await newClient(world()).post(path('sms', 'link', 'ca'), { body: 'x' })).status, 401);
});

test('a form without the token, or of another site, changes nothing', async (t) => {
  const admin = await administrator();
  const address = path('sms', 'cancellation', 'en');
  const fields = { base: NEVER, body: 'Cancelled. {{office.phone}}' };
  for (const rest of ['', '/reset', '/restore', '/test', '/frame', '/live']) {
    t.is((await admin.post(address + rest, { ...fields, _csrf: '0'.repeat(64) })).status, 403, rest);
    const site = { origin: 'https://evil.example' };
    t.is((await admin.post(address + rest, fields, site)).status, 403, rest);
  }
  const where = { kind: 'cancellation', channel: 'sms', locale: 'en' } as const;
  t.is(await MessageTemplate.count({ where }), 0);
});

test('texts and offices that do not exist are not found', async (t) => {
  const admin = await administrator();
  const wrong = [
    path('email', 'pin', 'ca'),
    path('sms', 'test', 'ca'),
    path('fax', 'link', 'ca'),
    path('sms', 'link', 'oc'),
    path('sms', 'link', 'ca', '?office=cap'),
    path('sms', 'link', 'ca', '?edition=999999'),
    path('sms', 'link', 'ca', '/history?page=7'),
    path('sms', 'link', 'ca', '/frame'),
    `${ALL}/tests/aaaaaaaaaaaaaaaaaaaa`,
    `${ALL}/tests/x'`,
  ];
  for (const address of wrong) t.is((await admin.get(address)).status, 404, address);
});

test('a saved text counts from the next message on, is in the history, and the audit does not hold it', async (t) => {
  const admin = await administrator('Autora Inventada');
  const address = path('sms', 'confirmation', 'ca');
  const saved = await save(admin, address, '{{office.name}}: fet per al {{shortWhen}}.\r\n{{linkNotice}}');
  t.is(saved.status, 303);
  t.is(saved.headers.location, address);
  t.regex((await admin.get(address)).text, /Text desat/);

  const made = await makeCase(world(), { locale: 'ca' });
  await confirm(world(), made);
  await dispatchDue(world().deps, { officeIds: [made.office.id] });
  const [sms] = textsTo(world(), made.mobile);
  t.regex(sms?.text ?? '', /^OAC de Prova: fet per al dt\. 24\/11, 10\.30 h\.\nPer entrar-hi/);

  const history = await admin.get(`${address}/history`);
  t.regex(history.text, /Autora Inventada/);
  t.regex(history.text, /fet per al \{\{shortWhen\}\}/);
  t.regex(history.text, /Val ara/);
  const entries = await AuditEntry.findAll({ where: { action: 'text.change' } });
  const entry = entries.find(({ details }) => details?.kind === 'confirmation' && details.locale === 'ca');
  t.is(entry?.details?.channel, 'sms');
  t.false(JSON.stringify(entries).includes('fet per al'));
});

test('the text of an office goes before that of the department, and only there', async (t) => {
  const admin = await administrator();
  const [own, other] = [await makeOffice(), await makeOffice()];
  const address = path('sms', 'confirmation', 'en');
  await save(admin, address, 'Department: {{shortWhen}}');
  t.is((await save(admin, `${address}?office=${own.slug}`, 'Office: {{shortWhen}}')).status, 303);
  const first = async (office: typeof own) => {
    const made = await makeCase(world(), { locale: 'en' }, office);
    await confirm(world(), made);
    await dispatchDue(world().deps, { officeIds: [office.id] });
    return textsTo(world(), made.mobile)[0]?.text ?? '';
  };
  t.regex(await first(own), /^Office: /);
  t.regex(await first(other), /^Department: /);
  t.regex((await admin.get(ALL)).text, /Diferent a 1 oficina/);

  const page = await admin.get(`${address}?office=${own.slug}`);
  const reset = `${address}/reset?office=${own.slug}`;
  t.is((await admin.post(reset, { base: baseOf(page.text) })).status, 303);
  t.regex(await first(own), /^Department: /);
});

test('a department text of an e-mail replaces subject and introduction, escaped, and nothing else', async (t) => {
  const admin = await administrator();
  const address = path('email', 'confirmation', 'es');
  const body = 'Primer párrafo <b>de</b> {{procedure}}.\n\nSegundo & último.';
  t.is((await save(admin, address, body, 'Nueva cita: {{when}}')).status, 303);
  const made = await makeCase(world(), { locale: 'es' });
  await confirm(world(), made);
  await dispatchDue(world().deps, { officeIds: [made.office.id] });
  const [mail] = mailsTo(world(), made.email);
  t.regex(mail?.subject ?? '', /^Nueva cita: martes/);
  t.true(mail?.html.includes('Primer párrafo &lt;b&gt;de&lt;/b&gt; Trámite de prueba.</p>'));
  t.true(mail?.html.includes('Segundo &amp; último.</p>'));
  t.true(mail?.text.includes('Primer párrafo <b>de</b> Trámite de prueba.\n\nSegundo & último.\n'));
  t.regex(mail?.html ?? '', /972 00 00 00/);
  t.is(mail?.calendar?.method, 'REQUEST');
});

test('a text with problems is not saved; each is told, and what was typed stays', async (t) => {
  const admin = await administrator();
  const address = path('sms', 'link', 'es');
  const answer = await save(admin, address, 'Entre {{aquí}} {{pin}}');
  t.is(answer.status, 422);
  t.regex(answer.text, /Hi ha 3 problemes al text/);
  t.regex(answer.text, /\{\{aquí\}\} \(línia 1, caràcter 7\)/);
  t.regex(answer.text, /el PIN només va a l’SMS del PIN/);
  t.regex(answer.text, /Hi falta \{\{link\}\}/);
  t.regex(answer.text, /<textarea[^>]*aria-invalid="true"[^>]*>\s*Entre \{\{aquí\}\} \{\{pin\}\}</);
  t.is(await MessageTemplate.count({ where: { kind: 'link', locale: 'es' } }), 0);
});

test('what an administrator writes is never run as a template', async (t) => {
  const admin = await administrator();
  for (const body of [
    '{{#with this}}{{/with}}',
    '{{{link}}}',
    '{{lookup . "pin"}}',
    '{{> email/layout.html}}',
  ]) {
    t.is((await save(admin, path('sms', 'reminder', 'es'), body)).status, 422, body);
  }
});

test('a text that breaks the rules of a later version gives way to the shipped one', async (t) => {
  const made = await makeCase(world(), { locale: 'es' });
  const staff = await makeStaff([], 'administrator');
  await MessageTemplate.create({
    kind: 'confirmation',
    channel: 'sms',
    locale: 'es',
    officeId: made.office.id,
    subject: null,
    body: '{{gone}}',
    staffId: staff.id,
    createdAt: world().clock.now(),
  });
  await confirm(world(), made);
  await dispatchDue(world().deps, { officeIds: [made.office.id] });
  t.regex(textsTo(world(), made.mobile)[0]?.text ?? '', /videocita confirmada/);
});

test('when somebody else saved meanwhile both texts are shown, and saving again is a decision', async (t) => {
  const [one, two] = [await administrator('Primera Persona'), await administrator('Segona Persona')];
  const address = path('sms', 'cancellation', 'ca');
  const base = baseOf((await one.get(address)).text);
  t.is((await save(two, address, 'Text de la segona. {{office.phone}}')).status, 303);
  const answer = await one.post(address, { base, body: 'Text de la primera. {{office.phone}}' });
  t.is(answer.status, 409);
  t.regex(answer.text, /Segona Persona ha desat un altre text mentre hi treballàveu/);
  t.regex(answer.text, /Text de la segona\. \{\{office\.phone\}\}<\/p>/);
  t.regex(answer.text, /<textarea[^>]*>\s*Text de la primera/);
  const decided = { base: baseOf(answer.text), body: 'Text de la primera. {{office.phone}}' };
  t.is((await one.post(address, decided)).status, 303);
  const where = { kind: 'cancellation', channel: 'sms', locale: 'ca' } as const;
  t.is(await MessageTemplate.count({ where }), 2);
});

test('of two people who save at the same moment one is told about the other', async (t) => {
  const clients = [await administrator(), await administrator()];
  const address = path('sms', 'change', 'en');
  const pages = await Promise.all(clients.map((client) => client.get(address)));
  const statuses = await Promise.all(
    clients.map((client, index) =>
      client.post(address, { base: baseOf(pages[index]?.text ?? ''), body: `Text ${index} {{time}}` }),
    ),
  );
  t.deepEqual(
    statuses.map(({ status }) => status).sort((a, b) => a - b),
    [303, 409],
  );
  t.is(await MessageTemplate.count({ where: { kind: 'change', channel: 'sms', locale: 'en' } }), 1);
});

test('saving what already counts writes nothing', async (t) => {
  const admin = await administrator();
  const address = path('sms', 'reminder', 'ca');
  const { text } = await admin.get(address);
  const shipped = /<textarea[^>]*>\s*([^<]*)</.exec(text)?.[1] ?? '';
  t.regex(shipped, /us recordem/);
  t.is((await save(admin, address, shipped)).status, 303);
  t.regex((await admin.get(address)).text, /No hi havia res per canviar/);
  t.is((await admin.post(`${address}/reset`, { base: NEVER })).status, 303);
  t.is(await MessageTemplate.count({ where: { kind: 'reminder', channel: 'sms', locale: 'ca' } }), 0);
});

test('a reset brings the shipped text back, can be undone, and older texts can be restored', async (t) => {
  const admin = await administrator();
  const address = path('sms', 'pin', 'en');
  await save(admin, address, 'First {{pin}}');
  await save(admin, address, 'Second {{pin}}');
  const second = await admin.get(address);
  t.is((await admin.post(`${address}/reset`, { base: baseOf(second.text) })).status, 303);
  const reset = await admin.get(address);
  t.regex(reset.text, /Text original/);
  t.regex(reset.text, /Desfés-ho/);
  const rows = await MessageTemplate.findAll({ where: { kind: 'pin', channel: 'sms', locale: 'en' } });
  t.deepEqual(
    rows.map(({ body }) => body),
    ['First {{pin}}', 'Second {{pin}}', null],
  );
  await MessageTemplate.update(
    { createdAt: addMinutes(world().clock.now(), -1441) },
    { where: { id: rows[2]?.id } },
  );
  t.notRegex((await admin.get(address)).text, /Desfés-ho/, 'a day later it is history');
  const edition = /name="edition" value="(\d+)"/.exec(reset.text)?.[1] ?? '';
  t.is(edition, String(rows[1]?.id));
  t.is((await admin.post(`${address}/restore`, { edition, base: baseOf(reset.text) })).status, 303);
  t.regex((await admin.get(address)).text, /<textarea[^>]*>\s*Second /);

  const opened = await admin.get(`${address}?edition=${rows[0]?.id}`);
  t.regex(opened.text, /<textarea[^>]*>\s*First /);
  const stale = await admin.post(`${address}/restore`, {
    edition: String(rows[0]?.id),
    base: baseOf(reset.text),
  });
  t.is(stale.status, 409);
  const actions = await AuditEntry.findAll({
    where: { action: ['text.change', 'text.reset'] },
    order: ['id'],
  });
  const ours = actions.filter(({ details }) => details?.kind === 'pin' && details.locale === 'en');
  t.deepEqual(
    ours.map(({ action }) => action),
    ['text.change', 'text.change', 'text.reset', 'text.change'],
  );
});

test('an edition of one text cannot be brought into another', async (t) => {
  const admin = await administrator();
  await save(admin, path('sms', 'pin', 'es'), 'PIN {{pin}}');
  const row = await MessageTemplate.findOne({ where: { kind: 'pin', locale: 'es' } });
  const fields = { edition: String(row?.id), base: NEVER };
  t.is((await admin.post(path('sms', 'change', 'es', '/restore'), fields)).status, 404);
});

test('a long history has pages', async (t) => {
  const admin = await administrator();
  const office = await makeOffice();
  const address = path('sms', 'change', 'ca');
  const staff = await makeStaff([], 'administrator');
  await MessageTemplate.bulkCreate(
    Array.from({ length: 21 }, (_, index) => ({
      kind: 'change' as const,
      channel: 'sms' as const,
      locale: 'ca' as const,
      officeId: office.id,
      subject: null,
      body: `Edició número ${index}.`,
      staffId: staff.id,
      createdAt: world().clock.now(),
    })),
  );
  const first = await admin.get(`${address}/history?office=${office.slug}`);
  t.is([...first.text.matchAll(/Edició número/g)].length, 20);
  t.regex(first.text, /page&#x3D;2">Més antics/);
  const second = await admin.get(`${address}/history?office=${office.slug}&page=2`);
  t.regex(second.text, /Edició número 0\./);
  t.notRegex(second.text, /Edició número 1\./);
});

test('the preview shows the draft as it would arrive, what it costs and why, and saves nothing', async (t) => {
  const admin = await administrator();
  const office = await makeOffice({ name: 'Oficina d’Atenció' });
  const address = path('sms', 'reminder', 'en');
  const fields = { base: NEVER, as: office.slug, body: '{{office.name}}: adreça.' };
  const live = await admin.post(`${address}/live`, fields, { 'hx-request': 'true' });
  t.is(live.status, 200);
  t.regex(live.text, /Oficina d’Atenci<mark>ó<\/mark>: adre<mark>ç<\/mark>a\./);
  t.regex(live.text, /26 caràcters, 1 SMS/);
  t.regex(live.text, /només 70/);
  t.regex(live.text, /«ó» a «d’Atenció»\. Ve d’una dada: Nom de l’oficina\./);
  t.regex(live.text, /«ç» a «adreça»\./);
  t.notRegex(live.text, /<html/);
  const whole = await admin.post(`${address}/preview`, fields);
  t.is(whole.status, 200);
  t.regex(whole.text, /adre<mark>ç<\/mark>a/);
  t.regex(whole.text, /<textarea[^>]*>\s*\{\{office\.name\}\}: adreça\./);
  t.is(await MessageTemplate.count({ where: { kind: 'reminder', locale: 'en' } }), 0);
});

test('markup in a text and in the name of an office stays text in the preview', async (t) => {
  const admin = await administrator();
  const office = await makeOffice({ name: '<i>OAC</i>' });
  const fields = { as: office.slug, body: '{{office.name}} <script>alert(1)</script>' };
  const live = await admin.post(path('sms', 'reminder', 'en', '/live'), fields);
  t.notRegex(live.text, /<script|<i>/);
  t.regex(live.text, /&lt;script&gt;/);
});

test('the whole e-mail comes as a page that only ours may frame, which can run nothing', async (t) => {
  const admin = await administrator();
  const address = path('email', 'reminder', 'ca', '/frame');
  const fields = { subject: 'x', body: 'Un <img src=x onerror=alert(1)> avís' };
  for (const answer of [await admin.get(address), await admin.post(address, fields)]) {
    t.is(answer.status, 200);
    const policy = answer.headers['content-security-policy'] ?? '';
    t.regex(policy, /default-src 'none'/);
    t.regex(policy, /sandbox/);
    t.regex(policy, /frame-ancestors 'self'/);
    t.notRegex(policy, /script-src/);
    t.is(answer.headers['x-frame-options'], 'SAMEORIGIN');
    t.regex(answer.text, /^<!doctype html>/);
    t.notRegex(answer.text, /<img/);
  }
  const refused = await admin.post(address, { subject: '', body: '{{pin}}' });
  t.is(refused.status, 422);
  t.regex(refused.headers['content-security-policy'] ?? '', /sandbox/);
  const edit = await admin.get(path('email', 'reminder', 'ca'));
  t.regex(edit.headers['content-security-policy'] ?? '', /frame-src 'self'/);
  t.is(edit.headers['x-frame-options'], 'DENY');
});
