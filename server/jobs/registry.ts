import { endForgotten, endLeftRooms } from '../features/calls/index.ts';
import { forgetTexts, sweepParked } from '../features/messages/index.ts';
import type { Deps } from '../models/deps.ts';
import { pruneServed } from '../models/prune.ts';

/** Something that runs by itself. It must be safe to run twice, and in several processes at once. */
export interface Job {
  name: string;
  /** Cron expression with seconds. */
  schedule: string;
  /** Once the signal is aborted a long run should end at its next step. */
  run(deps: Deps, signal: AbortSignal): Promise<unknown>;
}

/** All jobs. Messages are not among them: they have couriers of their own, see `startMessages`. */
export const JOBS: Job[] = [
  { name: 'forgotten', schedule: '30 * * * * *', run: endForgotten },
  { name: 'left-rooms', schedule: '*/10 * * * * *', run: endLeftRooms },
  { name: 'early-receipts', schedule: '45 * * * * *', run: sweepParked },
  { name: 'old-texts', schedule: '20 10 * * * *', run: forgetTexts },
  { name: 'prune', schedule: '15 */10 * * * *', run: (deps) => pruneServed(deps.clock) },
];
