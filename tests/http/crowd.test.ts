import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { createConnection } from 'mariadb';
import { Appointment } from '../../server/models/Appointment.ts';
import { newClient, signedInClient } from '../helpers/client.ts';
import { testSocket } from '../helpers/database.ts';
import { makeAppointment, makeOffice, makeStaff } from '../helpers/factories.ts';
import { useWorld } from '../helpers/world.ts';

// More people press at once than the pool of the test installation has connections.
const world = useWorld(test);
const PRESSES = 60;

/** Resolves once so many connections of this test's database wait for a row: the pool is used up by then. */
async function waitForLocks(count: number): Promise<void> {
  const connection = await createConnection({ socketPath: testSocket(), user: 'root' });
  try {
    for (let round = 0; round < 200; round += 1) {
      const rows: { waiting: bigint }[] = await connection.query(
        `SELECT COUNT(*) AS waiting FROM information_schema.processlist
         WHERE db = ? AND command = 'Query' AND info LIKE '%FOR UPDATE'`,
        [world().deps.sequelize.getDatabaseName()],
      );
      if (Number(rows[0]?.waiting) >= count) return;
      await delay(25);
    }
    throw new Error('The pool was never used up');
  } finally {
    await connection.end();
  }
}

/** Holds the appointment's row while `press` is called so often that every connection waits for it; then lets go. */
async function whileHeld<Answer>(appointment: Appointment, press: () => Promise<Answer>): Promise<Answer[]> {
  const { sequelize, settings } = world().deps;
  const transaction = await sequelize.transaction();
  await Appointment.findByPk(appointment.id, { transaction, lock: transaction.LOCK.UPDATE });
  const answers = Promise.all(Array.from({ length: PRESSES }, press));
  await waitForLocks(settings.DATABASE_POOL - 1);
  await transaction.commit();
  return answers;
}

test.serial('when all connections wait for one person, attending still needs no second one', async (t) => {
  const office = await makeOffice();
  const { appointment } = await makeAppointment(world(), office, { status: 'waiting' });
  const [first, second] = await Promise.all(
    ['Mercè Vila', 'Joan Roca'].map(async (name) =>
      signedInClient(world(), await makeStaff([office], 'agent', name)),
    ),
  );
  if (!first || !second) throw new Error('Two agents are needed');
  const path = `/o/${office.slug}/appointments/${appointment.uid}/attend`;
  let turn = 0;
  const answers = await whileHeld(appointment, async () => {
    turn += 1;
    const who = turn % 2 === 0 ? first : second;
    return { who, status: (await who.post(path)).status };
  });
  const winner = answers.find(({ status }) => status === 303)?.who;
  for (const { who, status } of answers) t.is(status, who === winner ? 303 : 409);
  t.is((await appointment.reload()).status, 'in_call');
});

test.serial('nor does entering the waiting room', async (t) => {
  const { appointment, token } = await makeAppointment(world(), await makeOffice());
  const client = newClient(world());
  await client.get(`/v/${token}`);
  const answers = await whileHeld(appointment, () => client.post(`/v/${token}/enter`, { notice: 'on' }));
  t.deepEqual([...new Set(answers.map(({ status }) => status))], [303]);
  t.is((await appointment.reload()).status, 'waiting');
});
