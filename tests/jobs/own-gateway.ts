import { EventEmitter, once } from 'node:events';
import type { ExecutionContext } from 'ava';
import { startSmsc, type Smsc } from '../../appliance/simulators/smsc.ts';
import { createSmsCarrier } from '../../server/adapters/sms-smpp/carrier.ts';
import { DEFAULT_TIMES } from '../../server/adapters/sms-smpp/times.ts';
import { readLinks } from '../../server/config/smpp-links.ts';
import { createReceiptBook } from '../../server/features/messages/index.ts';
import type { Deps } from '../../server/models/deps.ts';
import type { World } from '../helpers/world.ts';

/** A gateway of a test's own, which may misbehave without disturbing others; it sends receipts only when told. */
export interface OwnGateway {
  smsc: Smsc;
  /** The world's, with a link to this gateway that reconnects soon and waits for answers only shortly. */
  deps: Deps;
  /** Up: a place can be had, the link pauses no more. */
  untilLink: (state: 'up' | 'down') => Promise<void>;
}

/** Starts a gateway and a link to it, and waits until it is up; both end with the test. */
export async function ownGateway(
  t: ExecutionContext,
  world: World,
  options: { responseTimeoutMs?: number; window?: number } = {},
): Promise<OwnGateway> {
  const smsc = await startSmsc({ port: 0, receipts: 'none' });
  t.teardown(() => smsc.stop());
  const { links } = readLinks(
    JSON.stringify([
      { name: 'main', host: '127.0.0.1', port: smsc.port, systemId: 'test', password: 'test' },
    ]),
  );
  const { window } = options;
  const answerSeconds = (options.responseTimeoutMs ?? 5000) / 1000;
  const sms = createSmsCarrier({
    links: links.map((link) => ({ ...link, answerSeconds, window: window ?? link.window })),
    times: {
      ...DEFAULT_TIMES,
      reconnect: { minMs: 20, maxMs: 100 },
      throttle: { firstMs: 100, longestMs: 1000, recoverMs: 10_000 },
    },
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    clock: world.clock,
  });
  t.teardown(() => sms.stop(1000));
  const deps = { ...world.deps, sms };
  const receipts = createReceiptBook(deps);
  sms.onReceipt((receipt) => receipts.add(receipt));
  const untilLink = async (state: 'up' | 'down') => {
    const events = new EventEmitter();
    const end = sms.onFree(() => void events.emit('change'));
    const signal = AbortSignal.timeout(10_000);
    const free = () => sms.up() && sms.links().every(({ throttledUntil }) => throttledUntil === null);
    while (free() !== (state === 'up')) await once(events, 'change', { signal });
    end();
  };
  sms.start();
  await untilLink('up');
  return { smsc, deps, untilLink };
}
