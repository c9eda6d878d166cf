import { setTimeout as delay } from 'node:timers/promises';
import { addMinutes } from '../../../server/kernel/clock.ts';
import { makeOffice, makeProcedure } from '../../helpers/factories.ts';
import { makeCrowd, type Person } from './fill.ts';
import type { Installation } from './installation.ts';
import type { LeanSmsc } from './lean-smsc.ts';
import { percentile } from './readings.ts';

const LINKS = 2000;
const PINS = 20;
/** Between the rows being written and their becoming due, so that writing them is not measured. */
const AHEAD_MS = 4000;
const POLL_MS = 50;

/** Milliseconds from due to the gateway. */
export interface Lateness {
  p50: number;
  p99: number;
  max: number;
}

export interface LatenessRun {
  links: Lateness;
  /** From the citizen's step into the waiting room to the PIN at the gateway; only when somebody came. */
  pins: Lateness | null;
  seconds: number;
}

/**
 * The links of 2,000 appointments become due at the same instant; meanwhile, where asked, 20 citizens of other
 * appointments step into the waiting room one after the other, which issues a PIN to each.
 */
export async function runLateness(
  installation: Installation,
  smsc: LeanSmsc,
  options: { ratePerSecond?: number; pins: boolean },
): Promise<LatenessRun> {
  const { deps } = installation;
  const [office, procedure] = [await makeOffice(), await makeProcedure()];
  const rate = options.ratePerSecond;
  const server = await installation.startServer(rate ? { SMPP_RATE_PER_SECOND: String(rate) } : {});
  const startsAt = addMinutes(new Date(), 10);
  const citizens = options.pins ? await makeCrowd(deps, { office, procedure, count: PINS, startsAt }) : [];
  await smsc.forget();
  const dueAt = new Date(Date.now() + AHEAD_MS);
  await makeCrowd(deps, { office, procedure, count: LINKS, startsAt, linksDueAt: dueAt });
  const late = Date.now() - dueAt.getTime();
  if (late > 0) throw new Error(`Writing the rows took ${late} ms longer than planned`);
  await delay(-late);
  const expectedSeconds = rate ? LINKS / rate : 0;
  const asked = await askForPins(server.url, citizens, (expectedSeconds * 1000) / (PINS + 2));
  while ((await smsc.count()) < LINKS + citizens.length) await delay(POLL_MS);
  const { numbers, instants } = await smsc.arrivals();
  await server.stop();
  const pins = numbers.flatMap((number, index) => {
    const from = asked.get(number);
    return from === undefined ? [] : [(instants[index] ?? NaN) - from];
  });
  const links = numbers.flatMap((number, index) =>
    asked.has(number) ? [] : [(instants[index] ?? NaN) - dueAt.getTime()],
  );
  if (links.length !== LINKS || pins.length !== citizens.length)
    throw new Error(`${links.length} links and ${pins.length} PINs arrived`);
  return {
    links: summary(links),
    pins: pins.length > 0 ? summary(pins) : null,
    seconds: Number((Math.max(...instants) / 1000 - dueAt.getTime() / 1000).toFixed(1)),
  };
}

/** Each citizen opens the link and steps in, `everyMs` after the one before. Answers with the instant of each step. */
async function askForPins(url: string, citizens: Person[], everyMs: number): Promise<Map<string, number>> {
  const asked = new Map<string, number>();
  for (const { token, number } of citizens) {
    await delay(everyMs);
    const page = await fetch(`${url}/v/${token}`, { headers: { accept: 'text/html' } });
    const csrf = /name="_csrf" value="([0-9a-f]+)"/.exec(await page.text())?.[1] ?? '';
    const cookie = page.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    asked.set(number, performance.timeOrigin + performance.now());
    const answer = await fetch(`${url}/v/${token}/enter`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ _csrf: csrf, notice: 'on' }),
    });
    if (answer.status !== 303) throw new Error(`Stepping in answered ${answer.status}`);
  }
  return asked;
}

function summary(values: number[]): Lateness {
  const [p50, p99] = [percentile(values, 50), percentile(values, 99)];
  return { p50: Math.round(p50), p99: Math.round(p99), max: Math.round(Math.max(...values)) };
}
