/**
 * An error with an answer for the person: `code` is also the key of its text in the `errors` catalogue,
 * `params` fill that text, `detail` is for the log only.
 */
export class AppError extends Error {
  readonly code: string;
  readonly status: number;
  readonly params: Record<string, string | number>;
  readonly detail: unknown;

  constructor(
    code: string,
    status: number,
    options: { params?: Record<string, string | number>; detail?: unknown; cause?: unknown } = {},
  ) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = status;
    this.params = options.params ?? {};
    this.detail = options.detail;
  }
}

/** One message for each field of a form; the value is a key of the `errors` catalogue. */
export type FieldErrors = Record<string, string>;

/** Input that a form refused: every problem at once, and what was typed, to draw the form again. */
export class InvalidInput extends AppError {
  readonly fields: FieldErrors;
  readonly values: Record<string, string>;

  constructor(fields: FieldErrors, values: Record<string, string>) {
    super('invalidInput', 422);
    this.fields = fields;
    this.values = values;
  }
}

/** The thing does not exist, or the person may not know that it does. */
export function notFound(detail?: unknown): AppError {
  return new AppError('notFound', 404, { detail });
}

/** The person is known but may not do this. */
export function forbidden(detail?: unknown): AppError {
  return new AppError('forbidden', 403, { detail });
}

/** Somebody else was faster, or the state no longer allows the step. */
export function conflict(code: string, params: Record<string, string | number> = {}): AppError {
  return new AppError(code, 409, { params });
}
