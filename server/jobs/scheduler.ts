import { scheduleJob } from 'node-schedule';
import type { Deps } from '../models/deps.ts';
import type { Job } from './registry.ts';

/** Runs jobs at their times. */
export interface Scheduler {
  /** Stops the ticker, tells what is running to end, and waits for it. */
  stop(): Promise<void>;
}

/** A job of this process never overlaps itself: while it runs its further times are passed over. */
function singleRuns(deps: Deps, job: Job, signal: AbortSignal) {
  let running: Promise<void> | null = null;
  const run = async () => {
    try {
      await job.run(deps, signal);
    } catch (error) {
      deps.log.error({ err: error, job: job.name }, 'job failed; it runs again at its next time');
    } finally {
      running = null;
    }
  };
  return {
    tick() {
      if (!signal.aborted) running ??= run();
    },
    idle: () => running ?? Promise.resolve(),
  };
}

/** Starts all jobs. The ticker keeps nothing: what is due stands in the database. */
export function startScheduler(deps: Deps, jobs: Job[]): Scheduler {
  const stopping = new AbortController();
  const runners = jobs.map((job) => singleRuns(deps, job, stopping.signal));
  const tickers = jobs.map(({ schedule }, index) => scheduleJob(schedule, () => runners[index]?.tick()));
  return {
    async stop() {
      stopping.abort();
      for (const ticker of tickers) ticker.cancel();
      await Promise.all(runners.map((runner) => runner.idle()));
    },
  };
}
