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

/** Where the driver of the database quotes the statement within its message, up to its end or that of the text. */
const STATEMENT = /\s*\bsql: (?:[\s\S]* - parameters:[^\n]*|[\s\S]*)/;
const DUPLICATE = /(Duplicate entry) '[\s\S]*?' (?=for key)/g;

const withoutValues = (text: string) => text.replace(STATEMENT, '').replaceAll(DUPLICATE, '$1 ');

/**
 * Errors of the database carry the statement with its values, in fields of their own and within message and stack, and
 * those of models the whole row; what went wrong is enough.
 */
function errorWithoutValues(error: Error): object {
  const {
    sql: _sql,
    sqlMessage: _sqlMessage,
    parameters: _parameters,
    parent: _parent,
    original: _original,
    errors: _errors,
    aggregateErrors: _aggregateErrors,
    fields: _fields,
    value: _value,
    cause: _cause,
    ...rest
  } = pino.stdSerializers.err(error) as unknown as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [
      key,
      typeof value === 'string' ? withoutValues(value) : value,
    ]),
  );
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
