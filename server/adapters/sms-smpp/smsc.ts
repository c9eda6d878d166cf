import type { Pdu, PduFields } from 'smpp';
import type { Target } from './socket.ts';

/** What became of one request. `notSent`: nothing went out. `inDoubt`: it went out and no answer came. */
export type Submitted =
  | { kind: 'answered'; status: number; messageId: string }
  | { kind: 'notSent'; reason: string }
  | { kind: 'inDoubt'; reason: string };

/** Why a connection ended. `bindStatus` tells that the gateway refused the bind, and `wasBound` that it ever worked. */
export interface Closure {
  reason: string;
  bindStatus: number | null;
  wasBound: boolean;
}

/** What a connection tells its owner. */
export interface SmscEvents {
  onBound(): void;
  /** Incoming `deliver_sm` or `data_sm`; it is confirmed when the promise resolves, refused for now when it rejects. */
  onDeliver(pdu: Pdu): Promise<void>;
  /** Exactly once; nothing else is told afterwards. */
  onClosed(closure: Closure): void;
}

/**
 * One connection to a gateway, from connect to close, whatever library or how many sessions are behind it. Every
 * submit is settled, whatever happens to the connection.
 */
export interface SmscLink {
  readonly bound: boolean;
  /** One `submit_sm`. Never rejects. */
  submit(fields: PduFields): Promise<Submitted>;
  /** Takes no more submits, waits for the answers, unbinds and closes; cuts the connection at the deadline. */
  stop(deadlineMs: number, reason: string): Promise<void>;
  /** Takes no more submits, and cuts the connection when all answers came. */
  retire(reason: string): void;
  /** Cuts the connection at once; what is unanswered becomes `inDoubt`. */
  kill(reason: string): void;
}

/** How long a connection waits for what. */
export interface SmscTimes {
  /** From the first packet to the answer of the bind. */
  connectMs: number;
  /** For the answer to a submit; after that nobody knows what the gateway has, so the connection is cut. */
  answerMs: number;
  /** After this silence the gateway is asked whether it lives. */
  enquireMs: number;
  enquireAnswerMs: number;
  unbindMs: number;
}

/** Where to connect, and who we are there. */
export interface SmscAccess {
  target: Target;
  systemId: string;
  password: string;
  systemType: string;
  times: SmscTimes;
}
