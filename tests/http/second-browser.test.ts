import test from 'ava';
import { newClient, signedInClient } from '../helpers/client.ts';
import { makeAppointment, makeOffice, makeStaff } from '../helpers/factories.ts';
import { latestPin, wrongPin } from '../helpers/outbox.ts';
import { useWorld } from '../helpers/world.ts';

const world = useWorld(test);

/** Somebody typed the PIN, and is being attended; somebody else has the same link in another browser. */
async function twoBrowsers() {
  const office = await makeOffice();
  const { appointment, token } = await makeAppointment(world(), office);
  const base = `/v/${token}`;
  const [citizen, stranger] = [newClient(world()), newClient(world())];
  await citizen.post(`${base}/enter`, { notice: 'on' });
  await citizen.post(`${base}/pin`, { pin: await latestPin(world(), appointment) });
  const agent = await signedInClient(world(), await makeStaff([office]));
  const path = `/o/${office.slug}/appointments/${appointment.uid}`;
  await agent.post(`${path}/attend`);
  return { appointment, base, citizen, stranger, agent, path };
}

test.serial('a forwarded link opens neither the room nor a token once its owner is in', async (t) => {
  const { base, citizen, stranger } = await twoBrowsers();
  t.is((await citizen.get(`${base}/room`)).status, 200);
  const room = await stranger.get(`${base}/room`);
  t.is(room.status, 303);
  t.is(room.headers.location, `${base}/waiting-room`);
  const refused = await stranger.postJson(`${base}/room/token`, {});
  t.is(refused.status, 403);
  t.is(refused.body.error, 'notAdmitted');
  const waiting = await stranger.get(`${base}/waiting-room`);
  t.regex(waiting.text, /data-step="pin"/, 'the other browser is asked for a PIN of its own');
});

test.serial(
  'the PIN that was used up admits no second browser, and a new one moves the place there',
  async (t) => {
    const { appointment, base, citizen, stranger } = await twoBrowsers();
    world().clock.advance(2);
    t.is((await stranger.post(`${base}/pin/resend`)).status, 303);
    const again = await latestPin(world(), appointment);
    t.is((await stranger.post(`${base}/pin`, { pin: again })).status, 303);
    t.is((await stranger.get(`${base}/room`)).status, 200, 'the owner of the phone changed the device');
    t.is((await citizen.get(`${base}/room`)).status, 303, 'the first browser is out');
  },
);

test.serial('who is let in by hand is the browser that took the place, not any with the link', async (t) => {
  const office = await makeOffice({ pinMoment: 'session' });
  const { appointment, token } = await makeAppointment(world(), office);
  const base = `/v/${token}`;
  const [citizen, stranger] = [newClient(world()), newClient(world())];
  await citizen.post(`${base}/enter`, { notice: 'on' });
  await stranger.post(`${base}/enter`, { notice: 'on' });
  const agent = await signedInClient(world(), await makeStaff([office]));
  const path = `/o/${office.slug}/appointments/${appointment.uid}`;
  await agent.post(`${path}/attend`);
  await agent.post(`${path}/pin/override`, { reason: 'No li arriben els SMS' });
  t.is((await citizen.get(`${base}/room`)).status, 200);
  t.is((await stranger.get(`${base}/room`)).status, 303);
});

test.serial('changing the language on a refused form leads back to the page it stands on', async (t) => {
  const { base, stranger } = await twoBrowsers();
  const refused = await stranger.post(`${base}/pin`, { pin: '1' });
  t.is(refused.status, 422);
  const back = /name="back" value="([^"]+)"/.exec(refused.text)?.[1] ?? '';
  t.is(back, `${base}/waiting-room`);
  t.is((await stranger.get(back)).status, 200);
});

test.serial(
  'who lost the first browser and used up the tries is let in by hand, in the browser that waits now',
  async (t) => {
    const { appointment, base, citizen, stranger: newPhone, agent, path } = await twoBrowsers();
    world().clock.advance(2);
    await newPhone.post(`${base}/pin/resend`);
    const wrong = wrongPin(await latestPin(world(), appointment));
    for (let tries = 0; tries < 5; tries += 1) await newPhone.post(`${base}/pin`, { pin: wrong });
    t.regex((await newPhone.get(`${base}/waiting-room`)).text, /data-step="locked"/);
    await newPhone.postJson(`${base}/heartbeat`, {});
    const panel = await agent.get(`${path}/room/live`, { 'hx-request': 'true' });
    t.regex(panel.text, /data-admitted="no"/, 'the agent sees that somebody waits to be let in');
    t.is((await agent.post(`${path}/pin/override`, { reason: 'Ha canviat de mòbil' })).status, 303);
    t.is((await newPhone.get(`${base}/room`)).status, 200);
    t.is((await citizen.get(`${base}/room`)).status, 303);
  },
);

test.serial(
  'of two browsers that wait with one link nobody is vouched for, until one is closed',
  async (t) => {
    const office = await makeOffice({ pinMoment: 'session' });
    const { appointment, token } = await makeAppointment(world(), office);
    const base = `/v/${token}`;
    const [citizen, stranger] = [newClient(world()), newClient(world())];
    await citizen.post(`${base}/enter`, { notice: 'on' });
    await citizen.postJson(`${base}/heartbeat`, {});
    await stranger.postJson(`${base}/heartbeat`, {});
    const agent = await signedInClient(world(), await makeStaff([office]));
    const path = `/o/${office.slug}/appointments/${appointment.uid}`;
    await agent.post(`${path}/attend`);
    const refused = await agent.post(`${path}/pin/override`, { reason: 'No li arriben els SMS' });
    t.is(refused.status, 409);
    t.regex(refused.text, /dos aparells/);
    world().clock.advance(2);
    await citizen.postJson(`${base}/heartbeat`, {});
    t.is((await agent.post(`${path}/pin/override`, { reason: 'No li arriben els SMS' })).status, 303);
    t.is((await citizen.get(`${base}/room`)).status, 200);
    t.is((await stranger.get(`${base}/room`)).status, 303);
  },
);

test.serial('another browser with the link cannot give up the place', async (t) => {
  const office = await makeOffice();
  const { appointment, token } = await makeAppointment(world(), office);
  const [citizen, stranger] = [newClient(world()), newClient(world())];
  await citizen.post(`/v/${token}/enter`, { notice: 'on' });
  await stranger.post(`/v/${token}/leave`);
  t.is((await appointment.reload()).status, 'waiting');
  await citizen.post(`/v/${token}/leave`);
  t.is((await appointment.reload()).status, 'confirmed');
});
