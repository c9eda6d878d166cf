import type { Deps } from '../../models/deps.ts';
import { CHANNELS, type Channel } from '../../models/OutboxMessage.ts';
import { Courier } from './courier.ts';
import type { Scope } from './look.ts';

export interface DispatchOptions extends Scope {
  /** Only these; all by default. */
  channels?: readonly Channel[];
}

/**
 * Sends all that is due and can leave now, and returns how many messages were taken. For tests and for commands that
 * run once; a server keeps couriers running, see `startMessages`.
 */
export async function dispatchDue(deps: Deps, options: DispatchOptions = {}): Promise<number> {
  const channels = options.channels ?? CHANNELS;
  const counts = await Promise.all(channels.map((channel) => new Courier(deps, channel, options).drain()));
  return counts.reduce((sum, count) => sum + count, 0);
}
