import test from 'ava';
import { senderOf } from '../../server/features/messages/index.ts';
import { SmsSender } from '../../server/models/SmsSender.ts';
import { makeOffice } from '../helpers/factories.ts';
import { useWorld } from '../helpers/world.ts';

const world = useWorld(test);

test('an office has its own sender, or that of the settings', async (t) => {
  const { deps } = world();
  const [own, none] = [await makeOffice(), await makeOffice()];
  const values = { address: 'OACGirona', registeredUntil: '2027-05-31', provider: 'operador-a' };
  await SmsSender.create({ officeId: own.id, ...values, updatedAt: deps.clock.now() });
  const senders = await senderOf(deps, [own.id, none.id, own.id, 4_000_000]);
  t.deepEqual(
    [...senders],
    [
      [own.id, { ...values, problem: null }],
      [none.id, { address: 'OACProva', provider: null, registeredUntil: '2099-12-31', problem: null }],
    ],
  );
});

test('a registration lasts until midnight of its last day where the office is', async (t) => {
  const { deps } = world();
  const offices = await Promise.all(['Europe/Madrid', 'Atlantic/Canary'].map(() => makeOffice()));
  const [peninsula, canary] = offices;
  if (!peninsula || !canary) throw new Error('No offices');
  await canary.update({ timeZone: 'Atlantic/Canary' });
  const row = { address: 'OACProva', registeredUntil: '2026-11-24', provider: null };
  await SmsSender.bulkCreate(offices.map(({ id }) => ({ officeId: id, ...row, updatedAt: new Date() })));
  const at = async (instant: string) => {
    const clock = { now: () => new Date(instant) };
    const senders = await senderOf({ ...deps, clock }, [peninsula.id, canary.id]);
    return [senders.get(peninsula.id)?.problem, senders.get(canary.id)?.problem];
  };
  t.deepEqual(await at('2026-11-24T22:59:00Z'), [null, null]);
  t.deepEqual(await at('2026-11-24T23:00:00Z'), ['expired', null]);
  t.deepEqual(await at('2026-11-25T00:00:00Z'), ['expired', 'expired']);
});
