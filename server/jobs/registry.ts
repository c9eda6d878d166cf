import { endForgotten } from '../features/calls/index.ts';
import { dispatchDue } from '../features/messages/index.ts';
import type { Deps } from '../models/deps.ts';
import { pruneServed } from '../models/prune.ts';

/** Something that runs by itself. It must be safe to run twice, and in several processes at once. */
export interface Job {
  name: string;
  /** Cron expression with seconds. */
  schedule: string;
  run(deps: Deps): Promise<unknown>;
}

export const JOBS: Job[] = [
  { name: 'messages', schedule: '* * * * * *', run: (deps) => dispatchDue(deps) },
  { name: 'forgotten', schedule: '30 * * * * *', run: endForgotten },
  { name: 'prune', schedule: '15 */10 * * * *', run: (deps) => pruneServed(deps.clock) },
];
