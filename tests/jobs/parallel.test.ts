import test from 'ava';
import { dispatchDue } from '../../server/features/messages/index.ts';
import { addMinutes } from '../../server/kernel/clock.ts';
import type { Office } from '../../server/models/Office.ts';
import { OutboxMessage } from '../../server/models/OutboxMessage.ts';
import { makeOffice } from '../helpers/factories.ts';
import { useWorld } from '../helpers/world.ts';
import { makeConfirmed } from './helpers.ts';
import { leaveToServer, startServer } from './real-server.ts';

const world = useWorld(test);
const PEOPLE = 100;

/** A hundred people in one office, with two texts each that are due now. */
async function crowd(): Promise<{ office: Office; mobiles: string[] }> {
  const office = await makeOffice({ desks: PEOPLE });
  const values = { inMinutes: 5, email: null };
  const people = await Promise.all(
    Array.from({ length: PEOPLE }, () => makeConfirmed(world(), values, office)),
  );
  return { office, mobiles: people.map(({ mobile }) => mobile) };
}

/** How many texts each number got of each sort, as the gateway's own book says. */
function received(mobiles: string[]): { links: number[]; all: number[] } {
  const texts = mobiles.map((mobile) => world().smsc.messages.filter(({ to }) => to === mobile));
  return {
    links: texts.map((list) => list.filter(({ text }) => text.includes('/v/')).length),
    all: texts.map((list) => list.length),
  };
}

const expected = { links: Array<number>(PEOPLE).fill(1), all: Array<number>(PEOPLE).fill(2) };

test.serial('four senders at once hand over each of 200 texts exactly once', async (t) => {
  const { office, mobiles } = await crowd();
  const scope = { officeIds: [office.id] };
  const senders = Array.from({ length: 4 }, () => dispatchDue(world().deps, scope));
  const counts = await Promise.all(senders);
  t.is(
    counts.reduce((sum, count) => sum + count, 0),
    2 * PEOPLE,
  );
  t.deepEqual(received(mobiles), expected);
  t.is(await OutboxMessage.count({ where: { officeId: office.id, state: ['queued', 'leased'] } }), 0);
});

test.serial('two processes share 200 texts, and the gateway gets each exactly once', async (t) => {
  await leaveToServer(world());
  const { office, mobiles } = await crowd();
  const where = { officeId: office.id };
  await OutboxMessage.update({ nextAt: addMinutes(world().clock.now(), 3) }, { where });
  world().smsc.clear();
  const servers = await Promise.all([startServer(t, world()), startServer(t, world())]);
  await Promise.all(servers.map((server) => server.logged('SMS gateway connected')));
  const all = new Promise<void>((resolve) => countTo(2 * PEOPLE, resolve));
  await OutboxMessage.update({ nextAt: world().clock.now() }, { where });
  await all;
  // What was handed over twice would come now at the latest: both processes end only when all is settled.
  t.deepEqual(await Promise.all(servers.map((server) => server.end('SIGTERM'))), [0, 0]);
  t.deepEqual(received(mobiles), expected);
  t.is(await OutboxMessage.count({ where: { ...where, state: ['accepted', 'delivered'] } }), 2 * PEOPLE);
});

/** Calls back when the gateway got so many texts. */
function countTo(wanted: number, done: () => void): void {
  let count = 0;
  world().smsc.on('message', () => {
    count += 1;
    if (count === wanted) done();
  });
}
