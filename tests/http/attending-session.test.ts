import test from 'ava';
import { pruneServed } from '../../server/models/prune.ts';
import { signedInClient } from '../helpers/client.ts';
import { makeAppointment, makeOffice, makeStaff } from '../helpers/factories.ts';
import { useWorld } from '../helpers/world.ts';

const world = useWorld(test);

test.serial('a silent hour in a call signs nobody out, and the notes are kept at the closing', async (t) => {
  const office = await makeOffice();
  const { appointment } = await makeAppointment(world(), office, { status: 'waiting' });
  const staff = await makeStaff([office]);
  const [atTheCounter, forgotten] = [
    await signedInClient(world(), staff),
    await signedInClient(world(), staff),
  ];
  const path = `/o/${office.slug}/appointments/${appointment.uid}`;
  t.is((await atTheCounter.post(`${path}/attend`)).status, 303);

  world().clock.advance(70);
  await pruneServed(world().deps.clock);
  const board = await forgotten.get(`/o/${office.slug}/board`);
  t.regex(
    String(board.headers.location),
    /^\/sign-in/,
    'a desk left alone elsewhere is not revived by the call',
  );
  const closed = await atTheCounter.post(`${path}/close`, { outcome: 'resolved', notes: 'Tot correcte' });
  t.is(closed.status, 303);
  await appointment.reload();
  t.is(appointment.status, 'completed');
  t.is(appointment.citizenData(world().deps.vault).notes, 'Tot correcte');
});

test.serial('once the call is over the desk signs itself out like any other', async (t) => {
  const office = await makeOffice();
  const { appointment } = await makeAppointment(world(), office, { status: 'waiting' });
  const client = await signedInClient(world(), await makeStaff([office]));
  const path = `/o/${office.slug}/appointments/${appointment.uid}`;
  await client.post(`${path}/attend`);
  await client.post(`${path}/close`, { outcome: 'resolved' });
  world().clock.advance(70);
  const late = await client.post(`${path}/no-show`);
  t.is(late.status, 401);
  t.regex(late.text, /href="\/sign-in\?next(=|&#x3D;)/, 'and the way to sign in again leads back');
});
