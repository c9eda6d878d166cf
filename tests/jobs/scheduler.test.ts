import { EventEmitter, once } from 'node:events';
import test, { type ExecutionContext } from 'ava';
import { JOBS, type Job } from '../../server/jobs/registry.ts';
import { startScheduler } from '../../server/jobs/scheduler.ts';
import { TUESDAY } from '../helpers/clock.ts';
import { useWorld } from '../helpers/world.ts';
import { enter, makeConfirmed, mailsTo, untilMessages } from './helpers.ts';

const world = useWorld(test);
/** A night that is years away: such a job runs only when it is woken. */
const NEVER = '0 0 0 29 2 *';

/** A job that a test ends by hand. */
function handJob(): Job & { events: EventEmitter; runs: number; release: () => void; signal?: AbortSignal } {
  const events = new EventEmitter();
  const job = {
    name: 'hand',
    schedule: NEVER,
    wokenBy: 'bell',
    events,
    runs: 0,
    release: () => void events.emit('release'),
    signal: undefined as AbortSignal | undefined,
    async run(_deps: unknown, signal: AbortSignal) {
      job.runs += 1;
      job.signal = signal;
      const released = once(events, 'release');
      events.emit('running');
      await released;
    },
  };
  return job;
}

function start(t: ExecutionContext, jobs: Job[]) {
  const scheduler = startScheduler(world().deps, jobs);
  t.teardown(() => scheduler.stop());
  return scheduler;
}

test.serial(
  'a job never overlaps itself, and any number of calls meanwhile lead to one more run',
  async (t) => {
    const job = handJob();
    const scheduler = start(t, [job]);
    scheduler.wake('bell');
    scheduler.wake('bell');
    scheduler.wake('bell');
    t.is(job.runs, 1);
    const next = once(job.events, 'running');
    job.release();
    await next;
    t.is(job.runs, 2);
    job.release();
  },
);

test.serial('a job hears only what concerns it', (t) => {
  const job = handJob();
  start(t, [job]).wake('another bell');
  t.is(job.runs, 0);
});

test.serial('a job that fails runs again', async (t) => {
  const events = new EventEmitter();
  const failing: Job = {
    name: 'failing',
    schedule: '* * * * * *',
    run: () => {
      events.emit('running');
      return Promise.reject(new Error('on purpose'));
    },
  };
  start(t, [failing]);
  await once(events, 'running');
  await once(events, 'running');
  t.pass();
});

test.serial('stopping tells the running job to end, waits for it, and starts nothing more', async (t) => {
  const job = handJob();
  const scheduler = start(t, [job]);
  scheduler.wake('bell');
  scheduler.wake('bell');
  let stopped = false;
  const stopping = scheduler.stop().then(() => (stopped = true));
  await new Promise(setImmediate);
  t.deepEqual([stopped, job.signal?.aborted], [false, true]);
  job.release();
  await stopping;
  scheduler.wake('bell');
  t.is(job.runs, 1);
});

test.serial('a job with two lanes starts a second run beside the first, and no third', (t) => {
  const job = { ...handJob(), lanes: 2 };
  let runs = 0;
  const run = () => ((runs += 1), once(job.events, 'release'));
  const scheduler = start(t, [{ ...job, run }]);
  for (let count = 0; count < 3; count += 1) scheduler.wake('bell');
  t.is(runs, 2);
  void scheduler.stop();
  job.release();
});

test.serial('a text without an answer does not hold up a PIN', async (t) => {
  world().clock.set(TUESDAY);
  const { smsc } = world();
  smsc.holdAnswers();
  t.teardown(() => smsc.releaseAnswers());
  const person = await makeConfirmed(world(), { inMinutes: 5, email: null });
  const scheduler = start(t, JOBS);
  scheduler.wake('messages');
  await smsc.waitFor(({ to, text }) => to === person.mobile && text.includes('/v/'));
  await enter(world(), person);
  scheduler.wake('messages');
  const pin = await smsc.waitFor(({ to, text }) => to === person.mobile && /PIN.*\d{6}/.test(text), 5000);
  t.is(pin.priority, 1);
  smsc.releaseAnswers();
  await untilMessages(world(), person.appointment, [
    'sms confirmation delivered',
    'sms link delivered',
    'sms pin delivered',
  ]);
});

test.serial('a mail server that hangs does not hold up a PIN', async (t) => {
  world().clock.set(TUESDAY);
  const { smtp, smsc } = world();
  smtp.freeze();
  const unhappy = await makeConfirmed(world(), { inMinutes: 5 });
  const scheduler = start(t, JOBS);
  scheduler.wake('messages');
  await smsc.waitFor(({ to, text }) => to === unhappy.mobile && text.includes('/v/'));
  await enter(world(), unhappy);
  scheduler.wake('messages');
  const pin = await smsc.waitFor(({ to, text }) => to === unhappy.mobile && /PIN.*\d{6}/.test(text), 5000);
  t.is(pin.priority, 1);
  t.is(mailsTo(world(), unhappy.email).length, 0);
  // Whatever becomes of the first try, the clock reaches the next one.
  const { changes } = world().deps;
  t.teardown(changes.subscribe({ appointmentId: unhappy.appointment.id }, () => world().clock.advance(0.1)));
  smtp.unfreeze();
  await untilMessages(world(), unhappy.appointment, [
    'sms confirmation delivered',
    'email confirmation accepted',
    'sms link delivered',
    'sms pin delivered',
  ]);
  t.is(mailsTo(world(), unhappy.email).length, 1);
});
