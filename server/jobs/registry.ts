import { endForgotten, endLeftRooms } from '../features/calls/index.ts';
import { dispatchDue } from '../features/messages/index.ts';
import type { Deps } from '../models/deps.ts';
import { pruneServed } from '../models/prune.ts';

/** Something that runs by itself. It must be safe to run twice, and in several processes at once. */
export interface Job {
  name: string;
  /** Cron expression with seconds. */
  schedule: string;
  /** Runs at once when this is announced, see `Scheduler.wake`. */
  wokenBy?: string;
  /** Runs at once in this process, 1 by default; a run that waits for somebody must not keep others waiting. */
  lanes?: number;
  /** Once the signal is aborted a long run should end at its next step. */
  run(deps: Deps, signal: AbortSignal): Promise<unknown>;
}

/**
 * All jobs. Neither a mail server that hangs nor one text without an answer may hold up a PIN: texts and e-mail are
 * two jobs, and texts have several lanes.
 */
export const JOBS: Job[] = [
  {
    name: 'texts',
    schedule: '* * * * * *',
    wokenBy: 'messages',
    lanes: 3,
    run: (deps, signal) => dispatchDue(deps, { channels: ['sms'], signal }),
  },
  {
    name: 'mail',
    schedule: '* * * * * *',
    wokenBy: 'messages',
    run: (deps, signal) => dispatchDue(deps, { channels: ['email'], signal }),
  },
  { name: 'forgotten', schedule: '30 * * * * *', run: endForgotten },
  { name: 'left-rooms', schedule: '*/10 * * * * *', run: endLeftRooms },
  { name: 'prune', schedule: '15 */10 * * * *', run: (deps) => pruneServed(deps.clock) },
];
