import { gracefulShutdown, scheduleJob } from 'node-schedule';
import type { Deps } from '../models/deps.ts';
import type { Job } from './registry.ts';

/** Runs jobs at their times. */
export interface Scheduler {
  /** Runs the named job now; if it is running, once more afterwards. */
  wake(name: string): void;
  /** Stops the ticker and waits for what is running. */
  stop(): Promise<void>;
}

/** One job of this process never overlaps itself; a wake-up during a run leads to one further run. */
function singleRun(deps: Deps, job: Job) {
  let running: Promise<void> | null = null;
  let again = false;
  const round = async () => {
    do {
      again = false;
      try {
        await job.run(deps);
      } catch (error) {
        deps.log.error({ err: error, job: job.name }, 'job failed; it runs again at its next time');
      }
    } while (again);
    running = null;
  };
  return {
    tick(wanted: boolean) {
      if (running) again ||= wanted;
      else running = round();
    },
    idle: () => running ?? Promise.resolve(),
  };
}

/** Starts all jobs. The ticker keeps nothing: what is due stands in the database. */
export function startScheduler(deps: Deps, jobs: Job[]): Scheduler {
  const runners = new Map(jobs.map((job) => [job.name, singleRun(deps, job)]));
  for (const job of jobs) scheduleJob(job.schedule, () => runners.get(job.name)?.tick(false));
  return {
    wake: (name) => runners.get(name)?.tick(true),
    async stop() {
      await gracefulShutdown();
      await Promise.all([...runners.values()].map((runner) => runner.idle()));
    },
  };
}
