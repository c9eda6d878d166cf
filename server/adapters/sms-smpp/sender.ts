import type { Pdu, PduFields } from 'smpp';
import { systemClock, type Clock } from '../../kernel/clock.ts';
import type { DeliveryReceipt, SendResult, SmsMessage, SmsSender } from '../../kernel/ports.ts';
import { destinationAddress, sourceAddress, type Address } from './address.ts';
import { SmppLink } from './link.ts';
import type { Logger } from './logger.ts';
import { normaliseId, parseReceipt } from './receipts.ts';
import { splitMessage, type SmsPart } from './segments.ts';
import type { Submitted } from './session.ts';
import { classify, STATUS_OK } from './status.ts';

export interface SmppSenderOptions {
  host: string;
  port: number;
  tls: boolean;
  systemId: string;
  password: string;
  systemType: string;
  /** Alias, short code or number that the citizen sees. */
  sourceAddress: string;
  /** Unanswered submits at once. Also the number of possible duplicates when the link is cut. */
  window: number;
  responseTimeoutMs: number;
  enquireSeconds: number;
  logger: Logger;
  connectTimeoutMs?: number;
  enquireTimeoutMs?: number;
  reconnectMinMs?: number;
  reconnectMaxMs?: number;
  clock?: Clock;
}

type ReceiptHandler = (receipt: DeliveryReceipt) => Promise<void>;

/**
 * Sends texts over one SMPP 3.4 transceiver session, which it keeps alive and opens again after every loss.
 * Throws at once for a sender that cannot travel; never for an absent gateway.
 */
export function createSmppSender(options: SmppSenderOptions): SmsSender {
  const source = sourceAddress(options.sourceAddress);
  const clock = options.clock ?? systemClock;
  let onReceipt: ReceiptHandler | null = null;
  const link = new SmppLink(
    {
      ...options,
      enquireMs: options.enquireSeconds * 1000,
      connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
      enquireTimeoutMs: options.enquireTimeoutMs ?? 10_000,
      reconnectMinMs: options.reconnectMinMs ?? 1000,
      reconnectMaxMs: options.reconnectMaxMs ?? 60_000,
    },
    (pdu) => deliver(pdu, clock, onReceipt),
  );
  return {
    send: (message) => send(message, { link, source, clock, logger: options.logger }),
    onReceipt: (handler) => {
      onReceipt = handler;
    },
    state: () => (link.up ? 'up' : 'down'),
    start: () => link.start(),
    stop: (deadlineMs) => link.stop(deadlineMs),
  };
}

interface Wiring {
  link: SmppLink;
  source: Address;
  clock: Clock;
  logger: Logger;
}

// Parts go one after the other: a refusal of the first leaves nothing half sent.
async function send(message: SmsMessage, wiring: Wiring): Promise<SendResult> {
  const parts = split(message);
  if (!parts) return { kind: 'rejected', reason: 'text too long' };
  const providerIds: string[] = [];
  for (const part of parts) {
    if (message.expiresAt <= wiring.clock.now()) return { kind: 'rejected', reason: 'expired' };
    const outcome = await wiring.link.submit(() => submitFields(message, part, wiring.source));
    const failure = failureOf(outcome, wiring);
    if (failure) return failure;
    if (outcome.kind === 'answered') providerIds.push(normaliseId(outcome.messageId));
  }
  return { kind: 'accepted', providerIds, segments: parts.length };
}

function split(message: SmsMessage): SmsPart[] | null {
  try {
    return splitMessage(message.text, message.reference);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function failureOf(outcome: Submitted, { link, logger }: Wiring): SendResult | null {
  if (outcome.kind === 'notSent') return { kind: 'retry', reason: outcome.reason, countsAsAttempt: false };
  if (outcome.kind === 'inDoubt') return outcome;
  if (outcome.status === STATUS_OK) return null;
  const { result, sessionFault, alarm } = classify(outcome.status);
  if (alarm)
    logger.error({ reason: result.reason }, 'SMS gateway finds fault with our sender or our request');
  if (sessionFault) link.rebind();
  return result;
}

function submitFields(message: SmsMessage, part: SmsPart, source: Address): PduFields {
  const destination = destinationAddress(message.to);
  return {
    source_addr_ton: source.ton,
    source_addr_npi: source.npi,
    source_addr: source.value,
    dest_addr_ton: destination.ton,
    dest_addr_npi: destination.npi,
    destination_addr: destination.value,
    esm_class: part.esmClass,
    protocol_id: 0,
    priority_flag: message.priority,
    validity_period: message.expiresAt,
    registered_delivery: 1,
    data_coding: part.dataCoding,
    short_message: part.payload,
    user_message_reference: message.reference & 0xffff,
  };
}

/** Confirms what is no receipt (an answer typed by a citizen), because nobody reads those. */
async function deliver(pdu: Pdu, clock: Clock, handler: ReceiptHandler | null): Promise<void> {
  const receipt = parseReceipt(pdu, clock.now());
  if (!receipt) return;
  if (!handler) throw new Error('nobody stores receipts yet');
  await handler(receipt);
}
