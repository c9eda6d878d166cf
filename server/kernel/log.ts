import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';

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

/** Errors of the database carry the statement with its values; the message is enough. */
function errorWithoutValues(error: Error): object {
  const {
    sql: _sql,
    parameters: _parameters,
    parent: _parent,
    original: _original,
    ...rest
  } = pino.stdSerializers.err(error) as unknown as Record<string, unknown>;
  return rest;
}

/** A logger that writes one JSON object per line to stdout, with personal data replaced by `[redacted]`. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    serializers: { err: errorWithoutValues },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: PRIVATE.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
  };
  return destination ? pino(options, destination) : pino(options);
}
