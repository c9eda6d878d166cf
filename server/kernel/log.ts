import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/** Names of fields that may hold personal data or secrets, at the top of a log object or one level down. */
const PRIVATE = [
  'name',
  'mobile',
  'phone',
  'email',
  'to',
  'recipient',
  'text',
  'body',
  'pin',
  'token',
  'password',
  'secret',
  'authorization',
  'cookie',
  'url',
];

/** A logger that writes one JSON object per line to stdout, with personal data replaced by `[redacted]`. */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: PRIVATE.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
  });
}
