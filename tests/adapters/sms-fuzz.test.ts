import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { seededRandom } from '../../appliance/simulators/random.ts';
import { polite, RawGateway, type RawFrame, SUBMIT } from './raw-gateway.ts';
import { Fuzz } from './sms-fuzz/frames.ts';

const FRAMES = 20_000;
/** Another seed makes other frames; the one of a run that failed is in its message. */
const SEED = Number(process.env.SMS_FUZZ_SEED ?? 20_261_123);
/** To keep a hundred octets of each frame would cost more than this from the first third to the last. */
const MOST_GROWTH = 1024 * 1024;
const PATIENCE_MS = 60_000;

interface Report {
  used: number;
  accepted: number;
  other: number;
  receipts: number;
}

interface Bench {
  fuzz: Fuzz;
  gateway: RawGateway;
  client: ChildProcess;
}

/** A gateway that has gone mad, and a client in a process of its own. */
async function bench(t: ExecutionContext, keep: string): Promise<Bench> {
  const fuzz = new Fuzz(seededRandom(SEED));
  const gateway = new RawGateway((frame: RawFrame) => {
    // Nobody looks at them here, and they would be many.
    gateway.frames.length = 0;
    const answer = polite(frame) ?? Buffer.alloc(0);
    if (frame.command !== SUBMIT || fuzz.below(4) > 0) return answer;
    return fuzz.below(50) === 0 ? null : Buffer.concat([fuzz.frame(), answer]);
  });
  await gateway.listen();
  const client = fork(new URL('sms-fuzz/client.ts', import.meta.url), [String(gateway.port), keep], {
    execArgv: ['--expose-gc', '--import=tsx'],
  });
  t.teardown(async () => {
    const exited = client.exitCode === null ? once(client, 'exit') : null;
    client.kill('SIGKILL');
    await exited;
    await gateway.close();
  });
  return { fuzz, gateway, client };
}

async function report({ client }: Bench): Promise<Report> {
  const answer = once(client, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) });
  client.send('memory');
  const [got] = (await answer) as [Report];
  return got;
}

/** Sends so many frames on connections that are bound, in pieces of any size, and waits until they are read. */
async function send(bench: Bench, frames: number): Promise<void> {
  const { fuzz, gateway, client } = bench;
  const deadline = Date.now() + PATIENCE_MS;
  for (let left = frames; left > 0;) {
    if (client.exitCode !== null) throw new Error('the client is dead');
    if (Date.now() > deadline) throw new Error('the client does not come back');
    if (!gateway.isBound) {
      await turn();
      continue;
    }
    const batch = Math.min(left, 1 + fuzz.below(14));
    const sound = Array.from({ length: batch }, () => fuzz.frame());
    const torn = fuzz.below(30) === 0;
    for (const chunk of fuzz.chunks(Buffer.concat(torn ? [...sound, fuzz.nonsense()] : sound))) {
      gateway.write(chunk);
      await turn();
    }
    // Most connections that are torn end at once; of the others the client has to find out by itself.
    if (torn && fuzz.below(10) > 0) gateway.cut();
    else await gateway.probe();
    left -= batch;
  }
}

/** The gateway comes to its senses; resolves when the client hands texts over again. */
async function recovered(bench: Bench): Promise<void> {
  bench.gateway.reflex = polite;
  bench.gateway.cut();
  const { accepted } = await report(bench);
  const deadline = Date.now() + PATIENCE_MS;
  while ((await report(bench)).accepted < accepted + 3)
    if (Date.now() > deadline) throw new Error('no text was accepted any more');
}

test.serial('twenty thousand malformed PDUs neither kill nor fill nor stop the client', async (t) => {
  t.timeout(3 * PATIENCE_MS);
  t.log(`SMS_FUZZ_SEED=${SEED}`);
  const around = await bench(t, '');
  const mad = around.gateway.reflex;
  const reports: Report[] = [];
  // The first round warms up what is allocated once.
  for (const frames of [2000, FRAMES / 3, FRAMES / 3, FRAMES / 3].map(Math.ceil)) {
    around.gateway.reflex = mad;
    await send(around, frames);
    await recovered(around);
    reports.push(await report(around));
  }
  const [first = 0, , last = 0] = reports.slice(1).map(({ used }) => used);
  const words = `SMS_FUZZ_SEED=${SEED}: ${JSON.stringify(reports)}`;
  t.true(last - first < MOST_GROWTH, words);
  t.true((reports.at(-1)?.receipts ?? 0) > 1000, words);
  t.true(around.gateway.connections > 100, words);
});

test.serial('a client that kept what it receives would be found out', async (t) => {
  t.timeout(2 * PATIENCE_MS);
  const around = await bench(t, 'leak');
  await send(around, 1000);
  const before = await report(around);
  await send(around, FRAMES / 10);
  t.true((await report(around)).used - before.used > MOST_GROWTH, `SMS_FUZZ_SEED=${SEED}`);
});
