import nodemailer from 'nodemailer';
import type Mail from 'nodemailer/lib/mailer/index.js';
import type SMTPPool from 'nodemailer/lib/smtp-pool/index.js';
import type { MailMessage } from '../../kernel/ports.ts';

/** The department's mail server and how we speak to it. */
export interface MailServer {
  host: string;
  port: number;
  /**
   * `implicit`: TLS from the first octet. `require`: STARTTLS or nothing. `opportunistic`: STARTTLS where it is offered.
   * `none`: in the clear. Wherever there is TLS, the certificate is checked.
   */
  tls: 'implicit' | 'require' | 'opportunistic' | 'none';
  /** PEM of the only authorities whose certificates are believed; those of the system when absent. */
  ca?: string | undefined;
  login?: { user: string; password: string } | undefined;
  /** How we name ourselves in EHLO. */
  ownName?: string | undefined;
}

/** Who mail comes from. */
export interface MailSender {
  from: { name: string; address: string };
  replyTo?: string | undefined;
  /** Signs all mail (RFC 6376, rsa-sha256, relaxed/relaxed). */
  dkim?: { domain: string; selector: string; key: string } | undefined;
}

export interface PoolLimits {
  /** Most connections at once. */
  connections: number;
  /** Silence of the server after which a connection is given up. */
  timeoutMs: number;
}

/** One delivery; tells whether the whole message had gone to the server when it failed. */
export interface Delivery {
  signal: AbortSignal;
  onHandedOver: () => void;
}

export interface Transport {
  deliver(message: MailMessage, delivery: Delivery): Promise<void>;
  close(): void;
}

const CONNECT_MS = 10_000;

/**
 * A pool of connections to the server. Nothing that the server may have taken is repeated in here: the one repeat it
 * knows is for a kept connection that turned out to be closed before anything was said on it.
 */
export function createTransport(server: MailServer, sender: MailSender, limits: PoolLimits): Transport {
  const pool = nodemailer.createTransport(poolOptions(server, sender, limits));
  const watchers = new Map<string, () => void>();
  pool.use('stream', (mail, done) => {
    watchEnd(mail.message, () => watchers.get(mail.message.messageId())?.());
    done();
  });
  return {
    async deliver(message, { signal, onHandedOver }) {
      const mail: Mail.Options & { signal: AbortSignal } = { ...compose(message, sender), signal };
      watchers.set(`<${message.messageId}>`, onHandedOver);
      try {
        await pool.sendMail(mail);
      } finally {
        watchers.delete(`<${message.messageId}>`);
      }
    },
    close: () => pool.close(),
  };
}

/**
 * Calls back when the last octet of the message was read for the wire. Looked at behind the signer, which reads the
 * whole message before the server has heard of it.
 */
function watchEnd(
  message: { createReadStream: (options?: object) => NodeJS.ReadableStream },
  onEnd: () => void,
) {
  const create = message.createReadStream.bind(message);
  message.createReadStream = (options) => create(options).once('end', onEnd);
}

function poolOptions(server: MailServer, sender: MailSender, limits: PoolLimits): SMTPPool.Options {
  const { login } = server;
  const { dkim } = sender;
  const options: SMTPPool.Options & { forceAuth: boolean } = {
    pool: true,
    host: server.host,
    port: server.port,
    name: server.ownName,
    secure: server.tls === 'implicit',
    requireTLS: server.tls === 'require',
    ignoreTLS: server.tls === 'none',
    tls: { minVersion: 'TLSv1.2', ...(server.ca ? { ca: server.ca } : {}) },
    ...(login ? { auth: { user: login.user, pass: login.password } } : {}),
    // A server that hides AUTH must not get mail without it: it would refuse each one for good.
    forceAuth: login !== undefined,
    ...(dkim ? { dkim: { domainName: dkim.domain, keySelector: dkim.selector, privateKey: dkim.key } } : {}),
    maxConnections: limits.connections,
    maxRequeues: 1,
    connectionTimeout: Math.min(limits.timeoutMs, CONNECT_MS),
    greetingTimeout: Math.min(limits.timeoutMs, CONNECT_MS),
    socketTimeout: limits.timeoutMs,
    // A template must never be able to pull in a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  return options;
}

/**
 * The message as MIME: plain text, HTML and `text/calendar` as alternatives, in rising order of richness (RFC 2046
 * section 5.1.4), the calendar with the `method` of its content (RFC 6047 section 2.4), which is what Gmail and Outlook
 * act on; and the same calendar as an attachment for programmes that only open files.
 */
function compose({ to, subject, text, html, messageId, calendar }: MailMessage, sender: MailSender) {
  return {
    // As an object, so that a comma or a bracket in it can never make a second recipient.
    to: { name: '', address: to },
    from: sender.from,
    ...(sender.replyTo ? { replyTo: sender.replyTo } : {}),
    subject,
    text,
    html,
    messageId: `<${messageId}>`,
    // RFC 3834, and what Exchange listens to: absence notices must not answer a machine.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    ...(calendar ? { icalEvent: { ...calendar, filename: 'cita.ics' } } : {}),
  };
}
