import test, { type ExecutionContext } from 'ava';
import type { Submit } from '../../appliance/simulators/log.ts';
import { dispatchDue } from '../../server/features/messages/index.ts';
import { addMinutes } from '../../server/kernel/clock.ts';
import type { Office } from '../../server/models/Office.ts';
import { OutboxEvent } from '../../server/models/OutboxEvent.ts';
import { OutboxMessage, type MessageKind } from '../../server/models/OutboxMessage.ts';
import { TUESDAY } from '../helpers/clock.ts';
import { makeOffice } from '../helpers/factories.ts';
import { useWorld } from '../helpers/world.ts';
import { callOff, confirm, enter, makeCase, makeConfirmed, moveTo, type Case } from '../jobs/helpers.ts';
import { ownGateway, type OwnGateway } from '../jobs/own-gateway.ts';
import { carries } from './judge.ts';

const world = useWorld(test);
const OUTAGE_MINUTES = 30;
const DAY = 24 * 60;

interface Outage extends OwnGateway {
  office: Office;
  /** Everybody concerned, in words. */
  people: Record<string, Case>;
  /** What is to happen at a minute of the outage. */
  at: Map<number, () => Promise<unknown>>;
}

/** The texts of the office, or these of them as they are now, in the order in which they were written. */
function textsOf(office: Office, only?: OutboxMessage[]): Promise<OutboxMessage[]> {
  const some = only ? { id: only.map(({ id }) => id) } : {};
  return OutboxMessage.findAll({ where: { officeId: office.id, channel: 'sms', ...some }, order: ['id'] });
}

async function dueTexts(office: Office): Promise<OutboxMessage[]> {
  return (await textsOf(office)).filter(({ dueAt }) => dueAt <= world().clock.now());
}

async function textOf({ people }: Outage, name: string, kind: MessageKind): Promise<OutboxMessage> {
  const where = { appointmentId: people[name]?.appointment.id ?? 0, channel: 'sms' as const, kind };
  const row = await OutboxMessage.findOne({ where, order: [['id', 'DESC']] });
  if (!row) throw new Error(`${name} has no text of kind ${kind}`);
  return row;
}

/**
 * An office in the morning. Yesterday's confirmations have left, so that reminders and links become due by themselves;
 * then the gateway goes away.
 */
async function outage(t: ExecutionContext): Promise<Outage> {
  const gateway = await ownGateway(t, world());
  const office = await makeOffice({ desks: 99 });
  const made = (inMinutes: number) => makeConfirmed(world(), { inMinutes, email: null }, office);
  world().clock.set(addMinutes(TUESDAY, -DAY / 2));
  const early = DAY / 2;
  const people: Record<string, Case> = {
    // Their links are due at minute 5, 25 and 30; the first is useless from minute 15 on.
    'starts in the outage': await made(early + 15),
    'starts after it': await made(early + 35),
    'starts a little later': await made(early + 40),
    'is to be reminded': await made(early + DAY + 12),
    'is called off': await made(early + DAY + 300),
    'is moved': await made(early + DAY + 400),
    'came too early': await made(early + 3),
    'comes late': await made(early + 25),
  };
  await dispatchDue(gateway.deps, { officeIds: [office.id] });
  world().clock.set(TUESDAY);
  gateway.smsc.refuseBind(0x08);
  gateway.smsc.dropConnections();
  await gateway.untilLink('down');
  people['is confirmed'] = await makeCase(world(), { inMinutes: 3 * 60, email: null }, office);
  people['is confirmed for right now'] = await makeCase(world(), { inMinutes: 8, email: null }, office);
  return { ...gateway, office, people, at: duringThe(people) };
}

function duringThe(people: Record<string, Case>): Outage['at'] {
  const who = (name: string) => people[name] as Case;
  return new Map<number, () => Promise<unknown>>([
    [2, () => callOff(world(), who('is called off'))],
    [3, () => enter(world(), who('came too early'))],
    [4, () => moveTo(world(), who('is moved'), 3 * DAY + 1)],
    [6, () => confirm(world(), who('is confirmed'))],
    [7, () => confirm(world(), who('is confirmed for right now'))],
    [24, () => enter(world(), who('comes late'))],
  ]);
}

/** Half an hour, minute by minute: things happen, messages become due, and the server tries in vain. */
async function pass({ deps, office, at }: Outage): Promise<void> {
  for (let minute = 1; minute <= OUTAGE_MINUTES; minute += 1) {
    world().clock.advance(1);
    await at.get(minute)?.();
    await dispatchDue(deps, { officeIds: [office.id] });
  }
}

async function comeBack({ smsc, deps, office, untilLink }: Outage): Promise<void> {
  smsc.refuseBind(0);
  await untilLink('up');
  await dispatchDue(deps, { officeIds: [office.id] });
}

/** The texts that submits carry, in their order; a long one by its first part. */
function carriedBy(submits: Submit[], rows: OutboxMessage[]): (OutboxMessage | undefined)[] {
  return submits
    .filter(({ part }) => part === null || part.number === 1)
    .map((submit) => rows.find(({ id }) => carries(id, submit)));
}

test.serial('after half an hour without gateway the most urgent leave first, each once', async (t) => {
  const scene = await outage(t);
  const before = scene.smsc.log.submits().length;
  const known = new Set((await dueTexts(scene.office)).map(({ id }) => id));
  await pass(scene);
  t.is(scene.smsc.log.submits().length, before, 'nothing leaves while it is away');
  const waiting = (await dueTexts(scene.office)).filter(
    ({ id, state }) => state === 'queued' && !known.has(id),
  );
  t.deepEqual(
    waiting.map(({ kind }) => kind).toSorted((a, b) => a.localeCompare(b)),
    ['cancellation', 'change', 'confirmation', 'confirmation', 'link', 'link', 'pin', 'reminder'],
  );
  await comeBack(scene);

  const carried = carriedBy(scene.smsc.log.submits().slice(before), waiting);
  const kinds = carried.map((row) => row?.kind ?? 'nothing known');
  const [first, rest] = [kinds.slice(0, 6), kinds.slice(6)];
  t.deepEqual(first, ['pin', 'link', 'link', 'reminder', 'confirmation', 'confirmation']);
  t.deepEqual(
    rest.toSorted((one, other) => one.localeCompare(other)),
    ['cancellation', 'change'],
  );
  t.is(scene.smsc.log.submits()[before]?.priority, 1, 'the PIN overtakes at the gateway as well');
  for (const row of await textsOf(scene.office, waiting)) {
    t.deepEqual([row.state, row.attempts, row.doubts, row.repeats], ['accepted', 0, 0, 0], row.kind);
    // How late they were can be told: when they should have left has not changed.
    t.true(row.dueAt <= addMinutes(TUESDAY, OUTAGE_MINUTES) && row.acceptedAt !== null);
  }
});

test.serial('what became useless meanwhile is reported while the outage lasts, and never sent', async (t) => {
  const scene = await outage(t);
  const before = scene.smsc.log.submits().length;
  await pass(scene);
  const expired = {
    'link of who starts in the outage': await textOf(scene, 'starts in the outage', 'link'),
    'link of who comes late': await textOf(scene, 'comes late', 'link'),
    'PIN of who came too early': await textOf(scene, 'came too early', 'pin'),
    'link of who was confirmed for right now': await textOf(scene, 'is confirmed for right now', 'link'),
  };
  for (const [what, row] of Object.entries(expired)) {
    t.deepEqual([row.state, row.nextAt, row.attempts], ['expired', null, 0], what);
    t.true(row.settledAt !== null && row.settledAt >= row.expiresAt, what);
    t.true(row.settledAt !== null && row.settledAt <= addMinutes(row.expiresAt, 2), `${what}: soon`);
    // Words that people read in the history of the message, and on the operator's page.
    const events = await OutboxEvent.findAll({ where: { messageId: row.id }, order: ['id'] });
    t.deepEqual(events.at(-1)?.event, 'expired', what);
    t.deepEqual([row.payload, row.body], [null, null], `${what}: no PIN and no text is kept`);
  }
  await comeBack(scene);
  world().clock.advance(5);
  await dispatchDue(scene.deps, { officeIds: [scene.office.id] });
  const ids = new Set(Object.values(expired).map(({ id }) => id));
  const carried = carriedBy(scene.smsc.log.submits().slice(before), await textsOf(scene.office));
  t.true(carried.length > 0);
  t.deepEqual(
    carried.filter((row) => row === undefined || ids.has(row.id)),
    [],
  );
});
