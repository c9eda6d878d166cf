import { scheduleJob } from 'node-schedule';
import type { Deps } from '../models/deps.ts';
import type { Job } from './registry.ts';

/** Runs jobs at their times. */
export interface Scheduler {
  /** Runs the jobs that are woken by this now; one that is running runs once more afterwards. */
  wake(event: string): void;
  /** Stops the ticker, tells what is running to end, and waits for it. */
  stop(): Promise<void>;
}

/** One job of this process never overlaps itself; a wake-up during a run leads to one further run. */
function singleRun(deps: Deps, job: Job, signal: AbortSignal) {
  let running: Promise<void> | null = null;
  let again = false;
  const round = async () => {
    do {
      again = false;
      try {
        await job.run(deps, signal);
      } catch (error) {
        deps.log.error({ err: error, job: job.name }, 'job failed; it runs again at its next time');
      }
    } while (again && !signal.aborted);
    running = null;
  };
  return {
    tick(wanted: boolean) {
      if (signal.aborted) return;
      if (running) again ||= wanted;
      else running = round();
    },
    idle: () => running ?? Promise.resolve(),
  };
}

/** Starts all jobs. The ticker keeps nothing: what is due stands in the database. */
export function startScheduler(deps: Deps, jobs: Job[]): Scheduler {
  const stopping = new AbortController();
  const runners = jobs.map((job) => ({ job, runner: singleRun(deps, job, stopping.signal) }));
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
