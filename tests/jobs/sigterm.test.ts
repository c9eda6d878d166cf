import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import test from 'ava';
import { QueryTypes } from 'sequelize';
import { setTimeout as delay } from 'node:timers/promises';
import { Appointment } from '../../server/models/Appointment.ts';
import { useWorld } from '../helpers/world.ts';
import { enter, makeConfirmed, textsTo } from './helpers.ts';
import { messageList } from '../helpers/outbox.ts';
import { leaveToServer, startServer } from './real-server.ts';

const world = useWorld(test);
/** An open stream of live events of a waiting citizen. */
async function openEvents(url: string): Promise<IncomingMessage> {
  const live = request(url).end();
  live.on('error', () => undefined);
  const [answer] = (await once(live, 'response')) as [IncomingMessage];
  answer.on('error', () => undefined);
  await once(answer, 'data');
  return answer;
}

/** The request of the form that gives up the place in the waiting room, with the browser's cookie and token. */
async function leaveForm(server: string, token: string): Promise<RequestInit> {
  const page = await fetch(`${server}/v/${token}/waiting-room`, { headers: { accept: 'text/html' } });
  const csrf = /name="_csrf" value="([0-9a-f]+)"/.exec(await page.text())?.[1] ?? '';
  const cookie = page.headers.getSetCookie().map((line) => line.split(';', 1)[0] ?? '');
  return {
    method: 'POST',
    headers: { cookie: cookie.join('; ') },
    body: new URLSearchParams({ _csrf: csrf }),
    redirect: 'manual',
  };
}

/** InnoDB renews these tables only after a tenth of a second in which nobody reads them. */
const LOOK_MS = 250;

/** Resolves when somebody waits for a locked row of our database. */
async function untilBlocked(): Promise<void> {
  const sql = `SELECT COUNT(*) AS waiting FROM information_schema.innodb_trx trx
    JOIN information_schema.processlist process ON process.id = trx.trx_mysql_thread_id
    WHERE trx.trx_state = 'LOCK WAIT' AND process.db = DATABASE()`;
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await delay(LOOK_MS)) {
    const [row] = await world().deps.sequelize.query<{ waiting: number }>(sql, { type: QueryTypes.SELECT });
    if (Number(row?.waiting) > 0) return;
  }
  throw new Error('Nobody waits for the locked row');
}

test.serial('SIGTERM finishes what is on its way and ends within ten seconds', async (t) => {
  const { smsc, deps } = world();
  await leaveToServer(world());
  const server = await startServer(t, world());
  await smsc.waitForBind();
  const person = await makeConfirmed(world(), { inMinutes: 5, email: null });
  smsc.holdAnswers();
  await enter(world(), person);
  await smsc.waitFor(({ to, text }) => to === person.mobile && text.includes('PIN'), 60_000);

  // Three things are open: a live page, a text without answer, and a page that waits for a locked row.
  const live = await openEvents(`${server.url}/v/${person.token}/events`);
  t.is(live.headers['content-type'], 'text/event-stream; charset=utf-8');
  // It is cut, which `once` would take for a failure.
  const liveEnds = new Promise((resolve) => live.once('close', resolve));
  const form = await leaveForm(server.url, person.token);
  const transaction = await deps.sequelize.transaction();
  t.teardown(() => transaction.rollback().catch(() => undefined));
  await Appointment.findByPk(person.appointment.id, { transaction, lock: transaction.LOCK.UPDATE });
  const page = fetch(`${server.url}/v/${person.token}/leave`, form);
  const refused = page.then(({ status }) => Promise.reject(new Error(`The page answered ${status}`)));
  await Promise.race([untilBlocked(), refused]);

  const since = performance.now();
  const ended = server.end('SIGTERM');
  await server.logged('stopping');
  await liveEnds;
  await transaction.commit();
  t.is((await page).status, 303);
  smsc.releaseAnswers();
  t.is(await ended, 0);
  t.true(performance.now() - since < 10_000);
  const states = await messageList(person.appointment);
  t.true(
    states.every((line) => /(accepted|delivered)$/.test(line)),
    states.join(', '),
  );
  t.is(textsTo(world(), person.mobile).length, 3);
});
