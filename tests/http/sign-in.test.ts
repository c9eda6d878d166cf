import test from 'ava';
import { makeOffice, makeStaff, PASSWORD } from '../helpers/factories.ts';
import { newClient, signedInClient } from '../helpers/client.ts';
import { useWorld } from '../helpers/world.ts';

const world = useWorld(test);

test('a member of staff signs in and lands on the board of the only office', async (t) => {
  const office = await makeOffice();
  const client = await signedInClient(world(), await makeStaff([office]));
  const board = await client.get(`/o/${office.slug}/board`);
  t.is(board.status, 200);
  t.regex(board.text, /OAC de Prova/);
});

test('a wrong password and an unknown account get the same answer', async (t) => {
  const staff = await makeStaff([await makeOffice()]);
  const [wrong, unknown] = [newClient(world()), newClient(world())];
  const first = await wrong.post('/sign-in', { email: staff.email, password: 'no' });
  const second = await unknown.post('/sign-in', { email: 'nobody@oac.example', password: PASSWORD });
  t.is(first.status, 422);
  t.is(second.status, 422);
  const message = /El correu o la contrasenya no són correctes/;
  t.regex(first.text, message);
  t.regex(second.text, message);
});
