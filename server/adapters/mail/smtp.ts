import nodemailer from 'nodemailer';
import type { Mailer, MailMessage, SendResult } from '../../kernel/ports.ts';
import { failedSend } from './outcome.ts';

export interface MailerOptions {
  /** `smtp://` (STARTTLS where offered) or `smtps://`, with user and password if needed. */
  url: string;
  from: { name: string; address: string };
  logger: { warn(details: object, message: string): void };
  /** Silence of the server after which a connection is given up. */
  timeoutMs?: number;
}

const TIMEOUT_MS = 30_000;
const CONNECTIONS = 3;

/**
 * Sends e-mail through the department's SMTP server over a few kept connections. Nothing is repeated in here: the
 * outbox decides on that. `stop` lets running deliveries end.
 */
export function createMailer(options: MailerOptions): Mailer {
  const transport = createTransport(options);
  const handedOver = new Set<string>();
  const running = new Set<Promise<SendResult>>();
  transport.use('stream', (mail, done) => {
    const id = mail.message.messageId();
    mail.message.processFunc((stream) => stream.once('end', () => handedOver.add(id)));
    done();
  });

  async function deliver(message: MailMessage): Promise<SendResult> {
    const messageId = `<${message.messageId}>`;
    try {
      await transport.sendMail({ ...compose(message), from: options.from, messageId });
      return { kind: 'accepted', providerIds: [message.messageId], segments: 1 };
    } catch (error) {
      const result = failedSend(error, handedOver.has(messageId));
      options.logger.warn({ result }, 'e-mail not accepted');
      return result;
    } finally {
      handedOver.delete(messageId);
    }
  }

  return {
    send(message) {
      const delivery = deliver(message);
      running.add(delivery);
      return delivery.finally(() => running.delete(delivery));
    },
    async stop() {
      await Promise.allSettled(running);
      transport.close();
    },
  };
}

function createTransport({ url, timeoutMs = TIMEOUT_MS }: MailerOptions) {
  return nodemailer.createTransport({
    url,
    pool: true,
    maxConnections: CONNECTIONS,
    // Repeating a message that may have been taken is not for the pool to decide.
    maxRequeues: 0,
    connectionTimeout: Math.min(timeoutMs, 10_000),
    greetingTimeout: Math.min(timeoutMs, 10_000),
    socketTimeout: timeoutMs,
    // A template must never be able to pull in a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

function compose({ to, subject, text, html, calendar }: MailMessage) {
  return {
    to,
    subject,
    text,
    html,
    // RFC 3834: keeps absence notices from answering.
    headers: { 'Auto-Submitted': 'auto-generated' },
    ...(calendar ? { icalEvent: { ...calendar, filename: 'cita.ics' } } : {}),
  };
}
