import test from 'ava';
import { Staff } from '../../server/models/Staff.ts';
import { signedInClient } from '../helpers/client.ts';
import { makeAppointment, makeOffice, makeStaff, type AppointmentValues } from '../helpers/factories.ts';
import { actionsOf, messagesOf } from '../helpers/outbox.ts';
import { useWorld } from '../helpers/world.ts';

const world = useWorld(test);
const AGENTS = 20;

async function present(values: AppointmentValues = {}) {
  const office = await makeOffice();
  const made = await makeAppointment(world(), office, { status: 'waiting', ...values });
  const path = `/o/${office.slug}/appointments/${made.appointment.uid}`;
  const agent = async (name: string) => {
    const staff = await makeStaff([office], 'agent', name);
    return { staff, client: await signedInClient(world(), staff) };
  };
  return { ...made, office, path, agent };
}

test('of twenty agents who press "Atendre" at the same instant one wins, and the others learn who', async (t) => {
  const { appointment, path, agent } = await present();
  const agents = await Promise.all(Array.from({ length: AGENTS }, (_, index) => agent(`Agent ${index + 1}`)));
  const answers = await Promise.all(agents.map(({ client }) => client.post(`${path}/attend`)));
  const winners = answers.filter((answer) => answer.status === 303);
  t.is(winners.length, 1);
  t.is(winners[0]?.headers.location, `${path}/room`);
  await appointment.reload();
  t.is(appointment.status, 'in_call');
  const winner = await Staff.findByPk(appointment.agentId ?? 0);
  t.is(winner?.id, agents[answers.findIndex((answer) => answer.status === 303)]?.staff.id);
  const losers = answers.filter((answer) => answer.status === 409);
  t.is(losers.length, AGENTS - 1);
  for (const answer of losers) t.true(answer.text.includes(`Ja l’està atenent ${winner?.name}.`));
  t.is((await actionsOf(appointment)).filter((action) => action === 'appointment.attend').length, 1);
});

test('the winner may press again, and comes back to the room', async (t) => {
  const { appointment, path, agent } = await present();
  const { client } = await agent('Mercè Vila');
  await client.post(`${path}/attend`);
  const { room, attendedAt } = await appointment.reload();
  t.regex(room ?? '', /^va[a-z2-7]{22}$/);
  const again = await client.post(`${path}/attend`);
  t.is(again.status, 303);
  await appointment.reload();
  t.is(appointment.room, room);
  t.deepEqual(appointment.attendedAt, attendedAt);
  const page = await client.get(`${path}/room`);
  t.is(page.status, 200);
  t.regex(page.text, /Persona Fictícia/);
});

test('nobody can be attended who is not in the waiting room', async (t) => {
  for (const status of ['requested', 'confirmed', 'completed', 'cancelled', 'no_show'] as const) {
    const { appointment, path, agent } = await present({ status });
    const { client } = await agent('Mercè Vila');
    t.is((await client.post(`${path}/attend`)).status, 409, status);
    t.is((await appointment.reload()).room, null);
  }
});

test('a colleague sees the appointment, but neither its room nor its buttons work', async (t) => {
  const { appointment, path, agent } = await present();
  const [own, colleague] = [await agent('Mercè Vila'), await agent('Joan Roca')];
  await own.client.post(`${path}/attend`);
  const room = await colleague.client.get(`${path}/room`);
  t.is(room.headers.location, path);
  t.is((await colleague.client.get(`${path}/room/live`)).status, 403);
  t.is((await colleague.client.postJson(`${path}/room/token`, {})).status, 403);
  t.is((await colleague.client.post(`${path}/pin/override`, { reason: 'La conec' })).status, 403);
  t.is((await colleague.client.post(`${path}/close`, { outcome: 'resolved' })).status, 403);
  t.is((await appointment.reload()).status, 'in_call');
});

test('closing needs an outcome; what was typed stays beside the pictures', async (t) => {
  const { appointment, path, agent } = await present();
  const { client } = await agent('Mercè Vila');
  await client.post(`${path}/attend`);
  for (const outcome of ['', 'excellent', 'not_closed']) {
    const answer = await client.post(`${path}/close`, { outcome, notes: 'Falta el padró' });
    t.is(answer.status, 422, outcome);
    t.regex(answer.text, /Trieu un resultat/);
    t.regex(answer.text, /Falta el padró/);
  }
  t.is((await appointment.reload()).status, 'in_call');
});

test('closing keeps outcome and notes, and works although the video server is away', async (t) => {
  const { appointment, path, agent } = await present();
  const { client } = await agent('Mercè Vila');
  await client.post(`${path}/attend`);
  const answer = await client.post(`${path}/close`, {
    outcome: 'documents_missing',
    notes: 'Falta el padró',
  });
  t.is(answer.status, 303);
  t.is(answer.headers.location, path);
  await appointment.reload();
  t.like(appointment, {
    status: 'completed',
    outcome: 'documents_missing',
    endedAt: world().clock.now(),
  });
  t.is(appointment.citizenData(world().deps.vault).notes, 'Falta el padró');
  t.true((await messagesOf(appointment)).every((message) => message.state === 'cancelled'));
  t.is((await client.post(`${path}/close`, { outcome: 'resolved' })).status, 409);
  t.is((await appointment.reload()).outcome, 'documents_missing');
});

test('an attended appointment whose video server is away says so and goes on', async (t) => {
  const { appointment, path, agent } = await present();
  const { client } = await agent('Mercè Vila');
  await client.post(`${path}/attend`);
  const answer = await client.postJson(`${path}/room/token`, {});
  t.is(answer.status, 503);
  t.deepEqual(answer.body, { error: 'videoUnavailable' });
  t.is((await appointment.reload()).status, 'in_call');
});

test('what goes wrong in a room is kept as a code, and nothing else is taken', async (t) => {
  const { appointment, path, agent } = await present();
  const { client } = await agent('Mercè Vila');
  await client.post(`${path}/attend`);
  t.is((await client.postJson(`${path}/room/report`, { kind: 'recorder', reason: 'jibri' })).status, 204);
  for (const body of [{}, { kind: 'failure', reason: 'El meu nom és Pau' }, { kind: 'other', reason: 'x' }]) {
    t.is((await client.postJson(`${path}/room/report`, body)).status, 400);
  }
  t.deepEqual(
    (await actionsOf(appointment)).filter((action) => action.startsWith('video.')),
    ['video.recorder'],
  );
});
