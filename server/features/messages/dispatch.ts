import { newUid } from '../../kernel/ids.ts';
import type { Deps } from '../../models/deps.ts';
import { CHANNELS, type Channel } from '../../models/OutboxMessage.ts';
import { claimDue, expireStale, type Scope } from './claim.ts';
import { handOver } from './hand-over.ts';

/**
 * How many messages are taken at once. Texts: twice the SMPP window, so that the link never idles and a crash leaves
 * little in doubt. E-mail: twice the connections to the server, so that a silent one gives all of them back (each
 * after its 30 s) before their lease is over.
 */
const BATCH: Record<Channel, number> = { sms: 20, email: 6 };

export interface DispatchOptions extends Scope {
  /** Only these; all by default. */
  channels?: readonly Channel[];
  /** Once aborted nothing more is taken; what was taken is still handed over. */
  signal?: AbortSignal;
}

async function dispatchChannel(deps: Deps, channel: Channel, options: DispatchOptions): Promise<number> {
  const owner = newUid();
  await expireStale(deps, channel, options);
  let total = 0;
  while (!options.signal?.aborted) {
    // Texts wait in the table while the gateway is away: no try is used up, and the most urgent leave first later.
    if (channel === 'sms' && deps.sms.state() === 'down') return total;
    const batch = await claimDue(deps, owner, channel, BATCH[channel], options);
    const linkTrouble = await handOver(deps, batch);
    total += batch.length;
    // A gateway that asks us to slow down must not get the whole backlog thrown at it.
    if (linkTrouble || batch.length < BATCH[channel]) return total;
  }
  return total;
}

/**
 * Sends all that is due and returns how many messages were taken. Safe to run in any number of processes at once.
 * The channels do not wait for each other.
 */
export async function dispatchDue(deps: Deps, options: DispatchOptions = {}): Promise<number> {
  const channels = options.channels ?? CHANNELS;
  const counts = await Promise.all(channels.map((channel) => dispatchChannel(deps, channel, options)));
  return counts.reduce((sum, count) => sum + count, 0);
}
