import test from 'ava';
import jwt from 'jsonwebtoken';
import { admit } from '../../server/features/calls/attend.ts';
import { newClient, signedInClient } from '../helpers/client.ts';
import { makeAppointment, makeOffice, makeStaff } from '../helpers/factories.ts';
import { VIDEO_SECRETS } from '../helpers/settings.ts';
import { useWorld } from '../helpers/world.ts';

// The real clock and a real Prosody: a token is worth something only if the room was declared there.
const world = useWorld(test, { live: true });

async function visit() {
  const office = await makeOffice();
  const made = await makeAppointment(world(), office);
  const citizen = newClient(world());
  const base = `/v/${made.token}`;
  await citizen.post(`${base}/enter`, { notice: 'on' });
  const staff = await makeStaff([office]);
  const agent = await signedInClient(world(), staff);
  const path = `/o/${office.slug}/appointments/${made.appointment.uid}`;
  const typePin = async () => {
    const text = await world().smsc.waitFor((sms) => sms.to === made.mobile && /\b\d{6}\b/.test(sms.text));
    const pin = /\b\d{6}\b/.exec(text.text)?.[0] ?? '';
    return citizen.post(`${base}/pin`, { pin });
  };
  return {
    ...made,
    base,
    path,
    staff,
    agent,
    citizen,
    typePin,
    attend: () => agent.post(`${path}/attend`),
    citizenToken: () => citizen.postJson(`${base}/room/token`, {}),
    agentToken: () => agent.postJson(`${path}/room/token`, {}),
  };
}

const claimsOf = (token: unknown) =>
  jwt.verify(String(token), VIDEO_SECRETS.appSecret, { algorithms: ['HS256'], complete: false });

test('after PIN and "Atendre" both get a token of their own for exactly this room', async (t) => {
  const all = await visit();
  await all.typePin();
  await all.attend();
  const [citizen, agent] = [await all.citizenToken(), await all.agentToken()];
  const { room } = await all.appointment.reload();
  t.is(citizen.status, 200);
  t.is(agent.status, 200);
  t.is(citizen.body.room, room);
  t.is(agent.body.room, room);
  const [mine, theirs] = [claimsOf(citizen.body.token), claimsOf(agent.body.token)];
  t.like(mine, { room, context: { user: { id: `citizen-${all.appointment.uid}` } } });
  t.like(theirs, { room, context: { user: { id: `agent-${all.staff.id}` } } });
  t.notRegex(JSON.stringify(mine), /Persona|ficticia/);
  const page = await all.citizen.get(`${all.base}/room`);
  t.is(page.status, 200);
  t.notRegex(page.text, new RegExp(String(citizen.body.token)));
});

test('a citizen without PIN gets no token and no room page', async (t) => {
  const all = await visit();
  await all.attend();
  const answer = await all.citizenToken();
  t.is(answer.status, 403);
  t.deepEqual(answer.body, { error: 'notAdmitted' });
  t.is((await all.citizen.get(`${all.base}/room`)).headers.location, `${all.base}/waiting-room`);
});

test('before "Atendre" there is no token, even with the PIN', async (t) => {
  const all = await visit();
  await all.typePin();
  t.deepEqual((await all.citizenToken()).body, { ended: true });
  t.is((await all.agentToken()).status, 403);
});

test('after the end there is none either, and the room is gone from the video server', async (t) => {
  const all = await visit();
  await all.typePin();
  await all.attend();
  await all.citizenToken();
  const { room } = await all.appointment.reload();
  await all.agent.post(`${all.path}/close`, { outcome: 'resolved' });
  t.deepEqual((await all.citizenToken()).body, { ended: true });
  t.deepEqual((await all.agentToken()).body, { ended: true });
  t.deepEqual(await world().deps.video.occupants(room ?? ''), []);
  t.is((await all.citizen.get(`${all.base}/room`)).status, 303);
});

test('a request for a token that the end of the appointment overtakes leaves no room open', async (t) => {
  const all = await visit();
  await all.typePin();
  await all.attend();
  // The row as a request read it just before the agent closed.
  const overtaken = await all.appointment.reload();
  const { room } = overtaken;
  t.is((await all.agent.post(`${all.path}/close`, { outcome: 'resolved' })).status, 303);
  const person = { userId: `citizen-${overtaken.uid}`, role: 'citizen' } as const;
  await t.throwsAsync(admit(world().deps, overtaken, person), { message: 'callEnded' });
  const control = `${world().settings.VIDEO_CONTROL_URL}/rooms/${room}`;
  const headers = { authorization: `Bearer ${VIDEO_SECRETS.controlSecret}` };
  t.is((await fetch(control, { headers })).status, 404);
});

test('without the form token no room token is given', async (t) => {
  const all = await visit();
  await all.typePin();
  await all.attend();
  const answer = await all.citizen.post(
    `${all.base}/room/token`,
    { _csrf: 'x' },
    { accept: 'application/json' },
  );
  t.is(answer.status, 403);
  t.is(answer.body.token, undefined);
});
