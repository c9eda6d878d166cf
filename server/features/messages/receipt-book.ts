import type { DeliveryReceipt } from '../../kernel/carriers.ts';
import type { Deps } from '../../models/deps.ts';
import { recordReceipts } from './receipts.ts';

/** Receipts that come while others are being stored are stored together, so that a flood of them costs few commits. */
const BATCH = 100;

interface Waiting {
  receipt: DeliveryReceipt;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Takes receipts in. `add` resolves when the receipt is stored, and rejects when it could not be. */
export interface ReceiptBook {
  add(receipt: DeliveryReceipt): Promise<void>;
}

/** A book that stores receipts in batches, one batch at a time. */
export function createReceiptBook(deps: Deps): ReceiptBook {
  const waiting: Waiting[] = [];
  let writing = false;

  async function write(batch: Waiting[]): Promise<void> {
    try {
      await recordReceipts(
        deps,
        batch.map(({ receipt }) => receipt),
      );
      for (const { resolve } of batch) resolve();
    } catch (error) {
      deps.log.error(
        { err: error, receipts: batch.length },
        'receipts cannot be stored; the gateway sends them again',
      );
      for (const { reject } of batch) reject(error);
    }
  }

  async function writeAll(): Promise<void> {
    if (writing) return;
    writing = true;
    while (waiting.length > 0) await write(waiting.splice(0, BATCH));
    writing = false;
  }

  return {
    add: (receipt) =>
      new Promise((resolve, reject) => {
        waiting.push({ receipt, resolve, reject });
        void writeAll();
      }),
  };
}
