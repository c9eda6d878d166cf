import { setImmediate as turn } from 'node:timers/promises';
import { createSmsCarrier } from '../../../server/adapters/sms-smpp/carrier.ts';
import { linkTo, place, silent, sms } from '../sms-harness.ts';

/*
 * The client of the fuzz test, in a process of its own, so that its memory is nobody else's. It sends one text after
 * the other for as long as it lives, and says over the channel how much memory is in use when it is asked to.
 */

const [port = '', keep = ''] = process.argv.slice(2);
const kept: unknown[] = [];
const counts = { accepted: 0, other: 0, receipts: 0 };

const carrier = createSmsCarrier({
  links: [linkTo(Number(port), { answerSeconds: 0.2, enquireSeconds: 0.2, ratePerSecond: 200 })],
  logger: silent,
  times: {
    session: { connectMs: 5000, enquireAnswerMs: 100, unbindMs: 100 },
    reconnect: { minMs: 1, maxMs: 4 },
    throttle: { firstMs: 5, longestMs: 20, recoverMs: 100 },
  },
});
carrier.onReceipt(async (receipt) => {
  counts.receipts += 1;
  // What the test looks for, planted: shows that it would be seen.
  if (keep === 'leak') kept.push({ ...receipt, ballast: 'x'.repeat(1000).split('') });
  if (counts.receipts % 10 === 0) throw new Error('not stored');
});
carrier.start();

async function sendForEver(): Promise<never> {
  for (;;) {
    const slot = await place(carrier);
    const { kind } = await slot.send(sms({ reference: counts.accepted, text: 'x'.repeat(200) }));
    slot.release();
    counts[kind === 'accepted' ? 'accepted' : 'other'] += 1;
    await turn();
  }
}

/** Heap and buffers that are still in use when all that can be freed is. */
async function memory(): Promise<number> {
  for (let round = 0; round < 4; round += 1) {
    globalThis.gc?.();
    await turn();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

process.on('message', () => void memory().then((used) => process.send?.({ used, ...counts })));
process.on('disconnect', () => process.exit(0));
await sendForEver();
