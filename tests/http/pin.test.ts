import test from 'ava';
import { AuditEntry } from '../../server/models/AuditEntry.ts';
import { OutboxMessage } from '../../server/models/OutboxMessage.ts';
import { newClient, signedInClient } from '../helpers/client.ts';
import { TUESDAY } from '../helpers/clock.ts';
import { makeAppointment, makeOffice, makeStaff } from '../helpers/factories.ts';
import { actionsOf, latestPin, messageList, messagesOf, wrongPin } from '../helpers/outbox.ts';
import { useWorld } from '../helpers/world.ts';

const world = useWorld(test);

/** A citizen in the waiting room, and an agent of the office. */
async function waiting(office: Parameters<typeof makeOffice>[0] = {}) {
  const own = await makeOffice(office);
  const made = await makeAppointment(world(), own);
  const { appointment } = made;
  const client = newClient(world());
  const base = `/v/${made.token}`;
  await client.post(`${base}/enter`, { notice: 'on' });
  const agent = await signedInClient(world(), await makeStaff([own]));
  const path = `/o/${own.slug}/appointments/${appointment.uid}`;
  const type = (pin: string) => client.post(`${base}/pin`, { pin });
  const resend = () => client.post(`${base}/pin/resend`);
  return { ...made, client, base, agent, path, type, resend };
}

const admitted = async ({ appointment }: Awaited<ReturnType<typeof waiting>>) =>
  (await appointment.reload()).admittedAt !== null;

test('the right PIN opens the way, also with the spaces that people and phones put in', async (t) => {
  const visit = await waiting();
  const pin = await latestPin(world(), visit.appointment);
  const answer = await visit.type(` ${pin.slice(0, 3)} ${pin.slice(3)}\u00A0`);
  t.is(answer.status, 303);
  t.is(answer.headers.location, `${visit.base}/waiting-room`);
  t.true(await admitted(visit));
  t.is(visit.appointment.pinMac, null);
  t.deepEqual(await actionsOf(visit.appointment), ['appointment.enter', 'pin.issue', 'pin.accept']);
});

test('the PIN stands nowhere in clear', async (t) => {
  const { appointment } = await waiting();
  const pin = await latestPin(world(), appointment);
  const messages = (await messagesOf(appointment)).map((row) => row.get({ plain: true }));
  const audit = await AuditEntry.findAll({ where: { appointmentId: appointment.id } });
  await appointment.reload();
  const all = JSON.stringify([appointment.get({ plain: true }), messages, audit]);
  t.notRegex(all, new RegExp(`(?<![0-9a-f])${pin}(?![0-9a-f])`));
  t.not(appointment.pinMac, null);
});

test('what is no PIN is said so and costs no try', async (t) => {
  const { appointment, type } = await waiting();
  for (const text of ['', '12345', '1234567', '12345a', '１２３４５６']) {
    const answer = await type(text);
    t.is(answer.status, 422, text);
    t.regex(answer.text, /El PIN té 6 xifres|Escriviu el PIN/);
  }
  t.is((await appointment.reload()).pinTries, 0);
});

test('five wrong PINs lock; the right one no longer helps', async (t) => {
  const visit = await waiting();
  const pin = await latestPin(world(), visit.appointment);
  for (let count = 1; count <= 4; count += 1) {
    const answer = await visit.type(wrongPin(pin));
    t.is(answer.status, 422);
    t.regex(answer.text, /Aquest PIN no és correcte/);
  }
  t.is((await visit.type(wrongPin(pin))).status, 303);
  t.is((await visit.type(pin)).status, 303);
  t.false(await admitted(visit));
  t.is(visit.appointment.pinTries, 5);
  t.regex((await visit.client.get(`${visit.base}/waiting-room`)).text, /data-step="locked"/);
  t.is((await visit.resend()).status, 409);
  t.deepEqual(await messageList(visit.appointment), ['sms pin cancelled']);
});

test('thirty wrong guesses at the same instant count five, and the right PIN comes too late', async (t) => {
  const visit = await waiting();
  const pin = await latestPin(world(), visit.appointment);
  const guess = wrongPin(pin);
  const answers = await Promise.all(Array.from({ length: 30 }, () => visit.type(guess)));
  t.is(answers.filter((answer) => answer.status === 422).length, 4);
  t.is(answers.filter((answer) => answer.status === 303).length, 26);
  await visit.appointment.reload();
  t.is(visit.appointment.pinTries, 5);
  t.is((await actionsOf(visit.appointment)).filter((action) => action === 'pin.refuse').length, 5);
  await visit.type(pin);
  t.false(await admitted(visit));
});

test.serial('another PIN can be asked for after a minute; the old one ends, the tries stay', async (t) => {
  t.teardown(() => world().clock.set(TUESDAY));
  const visit = await waiting();
  const first = await latestPin(world(), visit.appointment);
  await visit.type(wrongPin(first));
  await visit.type(wrongPin(first));
  const soon = await visit.resend();
  t.is(soon.status, 409);
  t.regex(soon.text, /Acabem d’enviar-ne un/);
  world().clock.advance(1);
  t.is((await visit.resend()).status, 303);
  t.deepEqual(await messageList(visit.appointment), ['sms pin cancelled', 'sms pin queued']);
  t.is((await visit.appointment.reload()).pinTries, 2);
  const second = await latestPin(world(), visit.appointment);
  if (first !== second) {
    t.is((await visit.type(first)).status, 422);
    t.is((await visit.appointment.reload()).pinTries, 3);
  }
  t.is((await visit.type(second)).status, 303);
  t.true(await admitted(visit));
});

test.serial('no more than six PINs are texted for one appointment', async (t) => {
  t.teardown(() => world().clock.set(TUESDAY));
  const { appointment, resend } = await waiting();
  const statuses: number[] = [];
  for (let count = 0; count < 7; count += 1) {
    world().clock.advance(2);
    // What has left costs money; one that is replaced before it leaves does not count.
    await OutboxMessage.update(
      { state: 'accepted', nextAt: null },
      { where: { appointmentId: appointment.id, kind: 'pin' } },
    );
    statuses.push((await resend()).status);
  }
  t.deepEqual(statuses, [303, 303, 303, 303, 303, 409, 409]);
  t.is((await messagesOf(appointment)).length, 6);
});

test.serial('a PIN lives ten minutes', async (t) => {
  t.teardown(() => world().clock.set(TUESDAY));
  const visit = await waiting();
  const pin = await latestPin(world(), visit.appointment);
  world().clock.advance(10);
  const answer = await visit.type(pin);
  t.is(answer.status, 422);
  t.regex(answer.text, /Aquest PIN ha caducat/);
  t.false(await admitted(visit));
  t.is(visit.appointment.pinTries, 0);
});

test.serial('just before its ten minutes are over a PIN still works', async (t) => {
  t.teardown(() => world().clock.set(TUESDAY));
  const visit = await waiting();
  const pin = await latestPin(world(), visit.appointment);
  world().clock.advance(9.9);
  await visit.type(pin);
  t.true(await admitted(visit));
});

test('where the office wants it so, the PIN leaves when the agent attends', async (t) => {
  const visit = await waiting({ pinMoment: 'session' });
  t.deepEqual(await messagesOf(visit.appointment), []);
  t.regex((await visit.client.get(`${visit.base}/waiting-room`)).text, /data-step="pinWaiting"/);
  t.is((await visit.agent.post(`${visit.path}/attend`)).status, 303);
  t.deepEqual(await messageList(visit.appointment), ['sms pin queued']);
  await visit.type(await latestPin(world(), visit.appointment));
  t.true(await admitted(visit));
});

test('the right PIN typed again, or many times at once, is accepted once', async (t) => {
  const visit = await waiting();
  const pin = await latestPin(world(), visit.appointment);
  const answers = await Promise.all(Array.from({ length: 8 }, () => visit.type(pin)));
  t.deepEqual([...new Set(answers.map((answer) => answer.status))], [303]);
  t.is((await actionsOf(visit.appointment)).filter((action) => action === 'pin.accept').length, 1);
});

test('outside the waiting room no PIN is taken or sent', async (t) => {
  for (const status of ['requested', 'confirmed', 'completed', 'cancelled'] as const) {
    const { token } = await makeAppointment(world(), await makeOffice(), { status });
    const client = newClient(world());
    t.is((await client.post(`/v/${token}/pin`, { pin: '123456' })).status, 409, status);
    t.is((await client.post(`/v/${token}/pin/resend`)).status, 409, status);
  }
});

test('the attending agent lets somebody in with a reason, which only colleagues can read', async (t) => {
  const visit = await waiting();
  await visit.agent.post(`${visit.path}/attend`);
  const reason = 'Reconec la Sra. Puig pel DNI';
  const answer = await visit.agent.post(`${visit.path}/pin/override`, { reason });
  t.is(answer.status, 303);
  t.true(await admitted(visit));
  const entry = await AuditEntry.findOne({
    where: { appointmentId: visit.appointment.id, action: 'pin.override' },
  });
  t.is(entry?.actorKind, 'staff');
  t.notRegex(JSON.stringify(entry), /Puig|DNI/);
  t.regex((await visit.agent.get(visit.path)).text, /Reconec la Sra\. Puig pel DNI/);
  t.deepEqual(await messageList(visit.appointment), ['sms pin cancelled']);
});

test('letting in needs a reason, an attending agent, and a locked PIN does not prevent it', async (t) => {
  const visit = await waiting();
  const early = await visit.agent.post(`${visit.path}/pin/override`, { reason: 'La conec' });
  t.is(early.status, 403);
  await visit.agent.post(`${visit.path}/attend`);
  const silent = await visit.agent.post(`${visit.path}/pin/override`, { reason: '' });
  t.is(silent.status, 422);
  t.regex(silent.text, /Escriviu el motiu/);
  const pin = await latestPin(world(), visit.appointment);
  for (let count = 1; count <= 5; count += 1) await visit.type(wrongPin(pin));
  t.false(await admitted(visit));
  await visit.agent.post(`${visit.path}/pin/override`, { reason: 'La conec' });
  t.true(await admitted(visit));
});
