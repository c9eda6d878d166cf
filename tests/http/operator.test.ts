import test from 'ava';
import { addMinutes, addSeconds } from '../../server/kernel/clock.ts';
import { AuditEntry } from '../../server/models/AuditEntry.ts';
import { ChannelControl } from '../../server/models/ChannelControl.ts';
import { GatewayLink } from '../../server/models/GatewayLink.ts';
import { OutboxMessage } from '../../server/models/OutboxMessage.ts';
import { SenderHold } from '../../server/models/SenderHold.ts';
import { SmsSender } from '../../server/models/SmsSender.ts';
import type { Role } from '../../server/models/Staff.ts';
import { newClient, signedInClient } from '../helpers/client.ts';
import { makeOffice, makeStaff } from '../helpers/factories.ts';
import { makeLink, makeMessage } from '../helpers/messages.ts';
import { useWorld } from '../helpers/world.ts';

const world = useWorld(test);
const HOME = '/administration/messages';

/** Somebody of an office of their own. */
async function person(role: Role, name = 'OAC de Prova') {
  const office = await makeOffice({ name });
  const staff = await makeStaff([office], role);
  return { office, staff, client: await signedInClient(world(), staff) };
}

/** Text as a reader gets it. */
const plain = (html: string) =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', '’')
    .replace(/\s+/g, ' ');

test.beforeEach(async () => {
  await Promise.all([GatewayLink.destroy({ where: {} }), SenderHold.destroy({ where: {} })]);
  await ChannelControl.update({ pausedAt: null, pausedBy: null }, { where: {} });
  await OutboxMessage.destroy({ where: {} });
  // What a page remembers of the test before is over.
  world().clock.advance(1);
});

test.serial('only administrators see the messages, their cost and the senders', async (t) => {
  const pages = [HOME, `${HOME}/live`, `${HOME}/costs`, `${HOME}/costs.csv`, `${HOME}/sms/pause`];
  const others = ['/administration', '/administration/senders'];
  for (const role of ['agent', 'supervisor'] as const) {
    const { client, office } = await person(role);
    for (const page of [...pages, ...others, `/administration/senders/${office.slug}`]) {
      t.is((await client.get(page)).status, 403, `${role} ${page}`);
    }
    for (const action of ['sms/pause', 'sms/resume', 'holds/lift']) {
      t.is((await client.post(`${HOME}/${action}`)).status, 403, `${role} ${action}`);
    }
    t.is((await client.post(`/administration/senders/${office.slug}`, { use: 'settings' })).status, 403);
  }
  const { client } = await person('administrator');
  for (const page of [...pages, ...others]) t.is((await client.get(page)).status, 200, page);
  const stranger = newClient(world());
  t.is((await stranger.get(HOME)).status, 302);
  t.is((await ChannelControl.findByPk('sms'))?.pausedAt, null);
});

test.serial('a change needs the token of its own page', async (t) => {
  const { client } = await person('administrator');
  t.is((await client.post(`${HOME}/sms/pause`, { _csrf: 'x' })).status, 403);
  t.is((await ChannelControl.findByPk('sms'))?.pausedAt, null);
  t.is((await client.get(`${HOME}/fax/pause`)).status, 404);
});

test.serial('a channel is paused and goes on, and the rows say who and when', async (t) => {
  const { client, staff } = await person('administrator');
  const ask = await client.get(`${HOME}/sms/pause`);
  t.regex(plain(ask.text), /El que caduqui mentrestant no s’enviarà mai/);
  t.is((await client.post(`${HOME}/sms/pause`)).status, 303);
  const now = world().clock.now();
  t.like(await ChannelControl.findByPk('sms'), { pausedAt: now, pausedBy: staff.id });
  t.is((await ChannelControl.findByPk('email'))?.pausedAt, null);
  t.regex(plain((await client.get(HOME)).text), /Aturat: no surt res.*Ho va decidir Agent de Prova/);

  // Twice is once: the first who paused stays known.
  const other = await person('administrator');
  await other.client.post(`${HOME}/sms/pause`);
  t.like(await ChannelControl.findByPk('sms'), { pausedBy: staff.id });
  t.is((await client.get(`${HOME}/sms/pause`)).status, 303);

  await client.post(`${HOME}/sms/resume`);
  t.like(await ChannelControl.findByPk('sms'), { pausedAt: null, pausedBy: null });
  const rows = await AuditEntry.findAll({ where: { staffId: [staff.id, other.staff.id] }, order: ['id'] });
  const actions = rows.filter(({ action }) => action.startsWith('messages.'));
  t.deepEqual(
    actions.map(({ action, details }) => [action, details]),
    [
      ['messages.pause', { channel: 'sms' }],
      ['messages.resume', { channel: 'sms' }],
    ],
  );
});

test.serial('every light says in words how its link is, and a silent process is called gone', async (t) => {
  const { client } = await person('administrator');
  const now = world().clock.now();
  await makeLink(world(), { link: 'bona', submitted: 1234 });
  await makeLink(world(), { link: 'lenta', throttledUntil: addMinutes(now, 1) });
  await makeLink(world(), { link: 'refusada', state: 'refused', reason: 'smpp 0x0000000D' });
  await makeLink(world(), { link: 'muda', state: 'connecting', reason: 'ECONNREFUSED' });
  await makeLink(world(), { link: 'perduda', seenAt: addSeconds(now, -46) });
  await makeLink(world(), { link: 'oblidada', seenAt: addMinutes(now, -16) });
  await makeLink(world(), { channel: 'email', link: 'correu', state: 'refused', reason: 'smtp 535 EAUTH' });
  const text = plain((await client.get(`${HOME}/live`)).text);
  t.regex(text, /SMS Hi ha enllaç: els missatges surten/);
  t.regex(text, /Connectat bona .*1 \/ 10 .*30 per segon/);
  t.regex(text, /Frenat per l’operador lenta/);
  t.regex(text, /Refusat refusada .*L’operador refusa l’usuari o la contrasenya\..* smpp 0x0000000D/);
  t.regex(text, /Connectant muda .*Ningú no escolta en aquella adreça i port/);
  t.regex(text, /Procés desaparegut perduda/);
  t.notRegex(text, /oblidada/);
  t.regex(text, /Correu Cap enllaç funciona.*El servidor de correu refusa l’usuari/);
});

test.serial(
  'the queue tells what is due, held, in doubt and later, with the age of the oldest',
  async (t) => {
    const { client, office } = await person('administrator');
    const held = await makeOffice();
    const now = world().clock.now();
    await SmsSender.create({
      officeId: held.id,
      address: 'OACAntiga',
      registeredUntil: '2026-01-01',
      provider: null,
      updatedAt: now,
    });
    await makeMessage(world(), office, { kind: 'pin', dueAt: addSeconds(now, -30) });
    await makeMessage(world(), office, { kind: 'reminder', dueAt: addMinutes(now, -125) });
    await makeMessage(world(), held, { kind: 'reminder', dueAt: addMinutes(now, -5) });
    await makeMessage(world(), office, { kind: 'reminder', state: 'in_doubt', dueAt: addMinutes(now, -1) });
    await makeMessage(world(), office, { kind: 'reminder', dueAt: addMinutes(now, 60) });
    await makeMessage(world(), office, { kind: 'link', state: 'delivered', settledAt: now });
    const text = plain((await client.get(`${HOME}/live`)).text);
    t.regex(text, /PIN SMS 1 30 s 0 0 0/);
    t.regex(text, /Recordatori SMS 2 2 h 5 min tard 1 1 1/);
    t.notRegex(text, /Enllaç d’accés SMS/);
    await SmsSender.destroy({ where: { officeId: held.id } });
  },
);

test.serial(
  'a channel is not called well while messages wait, and the page says what keeps them',
  async (t) => {
    const { client, office } = await person('administrator');
    const now = world().clock.now();
    await makeLink(world(), { link: 'viva' });
    const calm = plain((await client.get(`${HOME}/live`)).text);
    t.regex(calm, /SMS Hi ha enllaç: els missatges surten/);
    await makeMessage(world(), office, { dueAt: addMinutes(now, -3), reason: 'smpp 0x00000014' });
    const text = plain((await client.get(`${HOME}/live`)).text);
    t.regex(text, /SMS Hi ha enllaç, però hi ha missatges que no surten .*La cua de l’operador és plena\./);
    t.regex(text, /smpp 0x00000014/);
  },
);

test.serial('rate and lateness come from what was taken in the last hour', async (t) => {
  const { client, office } = await person('administrator');
  const now = world().clock.now();
  for (const [minutesAgo, late] of [
    [0.5, 1],
    [0.7, 2],
    [59, 300],
    [61, 9999],
  ] as const) {
    const acceptedAt = addMinutes(now, -minutesAgo);
    const dueAt = addSeconds(acceptedAt, -late);
    await makeMessage(world(), office, { state: 'delivered', acceptedAt, dueAt, settledAt: acceptedAt });
  }
  const text = plain((await client.get(`${HOME}/live`)).text);
  t.regex(text, /3 missatges lliurats en l’última hora; 2 en el minut de més feina/);
  t.regex(text, /Confirmació SMS 3 3 s 6 min/);
});

test.serial('failures are told by reason, with what to do, for a day and for a week', async (t) => {
  const { client, office } = await person('administrator');
  const now = world().clock.now();
  const settle = (state: OutboxMessage['state'], daysAgo: number, more: object = {}) =>
    makeMessage(world(), office, { state, settledAt: addMinutes(now, -daysAgo * 1440), ...more });
  await settle('failed', 0.5, { reason: 'smpp 0x0000000B' });
  await settle('failed', 3, { reason: 'smpp 0x0000000B' });
  await settle('failed', 8, { reason: 'smpp 0x0000000B' });
  await settle('failed', 3, { reason: 'smtp 550 EENVELOPE', channel: 'email' });
  await settle('expired', 0.5);
  await settle('expired', 3);
  await settle('in_doubt', 3);
  await settle('accepted', 0.1, { repeats: 1 });
  await settle('accepted', 1.5, { acceptedAt: addMinutes(now, -1.5 * 1440) });
  const text = plain((await client.get(`${HOME}/live`)).text);
  t.regex(
    text,
    /El número no existeix o no és correcte\. SMS · smpp 0x0000000B .*comprovar el mòbil amb la persona\. 1 2/,
  );
  t.regex(text, /L’adreça de correu no existeix.* smtp 550 EENVELOPE .* 0 1/);
  t.regex(text, /Caducats No van sortir a temps i no s’enviaran mai\. 1 2/);
  t.regex(text, /Sense resposta .*si els acceptava\. 0 1/);
  t.regex(text, /Possibles duplicats .*després d’un dubte\. 1 1/);
  t.regex(text, /SMS sense justificant .*si van arribar\. 1 1/);
});

test.serial('a hold is lifted by hand, and its texts are looked at now', async (t) => {
  const { client, office, staff } = await person('administrator');
  const now = world().clock.now();
  const hold = { untilAt: addMinutes(now, 10), reason: 'smpp 0x0000000A', since: now };
  await SenderHold.create({ address: 'OACProva', ...hold });
  const waiting = await makeMessage(world(), office, {
    dueAt: addMinutes(now, -3),
    nextAt: addMinutes(now, 10),
    reason: 'smpp 0x0000000A',
  });
  const later = await makeMessage(world(), office, { dueAt: addMinutes(now, 30) });
  const page = plain((await client.get(HOME)).text);
  t.regex(page, /Remitents retinguts .*OACProva · .*L’operador no accepta el remitent/);
  t.is((await client.post(`${HOME}/holds/lift`, { address: 'OACProva' })).status, 303);
  t.is(await SenderHold.count(), 0);
  t.deepEqual((await waiting.reload()).nextAt, now);
  t.deepEqual((await later.reload()).nextAt, addMinutes(now, 30));
  // Somebody else was faster: nothing happens, and nothing is written.
  await client.post(`${HOME}/holds/lift`, { address: 'OACProva' });
  const rows = await AuditEntry.findAll({ where: { staffId: staff.id, action: 'messages.liftHold' } });
  t.deepEqual(
    rows.map(({ details }) => details),
    [{ address: 'OACProva' }],
  );
});

test.serial('the banner says on every page of the staff what is the matter, and goes with it', async (t) => {
  const agent = await person('agent');
  const admin = await person('administrator');
  const board = `/o/${agent.office.slug}/board`;
  const banner = async () => plain((await agent.client.get(board)).text);
  const later = () => world().clock.advance(0.2);
  const now = world().clock.now();
  t.notRegex(await banner(), /SMS/);

  later();
  const late = await makeMessage(world(), agent.office, { kind: 'link', dueAt: addMinutes(now, -7) });
  t.regex(await banner(), /1 SMS surt tard: fa 7 min .*Truqueu/);
  const other = await person('agent');
  t.notRegex(plain((await other.client.get(`/o/${other.office.slug}/board`)).text), /surt tard/);

  // A pause explains the lateness, and is seen at once where it was decided.
  await admin.client.post(`${HOME}/sms/pause`);
  t.regex(await banner(), /L’administració ha aturat els SMS/);
  t.notRegex(await banner(), /surt tard/);
  await admin.client.post(`${HOME}/sms/resume`);
  await late.update({ state: 'accepted', nextAt: null });
  later();
  t.notRegex(await banner(), /SMS/);

  const link = await makeLink(world(), { state: 'connecting' });
  later();
  t.regex(await banner(), /No surten SMS: no hi ha connexió amb l’operador/);
  await link.update({ state: 'up', seenAt: world().clock.now() });
  later();
  t.notRegex(await banner(), /SMS/);
});

test.serial('the banner names the offices whose sender is refused or no longer registered', async (t) => {
  const mine = await person('agent', 'OAC Remitent');
  const { clock } = world();
  const row = { officeId: mine.office.id, address: 'OACVella', provider: null, updatedAt: clock.now() };
  await SmsSender.create({ ...row, registeredUntil: '2026-11-01' });
  clock.advance(0.2);
  const page = async () => plain((await mine.client.get(`/o/${mine.office.slug}/board`)).text);
  t.regex(await page(), /El registre del remitent «OACVella» ha caducat: no surten SMS de OAC Remitent/);
  await SmsSender.update({ registeredUntil: '2028-01-01' }, { where: { officeId: mine.office.id } });
  const hold = { untilAt: addMinutes(clock.now(), 10), reason: 'smpp 0x0000000A', since: clock.now() };
  await SenderHold.create({ address: 'OACVella', ...hold });
  clock.advance(0.2);
  t.regex(await page(), /L’operador refusa el remitent «OACVella»/);
});

test.serial('a page that stays open asks for notices, and gets them only when they changed', async (t) => {
  const { client } = await person('agent');
  const admin = await person('administrator');
  const page = await client.get('/offices').then(({ headers }) => client.get(String(headers.location)));
  const [, seen] = /\/notices\?seen=(\w+)/.exec(page.text) ?? [];
  t.is((await client.get(`/notices?seen=${seen}`)).status, 204);
  await admin.client.post(`${HOME}/email/pause`);
  const changed = await client.get(`/notices?seen=${seen}`);
  t.is(changed.status, 200);
  t.regex(plain(changed.text), /L’administració ha aturat el correu/);
  // Who administers is not told whom to wait for, but where to resume.
  t.regex(plain((await admin.client.get(HOME)).text), /El correu està aturat .* Es reprèn a Missatges/);
  t.notRegex(changed.text, /<html/);
  // Whoever is signed out may be typing: no answer leads away.
  t.is((await newClient(world()).get('/notices?seen=x', { 'hx-request': 'true' })).status, 204);
});
