import type { SendResult } from '../../kernel/carriers.ts';

/** What a failed attempt tells about the message, and about the link when that was the trouble. */
export interface Failure {
  result: SendResult;
  /** `refused` needs somebody to change something; `unreachable` passes by itself. Null: the link is fine. */
  trouble: 'refused' | 'unreachable' | null;
}

/** What nodemailer tells about a failure. */
interface Details {
  code: string;
  /** The code of the system or of TLS beneath, such as `ECONNREFUSED` or `CERT_HAS_EXPIRED`. */
  cause: string;
  /** The command that was refused; `API` when nothing was asked of the server. */
  command: string;
  reply: number;
  enhanced: string;
}

const SERVICE_CLOSING = 421;
/** RFC 4954: authentication or encryption is missing or refused, whichever command was answered so. */
const ABOUT_LOGIN = new Set([454, 530, 534, 535, 538]);
/** RFC 5321: commands out of order. The session got confused, not the message. */
const BAD_SEQUENCE = 503;
/** RFC 3463 X.3.n: the state of the whole mail system. X.3.4 is the exception, a message too big for it. */
const ABOUT_SYSTEM = /^4\.3\.(?!4$)/;
/** A certificate is as it is until somebody renews it or trusts its authority. */
const ABOUT_CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|^ERR_SSL|^ERR_TLS/;

/**
 * Sorts a failed attempt by RFC 5321 section 4.2.1 and RFC 3463. A refused recipient or content is final (5yz) or may be
 * tried again (4yz). What concerns all messages alike (the login, the sender, the server's disk) is the link's trouble,
 * so that a wrong setting costs no message its life. A connection that broke after the whole message went out
 * (`handedOver`) leaves the matter open. The reason has the codes and never the server's words, as those repeat addresses.
 */
export function sortFailure(error: unknown, handedOver: boolean): Failure {
  const details = describe(error);
  const { reply, enhanced } = details;
  const { code, cause } = details;
  // Without TLS the server's reply says nothing of use: it is the encryption that failed.
  const codes =
    reply === 0 || code === 'ETLS' ? [code, cause] : [reply, enhanced, code === 'EAUTH' ? code : ''];
  const reason = ['smtp', ...codes].filter(Boolean).join(' ');
  if (reply === 0 && handedOver) {
    return { result: { kind: 'inDoubt', reason, taken: [] }, trouble: 'unreachable' };
  }
  if (!isAboutMessage(details)) {
    const result: SendResult = { kind: 'retry', reason, blame: 'link', taken: [] };
    return { result, trouble: isLasting(details) ? 'refused' : 'unreachable' };
  }
  if (reply === 0 || reply >= 500) return { result: { kind: 'rejected', reason, taken: [] }, trouble: null };
  return { result: { kind: 'retry', reason, blame: 'message', taken: [] }, trouble: null };
}

function isAboutMessage({ code, command, reply, enhanced }: Details): boolean {
  if (code !== 'EENVELOPE' && code !== 'EMESSAGE') return false;
  if (reply === SERVICE_CLOSING || reply === BAD_SEQUENCE || ABOUT_LOGIN.has(reply)) return false;
  // All our mail has the same sender: a server that refuses it refuses everything.
  return command !== 'MAIL FROM' && !ABOUT_SYSTEM.test(enhanced);
}

function isLasting({ code, cause, reply }: Details): boolean {
  return reply >= 500 || code === 'EAUTH' || code === 'ETLS' || ABOUT_CERTIFICATE.test(cause);
}

function describe(error: unknown): Details {
  const field = (name: string): unknown =>
    error instanceof Error ? (error as Error & Record<string, unknown>)[name] : undefined;
  const text = (name: string): string => {
    const value = field(name);
    return typeof value === 'string' ? value : '';
  };
  const reply = field('responseCode');
  return {
    code: text('code') || 'EUNKNOWN',
    cause: text('originalCode'),
    command: text('command'),
    reply: typeof reply === 'number' ? reply : 0,
    enhanced: /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(text('response'))?.[1] ?? '',
  };
}
