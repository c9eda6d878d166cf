import { EventEmitter, once } from 'node:events';
import test, { type ExecutionContext } from 'ava';
import type { Job } from '../../server/jobs/registry.ts';
import { startScheduler } from '../../server/jobs/scheduler.ts';
import { useWorld } from '../helpers/world.ts';

const world = useWorld(test);
const EVERY_SECOND = '* * * * * *';

/** A job that a test ends by hand. */
function handJob(): Job & { events: EventEmitter; runs: number; release: () => void; signal?: AbortSignal } {
  const events = new EventEmitter();
  const job = {
    name: 'hand',
    schedule: EVERY_SECOND,
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

/** A job that only tells that its time has come. */
function metronome() {
  const events = new EventEmitter();
  const run = () => Promise.resolve(void events.emit('tick'));
  return { name: 'metronome', schedule: EVERY_SECOND, run, tick: () => once(events, 'tick') };
}

function start(t: ExecutionContext, jobs: Job[]) {
  const scheduler = startScheduler(world().deps, jobs);
  t.teardown(() => scheduler.stop());
  return scheduler;
}

test.serial('a job never overlaps itself: times that come while it runs are passed over', async (t) => {
  const [job, beat] = [handJob(), metronome()];
  const running = once(job.events, 'running');
  start(t, [job, beat]);
  await running;
  await beat.tick();
  await beat.tick();
  t.is(job.runs, 1);
  const next = once(job.events, 'running');
  job.release();
  await next;
  t.is(job.runs, 2);
  job.release();
});

test.serial('a job that fails runs again', async (t) => {
  const events = new EventEmitter();
  const failing: Job = {
    name: 'failing',
    schedule: EVERY_SECOND,
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
  const running = once(job.events, 'running');
  const scheduler = start(t, [job]);
  await running;
  let stopped = false;
  const stopping = scheduler.stop().then(() => (stopped = true));
  await new Promise(setImmediate);
  t.deepEqual([stopped, job.signal?.aborted], [false, true]);
  job.release();
  await stopping;
  const beat = metronome();
  start(t, [beat]);
  await beat.tick();
  await beat.tick();
  t.is(job.runs, 1);
});
