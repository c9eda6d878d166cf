import type { SendResult } from '../../kernel/carriers.ts';
import { addSeconds } from '../../kernel/clock.ts';
import { recodeAsUcs2 } from '../../kernel/sms-text/encode.ts';
import type { Deps } from '../../models/deps.ts';
import { SenderHold } from '../../models/SenderHold.ts';
import type { RenderedBody } from './body.ts';
import type { Settlement } from './ledger.ts';
import type { Place } from './line.ts';
import type { Ready } from './prepare.ts';
import { afterAnswer, afterFailure, SENDER_HOLD_SECONDS, type Settled } from './rules.ts';

/** A message that came back from the wire, on the place that it still holds. */
export interface Answer {
  ready: Ready;
  place: Place;
  result: SendResult;
  /** When it came back. */
  at: Date;
}

const partsOf = (body: RenderedBody) => (body.channel === 'sms' ? body.parts.length : 1);

/** The same words in the alphabet that every gateway takes; null when that is too long, or was tried already. */
function recoded(body: RenderedBody): RenderedBody | null {
  if (body.channel !== 'sms' || body.alphabet === 'ucs2') return null;
  try {
    return { ...body, ...recodeAsUcs2(body.parts) };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** What an answer means for its row, in words for the ledger. */
export function settlementOf(deps: Deps, { ready, place, result }: Answer): Settlement {
  const { row, body } = ready;
  const now = deps.clock.now();
  // Wiring it again after a doubt was counted in the table.
  const wired = { ...row, repeats: row.repeats + (row.doubts > row.repeats ? 1 : 0) };
  const base = { row, link: place.link, taken: result.taken };
  if (result.kind === 'recode') {
    const other = recoded(body);
    if (!other) return { ...base, settled: afterFailure(wired, result.reason, now) };
    return { ...base, body: other, settled: afterAnswer(wired, result, partsOf(other), now) };
  }
  const settled: Settled = afterAnswer(wired, result, partsOf(body), now, deps.settings.OUTBOX_DOUBT_SECONDS);
  return { ...base, settled };
}

/**
 * Keeps senders that the gateway refused off the wire for a while, so that not each of their texts is refused in turn.
 * Returns whether there were any.
 */
export async function holdRefusedSenders(deps: Deps, answers: Answer[]): Promise<boolean> {
  const since = deps.clock.now();
  const untilAt = addSeconds(since, SENDER_HOLD_SECONDS);
  const refused = new Map<string, string>();
  for (const { ready, result } of answers) {
    if (result.kind !== 'retry' || result.blame !== 'sender' || ready.body.channel !== 'sms') continue;
    refused.set(ready.body.sender, result.reason);
  }
  for (const [address, reason] of refused) {
    await SenderHold.upsert({ address, reason: reason.slice(0, 200), untilAt, since });
    deps.log.error({ reason }, 'the gateway refuses our sender; its texts wait');
  }
  return refused.size > 0;
}
