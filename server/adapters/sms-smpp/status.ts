import type { StatusAction } from '../../config/smpp-links.ts';

export const STATUS_OK = 0x00;
export const STATUS_INVALID_LENGTH = 0x02;
export const STATUS_INVALID_COMMAND = 0x03;
/** Answer to a `deliver_sm` that could not be stored: the gateway sends it again later. */
export const STATUS_TRY_AGAIN = 0x64;
export const STATUS_UNKNOWN = 0xff;

/** The gateway still holds our last session. */
const ALREADY_BOUND = 0x05;

/** Bind refusals after which gateways lock an account that insists: bind failed, wrong password, wrong system id. */
const LOCK_OUT = new Set([0x0d, 0x0e, 0x0f]);

/** SMPP 3.4 section 5.1.3 and 5.0 section 4.7.6, by what there is to do. */
const TABLE: Readonly<Record<StatusAction, readonly number[]>> = {
  throttle: [0x58],
  queue: [0x14],
  later: [0x08, 0x64],
  retry: [0x45, 0xfe, 0xff],
  rebind: [0x04],
  // The messages are sound: they wait until somebody has put the sender right, or until they expire.
  sender: [0x0a, 0x48, 0x49],
  reject: [0x0b, 0x50, 0x51, 0x65, 0x66],
  mistake: [0x01, 0x02, 0x03, 0x06, 0x07, 0x43, 0x61, 0x62, 0x63, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4],
  recode: [0x104],
};

const ACTIONS = new Map(
  Object.entries(TABLE).flatMap(([action, statuses]) =>
    statuses.map((status) => [status, action as StatusAction] as const),
  ),
);

/**
 * What there is to do about an error status of `submit_sm`: as the link's settings say, else as the specification
 * means it. Unknown and vendor codes are tried again a few times. Pure.
 */
export function actionFor(status: number, overrides: Readonly<Record<number, StatusAction>>): StatusAction {
  return overrides[status] ?? ACTIONS.get(status) ?? 'retry';
}

/** True when insisting with the same credentials may lock the account. */
export function mayLockOut(bindStatus: number): boolean {
  return LOCK_OUT.has(bindStatus);
}

/** True when the gateway has not noticed yet that our last session is gone. */
export function isAlreadyBound(bindStatus: number): boolean {
  return bindStatus === ALREADY_BOUND;
}

/** A status as the operator's manuals print it, for example `smpp 0x0000000B`. */
export function statusReason(status: number): string {
  return `smpp 0x${status.toString(16).toUpperCase().padStart(8, '0')}`;
}
