import { EventEmitter, once } from 'node:events';
import type { ExecutionContext } from 'ava';
import { startSmsc, type Smsc } from '../../appliance/simulators/smsc.ts';
import { bridgeSms } from '../../server/adapters/bridge/carriers.ts';
import { createSmppSender } from '../../server/adapters/sms-smpp/sender.ts';
import { createReceiptBook } from '../../server/features/messages/index.ts';
import type { Deps } from '../../server/models/deps.ts';
import type { World } from '../helpers/world.ts';

/** A gateway of a test's own, which may misbehave without disturbing others; it sends receipts only when told. */
export interface OwnGateway {
  smsc: Smsc;
  /** The world's, with a link to this gateway that reconnects soon and waits for answers only shortly. */
  deps: Deps;
  untilLink: (state: 'up' | 'down') => Promise<void>;
}

/** Starts a gateway and a link to it, and waits until it is up; both end with the test. */
export async function ownGateway(
  t: ExecutionContext,
  world: World,
  options: { responseTimeoutMs?: number } = {},
): Promise<OwnGateway> {
  const smsc = await startSmsc({ port: 0, receipts: 'none' });
  t.teardown(() => smsc.stop());
  const events = new EventEmitter();
  const tell = () => void events.emit('change');
  const sms = createSmppSender({
    host: '127.0.0.1',
    port: smsc.port,
    tls: false,
    systemId: 'test',
    password: 'test',
    systemType: '',
    sourceAddress: 'OACProva',
    window: 10,
    responseTimeoutMs: options.responseTimeoutMs ?? 5000,
    enquireSeconds: 30,
    reconnectMinMs: 20,
    reconnectMaxMs: 100,
    logger: { info: tell, warn: tell, error: tell },
    clock: world.clock,
  });
  t.teardown(() => sms.stop(1000));
  const carrier = bridgeSms(sms, 10);
  const deps = { ...world.deps, sms: carrier };
  const receipts = createReceiptBook(deps);
  carrier.onReceipt((receipt) => receipts.add(receipt));
  const untilLink = async (state: 'up' | 'down') => {
    const signal = AbortSignal.timeout(10_000);
    while (sms.state() !== state) await once(events, 'change', { signal });
  };
  sms.start();
  await untilLink('up');
  return { smsc, deps, untilLink };
}
