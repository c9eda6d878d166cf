import type { SendResult } from '../../kernel/ports.ts';

/** What an SMPP `command_status` means for the message, and for the link. */
export interface StatusClass {
  result: Exclude<SendResult, { kind: 'accepted' } | { kind: 'inDoubt' }>;
  /** The gateway no longer knows our session: it has to be bound again. */
  sessionFault: boolean;
  /** Somebody must look at it: our alias, our contract or our software is at fault. */
  alarm: boolean;
}

const THIS_NUMBER = new Set([0x0b, 0x50, 0x51, 0x65, 0x66]);
const OUR_MISTAKE = new Set([
  0x01, 0x02, 0x03, 0x06, 0x07, 0x43, 0x61, 0x62, 0x63, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0x104,
]);
const OUR_SENDER = new Set([0x0a, 0x48, 0x49]);
const GATEWAY_BUSY = new Set([0x58, 0x08, 0x64]);
const WRONG_BIND_STATE = 0x04;

/** Bind refusals after which gateways lock an account that insists: bind failed, wrong password, wrong system id. */
const LOCK_OUT = new Set([0x0d, 0x0e, 0x0f]);

export const STATUS_OK = 0x00;
/** Answer to a `deliver_sm` that could not be stored: the gateway sends it again later. */
export const STATUS_TRY_AGAIN = 0x64;

/**
 * Sorts an error status of SMPP 3.4 (section 5.1.3) and 5.0. Unknown and vendor codes are tried again, and count
 * as attempts.
 */
export function classify(status: number): StatusClass {
  const reason = `smpp ${hex(status)}`;
  const rejected = { kind: 'rejected', reason } as const;
  const later = { kind: 'retry', reason, countsAsAttempt: false } as const;
  if (THIS_NUMBER.has(status)) return { result: rejected, sessionFault: false, alarm: false };
  if (OUR_MISTAKE.has(status)) return { result: rejected, sessionFault: false, alarm: true };
  // The messages are sound: they wait until somebody has put the sender right, or until they expire.
  if (OUR_SENDER.has(status)) return { result: later, sessionFault: false, alarm: true };
  if (GATEWAY_BUSY.has(status)) return { result: later, sessionFault: false, alarm: false };
  if (status === WRONG_BIND_STATE) return { result: later, sessionFault: true, alarm: false };
  return {
    result: { kind: 'retry', reason, countsAsAttempt: true },
    sessionFault: false,
    alarm: false,
  };
}

/** True when insisting with the same credentials may lock the account. */
export function mayLockOut(bindStatus: number): boolean {
  return LOCK_OUT.has(bindStatus);
}

/** A status as the operator's manuals print it, for example `0x0000000B`. */
export function hex(status: number): string {
  return `0x${status.toString(16).toUpperCase().padStart(8, '0')}`;
}
