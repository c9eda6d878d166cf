import type { SmppLink } from '../../config/smpp-links.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { SendResult, SmsMessage, TakenPart } from '../../kernel/carriers.ts';
import type { Logger } from './logger.ts';
import { addressesOf, bodiesToSend, submitFields } from './pdu.ts';
import { keyOfAnswer, storableId } from './receipt-ids.ts';
import type { SubmitBody } from './segments.ts';
import type { Submitted } from './smsc.ts';
import { STATUS_OK } from './status.ts';
import type { Verdict } from './verdict.ts';

/** What a link does for a message that goes through it. */
export interface Outlet {
  settings: SmppLink;
  clock: Clock;
  logger: Logger;
  /** One request on the wire. */
  submit(fields: ReturnType<typeof submitFields>): Promise<Submitted>;
  /** Draws the token of a further part; false when the link pauses. */
  drawNext(): Promise<boolean>;
  /** Milliseconds for which nothing may be sent. */
  pausedMs(): number;
  /** Tells the link that the request sent at `sentAt` was taken. */
  taken(sentAt: number): void;
  /** Tells the link about a refusal, and says what it means for the message. */
  refused(status: number, sentAt: number, message: SmsMessage, begun: boolean): Verdict;
  now: () => number;
}

/**
 * Hands a message over, part by part: a refusal of one leaves the later ones unsent, and those before it are in the
 * result. The token of the first was drawn already. Never rejects.
 */
export async function dispatch(message: SmsMessage, outlet: Outlet): Promise<SendResult> {
  const taken: TakenPart[] = [];
  const unfit = fault(message, outlet);
  if (unfit) return { ...unfit, taken };
  let first = true;
  for (const body of bodiesToSend(message, outlet.settings)) {
    const problem = await sendBody(message, body, { outlet, taken, first });
    if (problem) return { ...problem, taken };
    first = false;
  }
  return { kind: 'accepted', taken };
}

interface Progress {
  outlet: Outlet;
  taken: TakenPart[];
  first: boolean;
}

/** Null when the gateway took it. */
async function sendBody(message: SmsMessage, body: SubmitBody, progress: Progress): Promise<Verdict | null> {
  const { outlet, taken, first } = progress;
  if (!first && !(await outlet.drawNext())) return paused(outlet);
  if (message.expiresAt <= outlet.clock.now()) return { kind: 'rejected', reason: 'expired' };
  if (outlet.pausedMs() > 0) return paused(outlet);
  const sentAt = outlet.now();
  const outcome = await outlet.submit(submitFields(message, body, outlet.settings, outlet.clock.now()));
  if (outcome.kind === 'notSent') return { kind: 'retry', reason: outcome.reason, blame: 'link' };
  if (outcome.kind === 'inDoubt') return outcome;
  const begun = taken.length + message.taken.length > 0;
  if (outcome.status !== STATUS_OK) return outlet.refused(outcome.status, sentAt, message, begun);
  outlet.taken(sentAt);
  const providerId = storableId(outcome.messageId);
  const providerKey = keyOfAnswer(providerId, outlet.settings.receiptIds);
  taken.push(...body.positions.map((position) => ({ position, providerId, providerKey })));
  return null;
}

function paused(outlet: Outlet): Verdict {
  return { kind: 'retry', reason: 'gateway wants a pause', blame: 'link', afterMs: outlet.pausedMs() };
}

/** What the wire has no form for is found before anything is sent. */
function fault(message: SmsMessage, { settings, logger }: Outlet): Verdict | null {
  try {
    addressesOf({ ...message, to: '+34600000000' }, settings);
  } catch {
    return { kind: 'retry', reason: 'sender cannot travel', blame: 'sender' };
  }
  try {
    addressesOf(message, settings);
  } catch {
    return { kind: 'rejected', reason: 'smpp 0x0000000B not sent: destination is no phone number' };
  }
  try {
    return message.parts.length > 0 && bodiesToSend(message, settings) ? null : nothing();
  } catch (error) {
    logger.error({ link: settings.name, fault: String(error) }, 'text does not fit its alphabet');
    return { kind: 'rejected', reason: 'text does not fit its alphabet' };
  }
}

function nothing(): Verdict {
  return { kind: 'rejected', reason: 'text is empty' };
}
