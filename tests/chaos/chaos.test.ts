import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { Op } from 'sequelize';
import { OutboxMessage } from '../../server/models/OutboxMessage.ts';
import { perform } from './acts.ts';
import { schedule, unleash } from './disasters.ts';
import { drawCases } from './fates.ts';
import { judge, type Verdict } from './judge.ts';
import { populate } from './population.ts';
import { LEASE_SECONDS, Stage, WINDOW } from './stage.ts';

const SEED = Number(process.env['CHAOS_SEED'] ?? 20_261_124);
const MESSAGES = Number(process.env['CHAOS_MESSAGES'] ?? 10_000);
/** Messages become due over this time, and things go wrong as long and a little longer. */
const SPREAD_MS = Number(process.env['CHAOS_SECONDS'] ?? 60) * 1000;
const CALM_MS = 150_000;
const LOOK_MS = 250;
/**
 * All clocks are one machine's. What was on its way when it expired or was withdrawn may still go: from the mark in the
 * table to the gateway's log lie a commit, the scheduler of a busy machine and a socket. A second is ample for these;
 * what the log itself is late, because this process did not come to read the socket, is measured and added.
 */
const ON_ITS_WAY_MS = 1000;
const PROBLEMS_SHOWN = 40;

/** Waits until nothing that is due is left to do, or nothing has happened for too long. */
async function untilCalm(): Promise<void> {
  const deadline = Date.now() + CALM_MS;
  for (;;) {
    const left = await leftToDo().catch(() => -1);
    if (left === 0) return;
    if (Date.now() > deadline) return;
    await delay(LOOK_MS);
  }
}

/** How many messages are due and not settled, or came through without their receipt. */
function leftToDo(): Promise<number> {
  const due = { dueAt: { [Op.lte]: new Date() } };
  return OutboxMessage.count({
    where: {
      [Op.or]: [{ nextAt: { [Op.ne]: null }, ...due }, { state: ['leased', 'accepted'] }],
    },
  });
}

/** How many sessions with how many unanswered texts were lost, as far as anything can be in doubt by it. */
function lossesOf(stage: Stage): { cuts: number; exposed: number } {
  const cuts = stage.gateways.flatMap(({ log }) => log.cuts()).length;
  // An answer that could not be recorded within the lease is as good as lost: the places of every link in every process.
  const long = stage.outagesMs.filter((ms) => ms > (LEASE_SECONDS - 2) * 1000).length;
  const places = stage.replicas.length * stage.gateways.length * WINDOW;
  return { cuts, exposed: cuts * WINDOW + long * places };
}

interface Outcome extends Verdict {
  stage: Stage;
  happened: string[];
  seconds: number;
}

async function run(t: ExecutionContext): Promise<Outcome> {
  const stage = await Stage.set(SEED);
  t.teardown(() => stage.strike());
  const lag = monitorEventLoopDelay({ resolution: 10 });
  await stage.startReplicas(2);
  const since = Date.now();
  // The first are due when all are written.
  const cases = drawCases(SEED, MESSAGES, SPREAD_MS);
  const began = new Date(since + MESSAGES);
  const people = await populate(stage.deps, cases, began);
  lag.enable();
  await delay(Math.max(0, began.getTime() - Date.now()));
  const [acts, happened] = await Promise.all([
    perform(stage.deps, people, began),
    unleash(schedule(stage, SEED, SPREAD_MS + 5000)),
  ]);
  for (const gateway of stage.gateways) gateway.backToNormal();
  await Promise.all(stage.replicas.map((replica) => replica.listening()));
  await untilCalm();
  lag.disable();
  const endedAt = new Date();
  const rows = await OutboxMessage.findAll({ order: ['id'] });
  const submits = stage.gateways
    .flatMap(({ log }) => log.submits())
    .toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const confirmed = new Map(stage.gateways.map(({ name, log }) => [name, log.confirmed()]));
  const toleranceMs = ON_ITS_WAY_MS + Math.ceil(lag.max / 1e6);
  const verdict = judge({ people, rows, submits, confirmed, acts, toleranceMs, endedAt });
  t.log(`tolerance ${toleranceMs} ms`);
  return { ...verdict, stage, happened, seconds: Math.round((Date.now() - since) / 1000) };
}

test('of ten thousand messages none is lost, sent too early or too late, or sent twice unnoticed, whatever breaks', async (t) => {
  t.timeout(600_000);
  const { stage, figures, problems, happened, seconds } = await run(t);
  const { cuts, exposed } = lossesOf(stage);
  const kills = stage.replicas.reduce((sum, replica) => sum + replica.kills, 0);
  t.log(`seed ${SEED} (CHAOS_SEED), ${figures.messages} messages, ${figures.submits} submits, ${seconds} s`);
  t.log(`${kills} processes killed, ${cuts} links lost, database away ${stage.outagesMs.join(' and ')} ms`);
  t.log(
    `${figures.duplicates} duplicates, ${figures.counted} counted as possible, ${figures.inDoubt} in doubt`,
  );
  t.log(JSON.stringify(figures.states));
  for (const replica of stage.replicas) t.log(JSON.stringify([...replica.complaints]));
  if (problems.length > 0) t.log(happened.join('\n'));
  t.deepEqual(problems.slice(0, PROBLEMS_SHOWN), [], `${problems.length} problems`);
  t.true(figures.messages >= MESSAGES);
  t.true(figures.duplicates <= exposed, `${figures.duplicates} duplicates, at most ${exposed}`);
  t.true(figures.inDoubt <= exposed, `${figures.inDoubt} in doubt, at most ${exposed}`);
  // A run in which nothing went wrong would prove nothing.
  t.true(kills > 0 && cuts > kills && figures.duplicates > 0, 'too little went wrong');
  t.true((figures.states['expired'] ?? 0) > 0 && (figures.states['cancelled'] ?? 0) > 0);
  t.is(
    stage.gateways.reduce((sum, { log }) => sum + log.dropped, 0),
    0,
  );
  t.deepEqual(await Promise.all(stage.replicas.map((replica) => replica.stop())), [0, 0]);
});
