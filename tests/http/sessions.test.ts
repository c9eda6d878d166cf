import test from 'ava';
import { Session } from '../../server/models/Session.ts';
import { signedInClient, newClient } from '../helpers/client.ts';
import { makeOffice, makeStaff, PASSWORD } from '../helpers/factories.ts';
import { useWorld } from '../helpers/world.ts';

// The clock of a file is one: tests that move it follow one another.
const world = useWorld(test);

async function boardOf() {
  const office = await makeOffice();
  const staff = await makeStaff([office]);
  const client = await signedInClient(world(), staff);
  const status = async () => (await client.get(`/o/${office.slug}/board`)).status;
  return { staff, client, status };
}

test.serial('an unused session ends after an hour', async (t) => {
  const { status } = await boardOf();
  world().clock.advance(59);
  t.is(await status(), 200);
  world().clock.advance(61);
  t.is(await status(), 302);
});

test.serial('a used session lives on, but never longer than twelve hours', async (t) => {
  const { status } = await boardOf();
  for (let used = 0; used < 14; used += 1) {
    world().clock.advance(50);
    t.is(await status(), 200, `after ${(used + 1) * 50} minutes`);
  }
  world().clock.advance(21);
  t.is(await status(), 302);
});

test.serial('a session of an account that was disabled ends at once', async (t) => {
  const { staff, status } = await boardOf();
  await staff.update({ disabledAt: world().clock.now() });
  t.is(await status(), 302);
});

test.serial('reading a page many times within a minute writes the session once', async (t) => {
  const { staff, status } = await boardOf();
  world().clock.advance(2);
  await status();
  const before = await Session.findOne({ where: { staffId: staff.id } });
  await status();
  const after = await Session.findOne({ where: { staffId: staff.id } });
  t.deepEqual(after?.lastSeenAt, before?.lastSeenAt);
});

test.serial(
  'the eleventh try is refused even with the right password, and other accounts are not',
  async (t) => {
    const office = await makeOffice();
    const [guessed, colleague] = [await makeStaff([office]), await makeStaff([office])];
    const client = newClient(world());
    for (let count = 1; count <= 10; count += 1) {
      const answer = await client.post('/sign-in', { email: guessed.email, password: `guess ${count}` });
      t.is(answer.status, 422);
    }
    const eleventh = await client.post('/sign-in', { email: guessed.email, password: PASSWORD });
    t.is(eleventh.status, 429);
    t.regex(eleventh.text, /d’aquí a 15 minuts/);
    t.is((await client.post('/sign-in', { email: colleague.email, password: PASSWORD })).status, 303);
  },
);

test.serial(
  'the tries come back after a quarter of an hour, and a success forgives those before',
  async (t) => {
    const staff = await makeStaff([await makeOffice()]);
    const client = newClient(world());
    const attempt = async (password: string) =>
      (await client.post('/sign-in', { email: staff.email, password })).status;
    for (let count = 1; count <= 11; count += 1) await attempt('no');
    t.is(await attempt(PASSWORD), 429);
    world().clock.advance(16);
    t.is(await attempt(PASSWORD), 303);
    // Any page has the new token that goes with the session.
    await client.get('/nowhere');
    for (let count = 1; count <= 9; count += 1) t.is(await attempt('no'), 422);
    t.is(await attempt(PASSWORD), 303);
  },
);

test.serial(
  'another spelling that the database takes for the same address gives no further tries',
  async (t) => {
    const staff = await makeStaff([await makeOffice()]);
    await staff.update({ email: `eva-${staff.email}` });
    const spelled = staff.email.replace('eva', 'èvà');
    const answer = await newClient(world()).post('/sign-in', { email: spelled, password: PASSWORD });
    t.is(answer.status, 422);
    t.is(await Session.count({ where: { staffId: staff.id } }), 0);
  },
);
