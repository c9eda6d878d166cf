import { newUid } from '../../kernel/ids.ts';
import type { Deps } from '../../models/deps.ts';
import { CHANNELS } from '../../models/OutboxMessage.ts';
import { Courier } from './courier.ts';
import { LinkReport } from './link-report.ts';
import { createReceiptBook } from './receipt-book.ts';

/** The message engine of one process. */
export interface MessageService {
  /** Something may be due now: looks at once instead of at the next planned time. */
  wake(): void;
  /** Takes nothing more and records all answers. Drain the gateway meanwhile: answers come from there. */
  stop(): Promise<void>;
}

/** Starts bringing messages out and taking receipts in. The gateway must be started by the caller. */
export function startMessages(deps: Deps): MessageService {
  const couriers = CHANNELS.map((channel) => new Courier(deps, channel));
  const report = new LinkReport(deps, newUid());
  const receipts = createReceiptBook(deps);
  deps.sms.onReceipt((receipt) => receipts.add(receipt));
  for (const courier of couriers) courier.start();
  report.start();
  return {
    wake() {
      for (const courier of couriers) courier.wake();
    },
    async stop() {
      await Promise.all(couriers.map((courier) => courier.stop()));
      await report.stop();
    },
  };
}
