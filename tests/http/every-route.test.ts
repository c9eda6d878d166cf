import test from 'ava';
import { buildApp } from '../../server/app.ts';
import { OutboxMessage } from '../../server/models/OutboxMessage.ts';
import { newClient, signedInClient } from '../helpers/client.ts';
import { makeAppointment, makeOffice, makeStaff } from '../helpers/factories.ts';
import { useWorld } from '../helpers/world.ts';

const world = useWorld(test);

/** What machines call, with a secret of their own. */
const OF_MACHINES = /^\/internal\//;

interface Route {
  method: 'GET' | 'POST';
  path: string;
}

interface Routed {
  router?: { stack: { path: unknown; methods: string[] }[] };
}

/** Every route of the application as it is, so that one that is added is tested too. */
function routes(): Route[] {
  const { middleware } = buildApp(world().deps);
  const layers = (middleware as Routed[]).flatMap(({ router }) => router?.stack ?? []);
  return layers.flatMap(({ path, methods }) =>
    (['GET', 'POST'] as const)
      .filter((method) => methods.includes(method))
      .map((method) => ({ method, path: String(path) })),
  );
}

/** The path with something in place of its parameters. */
const filled = (path: string, values: Record<string, string>) =>
  path.replaceAll(/:(\w+)/g, (_, name: string) => values[name] ?? 'x');

test('no form is taken without the token of its browser', async (t) => {
  const office = await makeOffice();
  const staff = await makeStaff([office], 'administrator');
  const { appointment, token } = await makeAppointment(world(), office);
  const client = await signedInClient(world(), staff);
  const posts = routes().filter(({ method, path }) => method === 'POST' && !OF_MACHINES.test(path));
  t.true(posts.length > 30);
  for (const { path } of posts) {
    const values = {
      office: office.slug,
      uid: appointment.uid,
      token,
      channel: 'sms',
      kind: 'link',
      locale: 'ca',
    };
    const answer = await client.post(filled(path, values), { _csrf: '' });
    t.is(answer.status, 403, path);
  }
});

test('nothing below administration is for agents, or for nobody', async (t) => {
  const office = await makeOffice();
  const agent = await signedInClient(world(), await makeStaff([office]));
  const stranger = newClient(world());
  await stranger.get('/sign-in');
  const administration = routes().filter(({ path }) => path.startsWith('/administration'));
  t.true(administration.length > 20);
  for (const { method, path } of administration) {
    const at = filled(path, { office: office.slug, channel: 'email', kind: 'confirmation', locale: 'ca' });
    const title = `${method} ${path}`;
    t.is((await (method === 'GET' ? agent.get(at) : agent.post(at))).status, 403, title);
    const answer = await (method === 'GET' ? stranger.get(at) : stranger.post(at));
    t.true([302, 303, 401].includes(answer.status), `${title}: ${answer.status}`);
    if (answer.status !== 401) t.regex(answer.headers.location ?? '', /^\/sign-in/, title);
  }
});

test('nothing of an office is for the agents of another, nor for administrators', async (t) => {
  const [office, other] = [await makeOffice(), await makeOffice()];
  const clients = [
    await signedInClient(world(), await makeStaff([other])),
    await signedInClient(world(), await makeStaff([], 'administrator')),
  ];
  const { appointment } = await makeAppointment(world(), office);
  const ofOffice = routes().filter(({ path }) => path.startsWith('/o/:office'));
  t.true(ofOffice.length > 20);
  for (const { method, path } of ofOffice) {
    const at = filled(path, { office: office.slug, uid: appointment.uid });
    for (const client of clients) {
      const { status } = await (method === 'GET' ? client.get(at) : client.post(at));
      t.true(status === 403 || status === 404, `${method} ${path}: ${status}`);
    }
  }
});

test('an appointment of another office cannot be reached through an office of one’s own', async (t) => {
  const [mine, other] = [await makeOffice(), await makeOffice()];
  const client = await signedInClient(world(), await makeStaff([mine]));
  const { appointment } = await makeAppointment(world(), other);
  const ofOne = routes().filter(({ path }) => path.startsWith('/o/:office/appointments/:uid'));
  t.true(ofOne.length > 8);
  for (const { method, path } of ofOne) {
    const at = filled(path, { office: mine.slug, uid: appointment.uid });
    const fields = {
      reason: 'perquè sí',
      mobile: '612345678',
      outcome: 'confirmed',
      date: '2030-01-07',
      time: '10:00',
    };
    const { status } = await (method === 'GET' ? client.get(at) : client.post(at, fields));
    t.is(status, 404, `${method} ${path}`);
  }
  t.is(await OutboxMessage.count({ where: { appointmentId: appointment.id } }), 0);
});
