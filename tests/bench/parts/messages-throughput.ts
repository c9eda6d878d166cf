import { setTimeout as delay } from 'node:timers/promises';
import { addMinutes } from '../../../server/kernel/clock.ts';
import { OutboxMessage } from '../../../server/models/OutboxMessage.ts';
import { makeOffice, makeProcedure } from '../../helpers/factories.ts';
import { startKannel } from '../../interop/parts/kannel.ts';
import { makeCrowd } from './fill.ts';
import type { Installation } from './installation.ts';
import { feed } from './kannel-feed.ts';
import type { LeanSmsc } from './lean-smsc.ts';
import { cpuMs, databaseCounters, prefer } from './readings.ts';

/** What both sides send: a link in Catalan. */
const TEXT =
  'OAC Vilafranca i Penedes: la vostra videocita és a les 10.30. Per entrar-hi, obriu ' +
  'http://localhost:40000/v/AbCdEf_hIjKlMn-pQrStUv Ajuda: 972 00 00 00';
const OFFICE = 'OAC Vilafranca i Penedes';
/** Kannel is fed as fast as it accepts over so many connections that stay open. */
const CONNECTIONS = 16;
/** Long enough for a look that was planned before the rows became due. */
const AHEAD_MS = 3000;
const POLL_MS = 10;

/** One run: how many texts a second were handed over and recorded, and what it cost. */
export interface Run {
  perSecond: number;
  /** Processor time for each text, in microseconds. */
  cpu: Record<string, number>;
  /** Statements, commits and flushes of the database for each text. */
  database: Record<string, number>;
}

/**
 * Texts that stand in the outbox become due at one instant; the run ends when the answer of the gateway to the last of
 * them is committed. `processes` of the product share the work.
 */
export async function runOurs(
  installation: Installation,
  smsc: LeanSmsc,
  count: number,
  processes: number,
): Promise<Run> {
  const { deps } = installation;
  const [office, procedure] = [await makeOffice({ name: OFFICE }), await makeProcedure()];
  const far = addMinutes(new Date(), 24 * 60);
  await makeCrowd(deps, { office, procedure, count, startsAt: far, linksDueAt: far });
  const servers = await Promise.all(Array.from({ length: processes }, () => installation.startServer()));
  await smsc.forget();
  const pids = { server: servers.map(({ pid }) => pid), database: [installation.databasePid] };
  const due = new Date(Date.now() + AHEAD_MS);
  await OutboxMessage.update({ dueAt: due, nextAt: due }, { where: { officeId: office.id } });
  await delay(Math.max(0, due.getTime() - Date.now()));
  const before = { cpu: cpuOf(pids), database: await databaseCounters(installation) };
  while ((await smsc.count()) < count) await delay(POLL_MS);
  while ((await accepted(installation, office.id)) < count) await delay(POLL_MS);
  const seconds = (Date.now() - due.getTime()) / 1000;
  const after = { cpu: cpuOf(pids), database: await databaseCounters(installation) };
  await requireOnce(smsc, count);
  await Promise.all(servers.map((server) => server.stop()));
  const each = (from: number, to: number) => (to - from) / count;
  return {
    perSecond: count / seconds,
    cpu: Object.fromEntries(
      Object.entries(after.cpu).map(([name, ms]) => [
        name,
        Math.round(each(before.cpu[name] ?? 0, ms) * 1000),
      ]),
    ),
    database: Object.fromEntries(
      [...after.database].map(([name, value]) => [
        name.toLowerCase(),
        Number(each(before.database.get(name) ?? 0, value).toFixed(3)),
      ]),
    ),
  };
}

/** The same texts through Kannel, which keeps what it accepted in its spool; the run ends with the last answer to it. */
export async function runKannel(smsc: LeanSmsc, count: number, window: number): Promise<Run> {
  const kannel = await startKannel({ smscPort: smsc.port, window, spool: true });
  for (const pid of Object.values(kannel.pids).flat()) prefer(pid);
  await kannel.online();
  await smsc.forget();
  const before = cpuOf(kannel.pids);
  const texts = Array.from({ length: count }, (_, index) => ({
    to: `+346${String(index).padStart(8, '0')}`,
    text: TEXT,
  }));
  const began = performance.timeOrigin + performance.now();
  await feed(texts, { ...kannel.http, connections: CONNECTIONS });
  while ((await smsc.count()) < count) await delay(POLL_MS);
  const { instants } = await smsc.arrivals();
  const after = cpuOf(kannel.pids);
  await requireOnce(smsc, count);
  await kannel.stop();
  const cpu = Object.entries(after).map(([name, ms]) => [
    name,
    Math.round(((ms - (before[name] ?? 0)) * 1000) / count),
  ]);
  return {
    perSecond: count / (((instants.at(-1) ?? NaN) - began) / 1000),
    cpu: Object.fromEntries(cpu) as Record<string, number>,
    database: {},
  };
}

/** A rate of texts that were lost or sent twice would be worth nothing. */
async function requireOnce(smsc: LeanSmsc, count: number): Promise<void> {
  const { numbers } = await smsc.arrivals();
  if (numbers.length !== count || new Set(numbers).size !== count)
    throw new Error(`${numbers.length} texts to ${new Set(numbers).size} numbers instead of ${count}`);
}

async function accepted(installation: Installation, officeId: number): Promise<number> {
  const [row] = await installation.rows<{ count: number }>(
    `SELECT COUNT(*) AS count FROM outbox_messages WHERE office_id = ${officeId} AND state = 'accepted'`,
  );
  return row?.count ?? 0;
}

function cpuOf(pids: Record<string, number[]>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(pids).map(([name, list]) => [name, list.reduce((sum, pid) => sum + cpuMs(pid), 0)]),
  );
}
