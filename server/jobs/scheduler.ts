import { scheduleJob } from 'node-schedule';
import type { Deps } from '../models/deps.ts';
import type { Job } from './registry.ts';

/** Runs jobs at their times. */
export interface Scheduler {
  /** Runs the jobs that are woken by this now, or as soon as one of their runs ends. */
  wake(event: string): void;
  /** Stops the ticker, tells what is running to end, and waits for it. */
  stop(): Promise<void>;
}

/**
 * A job of this process never has more than its `lanes` runs at once; a wake-up while all are taken leads to one
 * further run.
 */
function boundedRuns(deps: Deps, job: Job, signal: AbortSignal) {
  const running = new Set<Promise<void>>();
  let again = false;
  const run = async () => {
    try {
      await job.run(deps, signal);
    } catch (error) {
      deps.log.error({ err: error, job: job.name }, 'job failed; it runs again at its next time');
    }
  };
  const start = () => {
    const one = run().then(() => {
      running.delete(one);
      if (again && !signal.aborted) {
        again = false;
        start();
      }
    });
    running.add(one);
  };
  return {
    tick(wanted: boolean) {
      if (signal.aborted) return;
      if (running.size < (job.lanes ?? 1)) start();
      else again ||= wanted;
    },
    idle: () => Promise.all(running),
  };
}

/** Starts all jobs. The ticker keeps nothing: what is due stands in the database. */
export function startScheduler(deps: Deps, jobs: Job[]): Scheduler {
  const stopping = new AbortController();
  const runners = jobs.map((job) => ({ job, runner: boundedRuns(deps, job, stopping.signal) }));
  const tickers = runners.map(({ job, runner }) => scheduleJob(job.schedule, () => runner.tick(false)));
  return {
    wake(event) {
      for (const { job, runner } of runners) if (job.wokenBy === event) runner.tick(true);
    },
    async stop() {
      stopping.abort();
      for (const ticker of tickers) ticker.cancel();
      await Promise.all(runners.map(({ runner }) => runner.idle()));
    },
  };
}
