import { once } from 'node:events';
import { createServer } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { close } from '../../server/features/calls/attend.ts';
import { endLeftRooms } from '../../server/features/calls/index.ts';
import { makeAppointment, makeOffice, makeStaff } from '../helpers/factories.ts';
import { useWorld } from '../helpers/world.ts';
import { keyOf, SYSTEM } from './helpers.ts';

const world = useWorld(test);

/** A video server that only notes which rooms it is told to end. */
async function startVideoServer(t: ExecutionContext): Promise<string[]> {
  const ended: string[] = [];
  const server = createServer((request, response) => {
    if (request.method === 'DELETE') ended.push(request.url?.split('/').at(-1) ?? '');
    response.writeHead(204).end();
  });
  t.teardown(() => server.close());
  server.listen(Number(new URL(world().settings.VIDEO_CONTROL_URL).port), '127.0.0.1');
  await once(server, 'listening');
  return ended;
}

test('a room that could not be ended at the closing is ended as soon as the video server is back, once', async (t) => {
  const office = await makeOffice();
  const staff = await makeStaff([office]);
  const { appointment } = await makeAppointment(world(), office, { status: 'in_call', agentId: staff.id });
  const room = `vaproof${appointment.uid.slice(0, 17)}`;
  await appointment.update({ room });

  await close(world().deps, keyOf(appointment), SYSTEM, { outcome: 'resolved', notes: '' });
  await appointment.reload();
  t.is(appointment.status, 'completed', 'the closing itself does not depend on the video server');
  t.is(appointment.roomEndedAt, null);

  const ended = await startVideoServer(t);
  await endLeftRooms(world().deps);
  await endLeftRooms(world().deps);
  t.deepEqual(ended, [room]);
  t.truthy((await appointment.reload()).roomEndedAt);
});
