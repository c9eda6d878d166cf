import test from 'ava';
import { addMinutes } from '../../server/kernel/clock.ts';
import { senderOf } from '../../server/features/messages/index.ts';
import { AuditEntry } from '../../server/models/AuditEntry.ts';
import { SmsSender } from '../../server/models/SmsSender.ts';
import { signedInClient } from '../helpers/client.ts';
import { makeOffice, makeStaff } from '../helpers/factories.ts';
import { makeMessage } from '../helpers/messages.ts';
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

async function administration() {
  const staff = await makeStaff([], 'administrator');
  const office = await makeOffice({ name: 'OAC del Remitent' });
  const client = await signedInClient(world(), staff);
  return { staff, office, client, path: `/administration/senders/${office.slug}` };
}

const own = () => ({
  use: 'own',
  address: 'OACGirona',
  registeredUntil: '2027-05-31',
  provider: world().deps.sms.providers[0] ?? '',
});

test('an administrator gives an office a sender of its own, and takes it back', async (t) => {
  const { client, office, staff, path } = await administration();
  t.is((await client.get(path)).status, 200);
  t.is((await client.post(path, own())).status, 303);
  const sender = async () => (await senderOf(world().deps, [office.id])).get(office.id);
  t.like(await sender(), {
    address: 'OACGirona',
    registeredUntil: '2027-05-31',
    provider: own().provider,
    problem: null,
  });
  const list = (await client.get('/administration/senders')).text;
  t.regex(list, /OAC del Remitent[\s\S]*OACGirona[\s\S]*31 de maig del? 2027/);
  const form = (await client.get(path)).text;
  t.regex(form, /value="OACGirona"/);
  t.regex(form, /value="own" checked/);

  t.is((await client.post(path, { ...own(), use: 'settings' })).status, 303);
  t.like(await sender(), { address: 'OACProva' });
  const rows = await AuditEntry.findAll({ where: { staffId: staff.id, officeId: office.id }, order: ['id'] });
  t.deepEqual(
    rows.map(({ action, details }) => [action, details?.before, details?.after]),
    [
      ['messages.sender', '', 'OACGirona'],
      ['messages.sender', 'OACGirona', ''],
    ],
  );
});

test('a number needs no registration, and none is kept', async (t) => {
  const { client, office, path } = await administration();
  t.is((await client.post(path, { ...own(), address: '25060' })).status, 303);
  t.like(await SmsSender.findByPk(office.id), { address: '25060', registeredUntil: null });
});

test('a refused sender is told beside its field, in the own language, with what was typed kept', async (t) => {
  const { client, office, path } = await administration();
  const answer = await client.post(path, { ...own(), address: 'Plaça <b>', registeredUntil: '2020-01-01' });
  t.is(answer.status, 422);
  t.regex(answer.text, /href="#address">Escriviu el nom sense accents/);
  t.regex(answer.text, /href="#registeredUntil">Aquest registre ja ha caducat/);
  t.regex(answer.text, /value="Plaça &lt;b&gt;"/);
  t.is(await SmsSender.findByPk(office.id), null);
  t.regex(
    (await client.post(path, { ...own(), provider: 'cap' })).text,
    /Cap enllaç no és d’aquest proveïdor/,
  );
  t.is((await client.post(path, { use: 'altres' })).status, 422);
  t.is((await client.post('/administration/senders/no-hi-es', own())).status, 404);
});

test('texts that waited for a sender are looked at as soon as it is put right', async (t) => {
  const { client, office, path } = await administration();
  const now = world().clock.now();
  const values = { dueAt: addMinutes(now, -5), nextAt: addMinutes(now, 8), reason: 'sender expired' };
  const waiting = await makeMessage(world(), office, values);
  await client.post(path, own());
  t.deepEqual((await waiting.reload()).nextAt, now);
});
