import type { SendResult } from '../../kernel/ports.ts';

/** What nodemailer tells about a failure. */
interface SmtpFailure {
  code?: string;
  responseCode?: number;
}

// Faults in the sender, the recipient or the message; all others concern the connection or our account.
const ABOUT_THE_MESSAGE = new Set(['EENVELOPE', 'EMESSAGE']);
const SERVICE_CLOSING = 421;

/**
 * Sorts a failed attempt by RFC 5321 section 4.2.1: 5yz about the message is final, 4yz may be tried again, and a
 * connection that broke after the whole message went out (`handedOver`) leaves the matter open.
 */
export function failedSend(error: unknown, handedOver: boolean): SendResult {
  const { code = '', responseCode = 0 } = describe(error);
  const reason = ['smtp', responseCode || '', code].filter(Boolean).join(' ');
  const aboutMessage = ABOUT_THE_MESSAGE.has(code);
  if (responseCode === 0 && handedOver) return { kind: 'inDoubt', reason };
  if (aboutMessage && (responseCode === 0 || responseCode >= 500)) return { kind: 'rejected', reason };
  return { kind: 'retry', reason, countsAsAttempt: aboutMessage && responseCode !== SERVICE_CLOSING };
}

function describe(error: unknown): SmtpFailure {
  if (!(error instanceof Error)) return {};
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const responseCode =
    'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : undefined;
  return { code, responseCode };
}
