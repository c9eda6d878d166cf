import test from 'ava';
import { addMinutes } from '../../server/kernel/clock.ts';
import { signedInClient } from '../helpers/client.ts';
import { TUESDAY } from '../helpers/clock.ts';
import { makeAppointment, makeOffice, makeStaff, type AppointmentValues } from '../helpers/factories.ts';
import { actionsOf, messageList, messagesOf } from '../helpers/outbox.ts';
import { useWorld } from '../helpers/world.ts';

// Half past nine on Tuesday 24 November 2026.
const world = useWorld(test);

async function made(values: AppointmentValues = {}, desks = 2) {
  const office = await makeOffice({ desks });
  const client = await signedInClient(world(), await makeStaff([office]));
  const one = await makeAppointment(world(), office, { inMinutes: 120, ...values });
  const path = `/o/${office.slug}/appointments/${one.appointment.uid}`;
  const press = (button: string, fields: Record<string, string> = {}) =>
    client.post(`${path}/${button}`, fields);
  return { ...one, office, client, path, press };
}

/** Made and confirmed by phone, with its messages. */
async function confirmed(inMinutes = 120) {
  const all = await made({ status: 'requested', inMinutes });
  await all.press('phone-check', { outcome: 'confirmed' });
  await all.appointment.reload();
  return all;
}

const TOMORROW = { date: '2026-11-25', time: '12:00' };
const REASON = { reason: 'La Sra. Puig ha trucat' };

test('called off before confirmation, the citizen hears nothing', async (t) => {
  const { appointment, press } = await made({ status: 'requested' });
  t.is((await press('cancel', REASON)).status, 303);
  t.is((await appointment.reload()).status, 'cancelled');
  t.deepEqual(await messagesOf(appointment), []);
});

test('called off after confirmation, the link is withdrawn and the news is written', async (t) => {
  const { appointment, press } = await confirmed();
  await press('cancel', REASON);
  t.deepEqual(await messageList(appointment), [
    'sms confirmation cancelled',
    'email confirmation cancelled',
    'sms link cancelled',
    'sms cancellation queued',
    'email cancellation queued',
  ]);
  t.is((await appointment.reload()).sequence, 1);
});

test('the reason is shown to colleagues and stands nowhere in clear', async (t) => {
  const { appointment, press, client, path } = await confirmed();
  await press('cancel', REASON);
  await appointment.reload();
  t.false(appointment.citizen.includes('Puig'));
  t.regex((await client.get(path)).text, /La Sra\. Puig ha trucat/);
});

test('calling off needs a reason, and what was typed stays', async (t) => {
  const { appointment, press } = await confirmed();
  const answer = await press('cancel', { reason: 'x' });
  t.is(answer.status, 422);
  t.regex(answer.text, /Escriviu el motiu/);
  t.regex(answer.text, /name="reason"[^>]*value="x"/);
  t.is((await appointment.reload()).status, 'confirmed');
});

test('calling off twice is refused the second time and tells the citizen once', async (t) => {
  const { appointment, press } = await confirmed();
  await press('cancel', REASON);
  t.is((await press('cancel', REASON)).status, 409);
  t.is((await messageList(appointment)).filter((one) => one === 'sms cancellation queued').length, 1);
});

test('somebody in a call can’t be called off, moved or marked as absent', async (t) => {
  const { appointment, press } = await made({ status: 'in_call', inMinutes: -5 });
  t.is((await press('cancel', REASON)).status, 409);
  t.is((await press('reschedule', TOMORROW)).status, 409);
  t.is((await press('no-show')).status, 409);
  t.is((await appointment.reload()).status, 'in_call');
});

test('a move withdraws what was planned, tells the citizen and dates the link anew', async (t) => {
  const { appointment, press } = await confirmed();
  t.is((await press('reschedule', TOMORROW)).status, 303);
  await appointment.reload();
  t.is(appointment.status, 'confirmed');
  t.is(appointment.startsAt.toISOString(), '2026-11-25T11:00:00.000Z');
  t.is(appointment.sequence, 1);
  t.deepEqual(await messageList(appointment), [
    'sms confirmation cancelled',
    'email confirmation cancelled',
    'sms link cancelled',
    'sms change queued',
    'email change queued',
    'sms link queued',
  ]);
  const link = (await messagesOf(appointment)).at(-1);
  t.deepEqual(link?.dueAt, addMinutes(appointment.startsAt, -10));
});

test('the link stays the same after a move', async (t) => {
  const { token, press, client } = await confirmed();
  await press('reschedule', TOMORROW);
  t.is((await client.get(`/v/${token}`)).status, 200);
});

test('a move before confirmation sends nothing', async (t) => {
  const { appointment, press } = await made({ status: 'requested' });
  await press('reschedule', TOMORROW);
  t.is((await appointment.reload()).status, 'requested');
  t.deepEqual(await messagesOf(appointment), []);
});

test('moving again and back works, each with messages of its own', async (t) => {
  const { appointment, press } = await confirmed();
  await press('reschedule', TOMORROW);
  await press('reschedule', { ...TOMORROW, time: '13:00' });
  await press('reschedule', TOMORROW);
  t.is((await appointment.reload()).sequence, 3);
  const queued = (await messageList(appointment)).filter((one) => one.endsWith(' queued'));
  t.deepEqual(queued, ['sms change queued', 'email change queued', 'sms link queued']);
});

test('a visit for the old time counts for nothing at the new one', async (t) => {
  const { appointment, press } = await confirmed();
  const now = world().clock.now();
  await appointment.update({
    arrivedAt: now,
    lastSeenAt: now,
    admittedAt: now,
    pinIssuedAt: now,
    pinTries: 2,
  });
  await press('reschedule', TOMORROW);
  await appointment.reload();
  t.like(appointment, { arrivedAt: null, lastSeenAt: null, admittedAt: null, pinIssuedAt: null });
  t.is(appointment.pinTries, 2);
});

test('a time that is taken, past or wrong is refused in the form, and nothing moves', async (t) => {
  const { appointment, office, press } = await made({}, 1);
  const { appointment: other } = await makeAppointment(world(), office, { inMinutes: 24 * 60 });
  t.is(other.startsAt.toISOString(), '2026-11-25T08:30:00.000Z');
  const taken = await press('reschedule', { date: '2026-11-25', time: '09:45' });
  t.is(taken.status, 422);
  t.regex(taken.text, /totes les taules estan ocupades/);
  const past = await press('reschedule', { date: '2026-11-23', time: '10:00' });
  t.regex(past.text, /ja ha passat/);
  const wrong = await press('reschedule', { date: '', time: '' });
  t.regex(wrong.text, /Trieu un dia[\s\S]*Escriviu l’hora/);
  t.is((await appointment.reload()).sequence, 0);
});

test('an appointment may move within its own time', async (t) => {
  const { appointment, press } = await made({}, 1);
  t.is((await press('reschedule', { date: '2026-11-24', time: '11:45' })).status, 303);
  t.is((await appointment.reload()).startsAt.toISOString(), '2026-11-24T10:45:00.000Z');
});

test('nobody is absent before the start', async (t) => {
  const { appointment, press } = await confirmed();
  t.is((await press('no-show')).status, 409);
  t.is((await appointment.reload()).status, 'confirmed');
});

test('after the start somebody who did not come is marked so, and nothing more is sent', async (t) => {
  const { appointment, press } = await made({ inMinutes: -15 });
  t.is((await press('no-show')).status, 303);
  await appointment.reload();
  t.is(appointment.status, 'no_show');
  t.deepEqual(appointment.endedAt, world().clock.now());
  t.is((await press('no-show')).status, 409);
});

test.serial('the link is sent again at once, but not twice within a minute', async (t) => {
  t.teardown(() => world().clock.set(TUESDAY));
  const { appointment, press } = await confirmed();
  t.is((await press('resend-link')).status, 303);
  const soon = await press('resend-link');
  t.is(soon.status, 409);
  t.regex(soon.text, /Acabem d’enviar-ne un/);
  const links = () => messagesOf(appointment).then((all) => all.filter((one) => one.kind === 'link'));
  t.deepEqual((await links()).at(-1)?.dueAt, world().clock.now());
  world().clock.advance(2);
  t.is((await press('resend-link')).status, 303);
  t.is((await links()).length, 3);
});

test('the link of an appointment that is not confirmed, or is over, is not sent', async (t) => {
  for (const status of ['requested', 'cancelled', 'completed'] as const) {
    const { appointment, press } = await made({ status });
    t.is((await press('resend-link')).status, 409, status);
    t.deepEqual(await messagesOf(appointment), []);
  }
});

test('looking at an appointment leaves a row in the audit, who and when', async (t) => {
  const { appointment, client, path } = await made();
  await client.get(path);
  await client.get(path);
  t.deepEqual(await actionsOf(appointment), ['appointment.view', 'appointment.view']);
});
