import test from 'ava';
import { addMinutes, addSeconds } from '../../server/kernel/clock.ts';
import { LOCALES } from '../../server/kernel/locale.ts';
import { REASON_WORDS } from '../../server/kernel/reasons.ts';
import type { Appointment } from '../../server/models/Appointment.ts';
import { AuditEntry } from '../../server/models/AuditEntry.ts';
import { ChannelControl } from '../../server/models/ChannelControl.ts';
import { OutboxEvent } from '../../server/models/OutboxEvent.ts';
import type { Channel, MessageKind, OutboxMessage } from '../../server/models/OutboxMessage.ts';
import { newClient, signedInClient } from '../helpers/client.ts';
import { TUESDAY } from '../helpers/clock.ts';
import { makeAppointment, makeOffice, makeStaff, type AppointmentValues } from '../helpers/factories.ts';
import { actionsOf, messageList, messagesOf } from '../helpers/outbox.ts';
import { useWorld } from '../helpers/world.ts';

// Half past nine on Tuesday 24 November 2026; the clock is moved by tests that are serial.
const world = useWorld(test);

async function confirmed(values: AppointmentValues = {}) {
  const office = await makeOffice();
  const staff = await makeStaff([office]);
  const client = await signedInClient(world(), staff);
  const one = await makeAppointment(world(), office, {
    status: 'requested',
    inMinutes: 2 * 24 * 60,
    ...values,
  });
  const path = `/o/${office.slug}/appointments/${one.appointment.uid}`;
  const press = (button: string, fields: Record<string, string> = {}) =>
    client.post(`${path}/${button}`, fields);
  await press('phone-check', { outcome: 'confirmed' });
  await one.appointment.reload();
  const page = async () => textOf((await client.get(path)).text);
  return { ...one, office, client, path, press, page };
}

/** What a person reads, without the markup. */
const textOf = (html: string) =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', '’')
    .replaceAll(/\s+/g, ' ');

const find = async (appointment: Appointment, kind: MessageKind, channel: Channel = 'sms') => {
  const found = (await messagesOf(appointment)).findLast(
    (one) => one.kind === kind && one.channel === channel,
  );
  if (!found) throw new Error(`no ${channel} ${kind}`);
  return found;
};

const fail = (message: OutboxMessage, reason = 'smpp 0x0000000B') =>
  message.update({ state: 'failed', nextAt: null, settledAt: world().clock.now(), reason, body: null });

const tell = (message: OutboxMessage, event: string, reason: string | null = null, minutes = 0) =>
  OutboxEvent.create({
    messageId: message.id,
    at: addMinutes(TUESDAY, minutes),
    event,
    reason,
    link: 'primera',
  });

test('what is planned says when it leaves', async (t) => {
  const { page } = await confirmed();
  const text = await page();
  t.regex(text, /SMS: recordatori .* Programat/);
  t.regex(text, /Es va preparar per sortir: dc\. 25 nov\., 9\.30 h/);
  t.regex(text, /dj\. 26 nov\., 9\.20 h Sortirà/);
});

test('a message that arrived tells its way in the office’s time', async (t) => {
  const { appointment, page } = await confirmed();
  const message = await find(appointment, 'confirmation');
  await message.update({
    state: 'delivered',
    nextAt: null,
    acceptedAt: addMinutes(TUESDAY, 1),
    settledAt: addMinutes(TUESDAY, 3),
    segments: 2,
    link: 'primera',
  });
  const text = await page();
  t.regex(text, /SMS: confirmació .* Rebut/);
  t.regex(text, /9\.31 h Va sortir en 2 parts: la xarxa de l’operador les va acceptar/);
  t.regex(text, /9\.33 h La xarxa informa que ha arribat al telèfon/);
});

test('refused tries are told once, with how often, until when, why, and what comes next', async (t) => {
  const { appointment, page } = await confirmed();
  const message = await find(appointment, 'confirmation');
  for (const minute of [1, 2, 4]) await tell(message, 'refused', 'smpp 0x00000014', minute);
  await tell(message, 'throttled', 'smpp 0x00000058', 5);
  const nextAt = addMinutes(TUESDAY, 8);
  await message.update({ attempts: 3, reason: 'smpp 0x00000058', nextAt });
  const text = await page();
  t.regex(
    text,
    /SMS: confirmació .* Es tornarà a provar La xarxa de l’operador està plena ara mateix\. Historial/,
  );
  t.regex(text, /Un intent no va ser acceptat \(3 vegades, l’última: dt\. 24 nov\., 9\.34 h\)/);
  t.regex(text, /smpp 0x00000014 · primera/);
  t.regex(text, /La xarxa va demanar d’esperar/);
  t.regex(text, /9\.38 h Es tornarà a provar/);
});

test('a number that does not exist says so, with what to do', async (t) => {
  const { appointment, page } = await confirmed();
  const message = await find(appointment, 'confirmation');
  await tell(message, 'failed', 'smpp 0x0000000B', 1);
  await fail(message);
  const text = await page();
  t.regex(
    text,
    /Aquest número de mòbil no existeix\. Comproveu-lo amb la persona i corregiu-lo\. Corregeix-lo/,
  );
  t.regex(text, /Es va deixar de provar\. Aquest número/);
});

test('the network’s bad news is told as such', async (t) => {
  const { appointment, page } = await confirmed();
  const [at, settledAt] = [addMinutes(TUESDAY, 1), addMinutes(TUESDAY, 2)];
  const sms = await find(appointment, 'confirmation');
  await fail(sms, 'UNDELIV 001');
  await sms.update({ acceptedAt: at, settledAt });
  await tell(sms, 'failed', 'UNDELIV 001', 2);
  const text = await page();
  t.regex(text, /No lliurat .*9\.32 h La xarxa informa que no s’ha pogut lliurar\. La xarxa no l’ha pogut/);
  t.notRegex(text, /Es va deixar de provar/);
});

test('a doubt and a possible duplicate are told plainly', async (t) => {
  const { appointment, page } = await confirmed();
  const message = await find(appointment, 'confirmation');
  await tell(message, 'in_doubt', 'no answer to submit_sm', 1);
  await message.update({ state: 'in_doubt', doubts: 1, nextAt: addMinutes(TUESDAY, 3) });
  const first = await page();
  t.regex(first, /No se sap si ha arribat La xarxa no ha contestat/);
  t.regex(first, /9\.33 h Si abans no se’n sap res, es tornarà a enviar/);
  const over = { nextAt: null, repeats: 1, acceptedAt: addMinutes(TUESDAY, 3) };
  await message.update({ ...over, state: 'accepted', settledAt: over.acceptedAt });
  t.regex(
    await page(),
    /Ha sortit Es va tornar a enviar perquè la xarxa no contestava: la persona el pot tenir/,
  );
});

test('expired, withdrawn and replaced messages say what became of them', async (t) => {
  const { appointment, press, page } = await confirmed();
  const expired = await find(appointment, 'confirmation');
  await expired.update({ state: 'expired', nextAt: null, settledAt: TUESDAY });
  t.regex(await page(), /Caducat sense enviar No va poder sortir a temps/);
  await expired.update({ reason: 'smpp 0x00000058' });
  await tell(expired, 'expired', 'smpp 0x00000058', 1);
  const kept = await page();
  t.regex(kept, /Caducat sense enviar La xarxa de l’operador està plena ara mateix\. No va poder sortir/);
  t.regex(kept, /Ja no era útil i no es va enviar\. La xarxa de l’operador està plena/);
  await press('cancel', { reason: 'Duplicada' });
  const text = await page();
  t.regex(text, /SMS: enllaç d’accés .*Retirat/);
  t.regex(text, /La cita està anul·lada: ja no cal enviar-lo\./);
});

test('a held sender shows as the technical team’s matter', async (t) => {
  const { appointment, page } = await confirmed();
  const message = await find(appointment, 'confirmation');
  await tell(message, 'held', 'smpp 0x0000000A', 1);
  await message.update({ reason: 'smpp 0x0000000A', nextAt: addMinutes(TUESDAY, 11) });
  const text = await page();
  t.regex(text, /Remitent no admès L’operador no admet el nostre remitent\. No és culpa del número\./);
});

test.serial('a stopped channel shows on what is due, and not on what is to come', async (t) => {
  const { page } = await confirmed();
  await ChannelControl.update({ pausedAt: TUESDAY }, { where: { channel: 'email' } });
  t.teardown(() => ChannelControl.update({ pausedAt: null }, { where: { channel: 'email' } }));
  const text = await page();
  t.regex(text, /Correu: confirmació .*? Aturat L’equip tècnic ha aturat l’enviament/);
  t.regex(text, /Correu: recordatori .*? Programat/);
});

test('every reason has its words in every language', (t) => {
  const { templates } = world().deps;
  for (const locale of LOCALES)
    for (const word of REASON_WORDS)
      // A missing text throws in tests.
      t.true(templates.text(`timeline:reason.${word}`, locale).length > 10, `${locale} ${word}`);
});

test('the page gives away neither full numbers nor the texts that were sent', async (t) => {
  const { appointment, client, path, token } = await confirmed({ mobile: '+34612345678' });
  await fail(await find(appointment, 'link'));
  const { text } = await client.get(`${path}/live`);
  t.regex(text, /6•• ••• •78/);
  t.notRegex(text, /612\s?34\s?56\s?78|persona@ficticia/);
  t.false(text.includes(token));
});

test('what failed is sent again: written anew, with its origin and a row in the audit', async (t) => {
  const { appointment, press, page } = await confirmed();
  const message = await find(appointment, 'confirmation');
  await fail(message);
  t.is((await press(`messages/${message.uid}/resend`)).status, 303);
  const again = await find(appointment, 'confirmation');
  t.like(again, {
    originId: message.id,
    state: 'queued',
    body: null,
    expiresAt: addMinutes(TUESDAY, 48 * 60),
  });
  t.deepEqual([again.dueAt, again.nextAt], [TUESDAY, TUESDAY]);
  t.is((await message.reload()).state, 'failed');
  t.true((await actionsOf(appointment)).includes('appointment.resendMessage'));
  const text = await page();
  t.regex(text, /S’ha tornat a enviar\./);
  t.regex(text, /Missatge enviat de nou/);
});

test('a reminder sent again is over when the link leaves, and one in doubt is not repeated by itself', async (t) => {
  const { appointment, press } = await confirmed();
  const reminder = await find(appointment, 'reminder', 'email');
  await reminder.update({ state: 'in_doubt', doubts: 1, nextAt: addMinutes(TUESDAY, 2) });
  t.is((await press(`messages/${reminder.uid}/resend`)).status, 303);
  const again = await find(appointment, 'reminder', 'email');
  t.deepEqual(again.expiresAt, addMinutes(appointment.startsAt, -10));
  t.like(await reminder.reload(), { state: 'cancelled', nextAt: null });
});

test.serial('a minute passes between two, and five within an hour are enough', async (t) => {
  t.teardown(() => world().clock.set(TUESDAY));
  const { appointment, press, page } = await confirmed();
  const again = async () => {
    const message = await find(appointment, 'confirmation');
    await fail(message);
    return press(`messages/${message.uid}/resend`);
  };
  t.is((await again()).status, 303);
  const soon = await again();
  t.is(soon.status, 409);
  t.regex(textOf(soon.text), /Espereu fins a aquesta hora per enviar-ne un altre: 09:31/);
  t.regex(await page(), /Es podrà tornar a enviar a les 9\.31 h/);
  for (const minute of [1, 2, 3, 4]) {
    world().clock.set(addMinutes(TUESDAY, minute));
    t.is((await again()).status, 303, String(minute));
  }
  world().clock.set(addMinutes(TUESDAY, 20));
  const sixth = await again();
  t.is(sixth.status, 409);
  t.regex(textOf(sixth.text), /prou missatges per a aquesta cita.*10:30/);
  t.regex(await page(), /Es podrà tornar a enviar a les 10\.30 h/);
  t.is((await press('resend-link')).status, 409);
  world().clock.set(addSeconds(TUESDAY, 3600));
  t.is((await again()).status, 303);
});

test('what has arrived, has moved or is of another appointment is not sent again', async (t) => {
  const { appointment, press } = await confirmed();
  const message = await find(appointment, 'confirmation');
  t.is((await press(`messages/${message.uid}/resend`)).status, 409);
  await fail(message);
  await press('reschedule', { date: '2026-11-30', time: '12:00' });
  t.is((await press(`messages/${message.uid}/resend`)).status, 409);
  const other = await confirmed();
  t.is((await press(`messages/${(await find(other.appointment, 'link')).uid}/resend`)).status, 404);
  t.false((await actionsOf(appointment)).includes('appointment.resendMessage'));
});

test('who is not of the office, not signed in, or without the page’s token sends nothing', async (t) => {
  const { appointment, path, client } = await confirmed();
  const message = await find(appointment, 'confirmation');
  await fail(message);
  const before = await messageList(appointment);
  const stranger = await signedInClient(world(), await makeStaff([await makeOffice()]));
  for (const target of [`messages/${message.uid}/resend`, 'contact']) {
    t.is((await stranger.post(`${path}/${target}`)).status, 404, target);
    t.is((await newClient(world()).post(`${path}/${target}`)).status, 401, target);
    t.is((await client.post(`${path}/${target}`, { _csrf: 'x' })).status, 403, target);
    t.is((await client.get(`${path}/${target}`)).status, 404, target);
  }
  t.deepEqual(await messageList(appointment), before);
});

const NEW = { mobile: '699 88 77 66', email: 'persona@ficticia.example' };

test('a corrected mobile gets what has not left, and nothing goes to the old one', async (t) => {
  const { appointment, press, page } = await confirmed();
  const { vault } = world().deps;
  const confirmation = await find(appointment, 'confirmation');
  // Its text, and with it the number, was fixed at the first try.
  await confirmation.update({ body: vault.seal('{}', `outbox.body.${confirmation.uid}`), attempts: 1 });
  t.is((await press('contact', NEW)).status, 303);
  await appointment.reload();
  t.like(appointment.citizenData(vault), { mobile: '+34699887766', email: 'persona@ficticia.example' });
  t.deepEqual(await messageList(appointment), [
    'sms confirmation cancelled',
    'email confirmation queued',
    'sms reminder queued',
    'email reminder queued',
    'sms link queued',
    'sms confirmation queued',
  ]);
  t.like(await find(appointment, 'confirmation'), { originId: confirmation.id, body: null });
  const text = await page();
  t.regex(text, /Correcció desada/);
  t.regex(text, /Mòbil o correu corregits/);
});

test('the history keeps where messages went before the correction', async (t) => {
  const { appointment, press, client, path } = await confirmed({ mobile: '+34612345678' });
  const settledAt = addMinutes(TUESDAY, -1);
  await (
    await find(appointment, 'confirmation')
  ).update({ state: 'failed', nextAt: null, settledAt, reason: 'UNDELIV' });
  await press('contact', NEW);
  const { text } = await client.get(`${path}/live`);
  t.regex(textOf(text), /SMS: confirmació dt\. 24 nov\., 9\.29 h · 6•• ••• •78/);
  t.regex(textOf(text), /Torna a enviar : SMS: confirmació, a 6•• ••• •66/);
});

test('the audit of a correction holds no number and no address', async (t) => {
  const { appointment, press } = await confirmed();
  await press('contact', { ...NEW, email: 'nova@ficticia.example' });
  const where = { appointmentId: appointment.id, action: 'appointment.correctContact' };
  const rows = await AuditEntry.findAll({ where });
  t.deepEqual(
    rows.map(({ details }) => details),
    [{ sms: true, email: true }],
  );
  t.false(appointment.citizen.includes('nova'));
});

test('a link that went to a wrong mobile stops working, and a new one leaves at once', async (t) => {
  const { appointment, token, press, client } = await confirmed();
  const link = await find(appointment, 'link');
  await link.update({ state: 'delivered', nextAt: null, acceptedAt: TUESDAY, settledAt: TUESDAY });
  t.is((await client.get(`/v/${token}`)).status, 200);
  await press('contact', NEW);
  t.is((await client.get(`/v/${token}`)).status, 404);
  const again = await find(appointment, 'link');
  t.like(again, { originId: link.id, state: 'queued' });
  t.deepEqual(again.dueAt, TUESDAY);
  await appointment.reload();
  t.is((await client.get(`/v/${appointment.linkToken(world().deps.vault)}`)).status, 200);
});

test('a link that has not left, and the one of somebody who waits, stay as they are', async (t) => {
  const one = await confirmed();
  await one.press('contact', NEW);
  t.is((await one.client.get(`/v/${one.token}`)).status, 200);
  t.deepEqual(
    (await messageList(one.appointment)).filter((line) => line.includes('link')),
    ['sms link queued'],
  );

  const other = await confirmed();
  await (
    await find(other.appointment, 'link')
  ).update({ state: 'accepted', nextAt: null, acceptedAt: TUESDAY });
  await other.appointment.update({
    status: 'waiting',
    arrivedAt: TUESDAY,
    pinMac: 'x'.repeat(64),
    pinIssuedAt: TUESDAY,
  });
  await other.press('contact', NEW);
  await other.appointment.reload();
  t.like(other.appointment, { pinMac: null, pinIssuedAt: null, pinExpiresAt: null });
  t.is(other.appointment.linkToken(world().deps.vault), other.token);
});

test('an address that is added gets the news and the reminder; one that is removed gets nothing more', async (t) => {
  const { appointment, press, mobile } = await confirmed({ email: null });
  await press('contact', { mobile, email: 'nova@ficticia.example' });
  t.deepEqual((await messageList(appointment)).slice(3), [
    'email confirmation queued',
    'email reminder queued',
  ]);
  t.deepEqual(
    (await find(appointment, 'reminder', 'email')).dueAt,
    (await find(appointment, 'reminder')).dueAt,
  );
  await press('contact', { mobile, email: '' });
  t.deepEqual((await messageList(appointment)).slice(3), [
    'email confirmation cancelled',
    'email reminder cancelled',
  ]);
});

test('a wrong correction is refused beside the fields, and what was typed stays', async (t) => {
  const { appointment, press, mobile } = await confirmed();
  const wrong = await press('contact', { mobile: '972 00 00 00', email: 'no' });
  t.is(wrong.status, 422);
  t.regex(wrong.text, /name="mobile"[^>]*value="972 00 00 00"/);
  t.regex(wrong.text, /name="email"[^>]*value="no"/);
  const same = await press('contact', { mobile, email: 'persona@ficticia.example' });
  t.is(same.status, 422);
  t.regex(textOf(same.text), /Són el mateix mòbil i el mateix correu/);
  t.false((await actionsOf(appointment)).includes('appointment.correctContact'));
});

test('after the end nothing is corrected any more', async (t) => {
  const { press } = await confirmed();
  await press('cancel', { reason: 'Duplicada' });
  t.is((await press('contact', NEW)).status, 409);
});
