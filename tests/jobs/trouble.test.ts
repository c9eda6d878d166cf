import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { QueryTypes } from 'sequelize';
import { dispatchDue, recordReceipts } from '../../server/features/messages/index.ts';
import { record } from '../../server/features/messages/ledger.ts';
import { afterFailure } from '../../server/features/messages/rules.ts';
import { partReference } from '../../server/kernel/carriers.ts';
import { addSeconds } from '../../server/kernel/clock.ts';
import { OutboxMessage } from '../../server/models/OutboxMessage.ts';
import { SmsSender } from '../../server/models/SmsSender.ts';
import { inTransaction } from '../../server/models/transaction.ts';
import { TUESDAY } from '../helpers/clock.ts';
import { useWorld } from '../helpers/world.ts';
import { makeConfirmed, mailsTo, moveTo, textsTo, eventsOf, messageOf, scopeOf } from './helpers.ts';
import { ownGateway } from './own-gateway.ts';

/** What the database tells about locks is renewed only when nobody has asked for a tenth of a second. */
const LOOK_MS = 150;

const world = useWorld(test);
test.beforeEach(() => world().clock.set(TUESDAY));

/** The thread of the database that has waited for a lock of `holder` since, or before. */
async function waiterFor(holder: number): Promise<number> {
  for (;;) {
    const [row] = await world().deps.sequelize.query<{ id: number }>(
      `SELECT w.trx_mysql_thread_id AS id FROM information_schema.INNODB_LOCK_WAITS l
        JOIN information_schema.INNODB_TRX w ON w.trx_id = l.requesting_trx_id
        JOIN information_schema.INNODB_TRX b ON b.trx_id = l.blocking_trx_id
        WHERE b.trx_mysql_thread_id = :holder`,
      { replacements: { holder }, type: QueryTypes.SELECT },
    );
    if (row) return row.id;
    await delay(LOOK_MS);
  }
}

test.serial('an answer that could not be recorded for too long gives its place back', async (t) => {
  const { smsc, deps } = await ownGateway(t, world(), { window: 1 });
  const { sequelize } = deps;
  const made = await makeConfirmed(world(), { email: null });
  const next = await makeConfirmed(world(), { email: null }, made.office);
  smsc.holdAnswers();
  const dispatching = dispatchDue(deps, scopeOf(made));
  await smsc.waitFor(({ to }) => [made.mobile, next.mobile].includes(to));
  const [first, second] = textsTo({ ...world(), smsc }, made.mobile).length > 0 ? [made, next] : [next, made];
  const wired = await messageOf(first, 'confirmation');
  // Somebody holds the row while its answer comes, for so long that the try to record it is given up.
  await inTransaction(sequelize, async (transaction) => {
    const [me] = await sequelize.query<{ id: number }>('SELECT CONNECTION_ID() AS id', {
      type: QueryTypes.SELECT,
      transaction,
    });
    await wired.reload({ lock: transaction.LOCK.UPDATE, transaction });
    smsc.releaseAnswers();
    const waiter = await waiterFor(me?.id ?? 0);
    world().clock.set(addSeconds(TUESDAY, deps.settings.OUTBOX_LEASE_SECONDS + 1));
    await sequelize.query(`KILL QUERY ${waiter}`);
  });
  await dispatching;
  await dispatchDue(deps, scopeOf(made));
  t.is(deps.sms.links()[0]?.inFlight, 0);
  t.is((await messageOf(second, 'confirmation')).state, 'accepted');
});

test.serial(
  'a text that was withdrawn while it was on the wire and then refused has no sequel',
  async (t) => {
    const { smsc, deps } = await ownGateway(t, world());
    const made = await makeConfirmed(world(), { inMinutes: 5 });
    await dispatchDue(deps, { ...scopeOf(made), channels: ['email'] });
    smsc.faults.set({ statusNext: 2, status: 0x0b });
    smsc.holdAnswers();
    const dispatching = dispatchDue(deps, { ...scopeOf(made), channels: ['sms'] });
    const link = await messageOf(made, 'link');
    const submitted = new EventEmitter();
    smsc.log.on('entry', () => submitted.emit('one'));
    while (smsc.log.entries.filter(({ event }) => event === 'submit').length < 2)
      await once(submitted, 'one', { signal: AbortSignal.timeout(10_000) });
    await moveTo(world(), made, 120);
    smsc.releaseAnswers();
    await dispatching;
    await link.reload();
    t.deepEqual([link.state, await eventsOf(link)], ['cancelled', []]);
    t.is(await OutboxMessage.count({ where: { appointmentId: made.appointment.id, originId: link.id } }), 0);
    t.is(mailsTo(world(), made.email).filter(({ text }) => text.includes('/v/')).length, 0);
  },
);

test.serial('a deadlock while results are recorded writes their history once', async (t) => {
  const { deps } = world();
  const { sequelize } = deps;
  const made = await makeConfirmed(world(), { email: null });
  const next = await makeConfirmed(world(), { email: null });
  const crowd = await Promise.all(Array.from({ length: 30 }, () => makeConfirmed(world(), { email: null })));
  const both = [await messageOf(made, 'confirmation'), await messageOf(next, 'confirmation')];
  const settlements = both.map((message) => {
    const row = message.get({ plain: true });
    return { row, link: 'main', settled: afterFailure(row, `smpp 0x0000000B ${row.id}`, TUESDAY) };
  });
  let recording: Promise<unknown> = Promise.resolve();
  let rounds = 0;
  await inTransaction(sequelize, async (transaction) => {
    rounds += 1;
    const [me] = await sequelize.query<{ id: number }>('SELECT CONNECTION_ID() AS id', {
      type: QueryTypes.SELECT,
      transaction,
    });
    // Who has written most is spared by the database.
    const where = { appointmentId: crowd.map(({ appointment }) => appointment.id) };
    await OutboxMessage.update({ segments: 1 }, { where, transaction });
    await both[1]?.reload({ lock: transaction.LOCK.UPDATE, transaction });
    recording = record(deps, settlements, []);
    await waiterFor(me?.id ?? 0);
    await both[0]?.reload({ lock: transaction.LOCK.UPDATE, transaction });
  });
  await recording;
  t.is(rounds, 1);
  for (const one of both) {
    await one.reload();
    t.deepEqual([one.state, await eventsOf(one)], ['failed', ['failed']]);
  }
});

test.serial(
  'texts whose provider has no link wait, say so, and let those of other providers pass',
  async (t) => {
    const { smsc, deps } = await ownGateway(t, world());
    const made = await makeConfirmed(world(), { email: null });
    const fine = await makeConfirmed(world(), { email: null });
    await SmsSender.create({
      officeId: made.office.id,
      address: '25060',
      provider: 'gone',
      registeredUntil: null,
      updatedAt: TUESDAY,
    });
    await dispatchDue(deps, { officeIds: [made.office.id, fine.office.id] });
    const waiting = await messageOf(made, 'confirmation');
    t.deepEqual(
      [waiting.state, waiting.reason, waiting.attempts, waiting.nextAt, await eventsOf(waiting)],
      ['queued', 'no link', 0, addSeconds(TUESDAY, 30), ['no_link']],
    );
    t.is((await messageOf(fine, 'confirmation')).state, 'accepted');
    await SmsSender.update(
      { provider: deps.sms.providers[0] ?? '' },
      { where: { officeId: made.office.id } },
    );
    world().clock.set(waiting.nextAt ?? TUESDAY);
    await dispatchDue(deps, scopeOf(made));
    t.is(smsc.messages.filter(({ to }) => to === made.mobile).length, 1);
  },
);

for (const state of ['queued', 'leased'] as const)
  test.serial(
    `a text in doubt that is ${state} for its repeat is not repeated once it was reported`,
    async (t) => {
      const { smsc, deps, untilLink } = await ownGateway(t, world(), { responseTimeoutMs: 300 });
      const made = await makeConfirmed(world(), { email: null });
      smsc.holdAnswers();
      await dispatchDue(deps, scopeOf(made));
      const doubtful = await messageOf(made, 'confirmation');
      t.is(doubtful.state, 'in_doubt');
      const lease = state === 'leased' ? { leasedUntil: doubtful.nextAt } : {};
      await doubtful.update({ state, ...lease });
      const providerId = smsc.messages[0]?.messageIds[0] ?? '';
      const { clock } = world();
      await recordReceipts(deps, [
        {
          link: 'main',
          providerId,
          providerKey: providerId,
          reference: partReference(doubtful.id, 0),
          recipient: made.mobile,
          state: 'delivered',
          reason: 'DELIVRD',
          at: clock.now(),
        },
      ]);
      await doubtful.reload();
      t.like(doubtful, { state: 'delivered', nextAt: null, repeats: 0 });
      await untilLink('up');
      clock.advance(10);
      await dispatchDue(deps, scopeOf(made));
      t.is(smsc.messages.length, 1);
    },
  );
