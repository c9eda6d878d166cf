import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';
import { readCertificates } from './certificates.ts';

function isDecodable(value: string): boolean {
  try {
    return decodeURIComponent(value) !== '';
  } catch {
    return false;
  }
}

/** A mail server's address holds nothing but scheme, login, host and port; a path or query would go unheeded. */
const mailServerUrl = z
  .url({ protocol: /^smtps?$/ })
  .refine(
    (value) => /^smtps?:\/\/[^/?#]+\/?$/.test(value),
    'has a path or options; give only scheme, login, host and port',
  )
  .refine(isDecodable, 'has a `%` that starts no code; write it as `%25`');

const SMALLEST_RSA_BITS = 2048;

/** An RSA private key as PEM. Line ends may be written as `\n`, as files of settings often need it. */
function readDkimKey(value: string, context: z.RefinementCtx): string {
  const pem = value.replaceAll(String.raw`\n`, '\n');
  if (!isRsaKey(pem))
    context.addIssue({
      code: 'custom',
      message: `must be an RSA private key (PEM, without passphrase) of ${SMALLEST_RSA_BITS} bits or more`,
    });
  return pem;
}

function isRsaKey(pem: string): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem);
    return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= SMALLEST_RSA_BITS;
  } catch {
    return false;
  }
}

/** The department's mail server, and who its mail comes from. */
export const MAIL_DEFINITIONS = {
  SMTP_URL: {
    schema: mailServerUrl,
    about:
      'The department’s mail server, with user and password if it wants them (`%40` for an `@` in them). `smtps://` speaks ' +
      'TLS from the start (port 465), `smtp://` starts it as `SMTP_TLS` says (port 587).',
    example: 'smtp://user:secret@mail.exemple.cat:587',
    secret: true as const,
  },
  SMTP_TLS: {
    schema: z.enum(['require', 'opportunistic', 'none']).default('require'),
    about:
      '`require`: no mail leaves without TLS. `opportunistic`: TLS if the server offers it. `none`: never, for a relay on ' +
      'the same machine. The certificate is always checked.',
    example: 'require',
  },
  SMTP_CA: {
    schema: z.string().transform(readCertificates).optional(),
    about:
      'Path of a PEM file with the authority of the mail server’s certificate; no other is then believed. Empty: those ' +
      'that the system trusts.',
    example: '(path of the PEM file, /etc/videoatencio/mail-ca.pem)',
  },
  SMTP_CONNECTIONS: {
    schema: z.coerce.number().int().min(1).max(20).default(3),
    about: 'Connections to the mail server at once, and so e-mails on their way at once.',
    example: '3',
  },
  MAIL_FROM: {
    schema: z.email(),
    about: 'Sender of the e-mails; gets the bounces.',
    example: 'cita@exemple.cat',
  },
  MAIL_REPLY_TO: {
    schema: z.email().optional(),
    about: 'Where answers go. Empty: to `MAIL_FROM`.',
    example: 'oac@exemple.cat',
  },
  MAIL_DKIM_DOMAIN: {
    schema: z.hostname().optional(),
    about:
      'Domain that signs the e-mails (DKIM): the one of `MAIL_FROM` or one above it. Empty when the mail server signs.',
    example: 'exemple.cat',
  },
  MAIL_DKIM_SELECTOR: {
    schema: z
      .string()
      .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/, 'must be letters, digits, dots and hyphens')
      .optional(),
    about: 'Name of the key: the DNS has its public half under `<selector>._domainkey.<domain>`.',
    example: 'videoatencio',
  },
  MAIL_DKIM_KEY: {
    schema: z.string().transform(readDkimKey).optional(),
    about: 'The private half of the key: RSA of 2048 bits or more, as PEM.',
    example: '(output of: openssl genrsa 2048)',
    secret: true as const,
  },
};

type Values = {
  [Key in keyof typeof MAIL_DEFINITIONS]: z.output<(typeof MAIL_DEFINITIONS)[Key]['schema']>;
};

/** The mail server of the settings, in its parts. */
export interface MailServerSettings {
  host: string;
  port: number;
  tls: 'implicit' | 'require' | 'opportunistic' | 'none';
  ca: string | undefined;
  login: { user: string; password: string } | undefined;
}

const IMPLICIT_TLS_PORT = 465;
const SUBMISSION_PORT = 587;

/** Takes the mail server's address apart (RFC 8314 ports where it names none). */
export function mailServer({ SMTP_URL, SMTP_TLS, SMTP_CA }: Values): MailServerSettings {
  const url = new URL(SMTP_URL);
  const implicit = url.protocol === 'smtps:';
  const user = decodeURIComponent(url.username);
  return {
    // IPv6 addresses stand in brackets in a URL, and without them on a socket.
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (implicit ? IMPLICIT_TLS_PORT : SUBMISSION_PORT),
    tls: implicit ? 'implicit' : SMTP_TLS,
    ca: SMTP_CA,
    login: user === '' ? undefined : { user, password: decodeURIComponent(url.password) },
  };
}

/** The key that signs mail, or undefined when the mail server does. */
export function mailDkim(settings: Values): { domain: string; selector: string; key: string } | undefined {
  const { MAIL_DKIM_DOMAIN: domain, MAIL_DKIM_SELECTOR: selector, MAIL_DKIM_KEY: key } = settings;
  return domain && selector && key ? { domain, selector, key } : undefined;
}

const OWN_MACHINE = new Set(['localhost', '127.0.0.1', '::1']);

function tlsContradictions(settings: Values): string[] {
  const { tls, host, login, ca } = mailServer(settings);
  if (tls === 'implicit' && settings.SMTP_TLS !== 'require')
    return [`SMTP_TLS: is ${settings.SMTP_TLS} although SMTP_URL begins with smtps. Example: require`];
  const found: string[] = [];
  if (login && (tls === 'none' || tls === 'opportunistic') && !OWN_MACHINE.has(host))
    found.push(
      `SMTP_TLS: is ${tls} although SMTP_URL has a password, which could travel in the clear. Example: require`,
    );
  if (ca && tls === 'none')
    found.push(
      'SMTP_TLS: is none although SMTP_CA is given, so no certificate would be checked. Example: require',
    );
  return found;
}

function dkimContradictions(settings: Values): string[] {
  const parts = ['MAIL_DKIM_DOMAIN', 'MAIL_DKIM_SELECTOR', 'MAIL_DKIM_KEY'] as const;
  const missing = parts.filter((key) => settings[key] === undefined);
  if (missing.length === parts.length) return [];
  if (missing.length > 0)
    return [
      `${missing.join(', ')}: missing although the rest of MAIL_DKIM_* is given. Give all three or none.`,
    ];
  const domain = settings.MAIL_DKIM_DOMAIN?.toLowerCase() ?? '';
  const sender = settings.MAIL_FROM.slice(settings.MAIL_FROM.lastIndexOf('@') + 1).toLowerCase();
  if (sender === domain || sender.endsWith(`.${domain}`)) return [];
  return [
    'MAIL_DKIM_DOMAIN: is neither the domain of MAIL_FROM nor one above it, so DMARC would not count the signature.',
  ];
}

/** What is right alone but wrong together in the settings of the mail server, one line each; without values. */
export function mailContradictions(settings: Values): string[] {
  return [...tlsContradictions(settings), ...dkimContradictions(settings)];
}
