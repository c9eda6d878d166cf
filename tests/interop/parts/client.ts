import type { ExecutionContext } from 'ava';
import { createSmsCarrier } from '../../../server/adapters/sms-smpp/carrier.ts';
import { readLinks } from '../../../server/config/smpp-links.ts';
import type { DeliveryReceipt, SendResult, SmsCarrier, SmsMessage } from '../../../server/kernel/carriers.ts';
import { encodeText } from '../../../server/kernel/sms-text/encode.ts';

/** Our client as an installation would have it, with what came back. */
export interface Client {
  carrier: SmsCarrier;
  /** Waits until it is bound, and hands the text over. */
  send(text: string, values?: Partial<SmsMessage>): Promise<SendResult>;
  /** Resolves with the first `count` receipts, past or future. */
  receipts(count: number): Promise<DeliveryReceipt[]>;
}

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Starts one link to a gateway on 127.0.0.1; `extra` as in `SMPP_LINKS`. It is stopped with the test. */
export function startClient(t: ExecutionContext, port: number, extra: Record<string, unknown> = {}): Client {
  const link = { name: 'main', host: '127.0.0.1', port, systemId: 'client', password: 'secret', ...extra };
  const { links, problems } = readLinks(JSON.stringify([link]));
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const carrier = createSmsCarrier({ links, logger: silent });
  const receipts: DeliveryReceipt[] = [];
  const watchers = new Set<() => void>();
  carrier.onReceipt(async (receipt) => {
    receipts.push(receipt);
    for (const watcher of watchers) watcher();
  });
  carrier.start();
  t.teardown(() => carrier.stop(5000));
  return {
    carrier,
    async send(text, values = {}) {
      await bound(carrier);
      const slot = carrier.reserve();
      if (!slot) throw new Error('no place on a link that is up');
      const encoded = encodeText(text, { spanishShift: carrier.spanishShift });
      const result = await slot.send({ ...MESSAGE, ...encoded, ...values });
      slot.release();
      return result;
    },
    receipts: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (receipts.length < count) return;
          watchers.delete(look);
          resolve(receipts.slice(0, count));
        };
        watchers.add(look);
        look();
      }),
  };
}

const MESSAGE = {
  to: '+34612345678',
  sender: 'OACExemple',
  expiresAt: new Date('2099-12-31T22:58:59Z'),
  priority: 0 as const,
  reference: 0x12345,
  taken: [],
};

/** Resolves once a text could be handed over. */
export async function bound(carrier: SmsCarrier): Promise<void> {
  if (carrier.up()) return;
  await new Promise<void>((resolve) => {
    const stop = carrier.onFree(() => {
      if (!carrier.up()) return;
      stop();
      resolve();
    });
  });
}
