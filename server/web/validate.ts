import type { z } from 'zod';
import { InvalidInput, type FieldErrors } from '../kernel/errors.ts';
import type { Ctx } from './context.ts';

/** The texts of a submitted form; anything that is not a plain text is left out. */
export function formValues(ctx: Ctx): Record<string, string> {
  const body = (ctx.request.body ?? {}) as Record<string, unknown>;
  const texts = Object.entries(body).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts.map(([key, value]) => [key, value.normalize('NFC').trim()]));
}

/** Browsers send fields in the order of the form, and that is the order in which people look for problems. */
function inFormOrder(fields: FieldErrors, values: Record<string, string>): FieldErrors {
  const names = Object.keys(values);
  // What was not sent at all (nothing chosen among several) is told last.
  const place = (field: string) => (names.includes(field) ? names.indexOf(field) : names.length);
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => place(a) - place(b)));
}

/**
 * Typed input of a form. Schema messages are keys of the `errors` catalogue; `more` may find problems that a schema
 * can't, and is heard where the schema is content with the field.
 * Throws InvalidInput with all field problems at once and the values as typed.
 */
export function validate<Schema extends z.ZodType>(
  ctx: Ctx,
  schema: Schema,
  more: (values: Record<string, string>) => FieldErrors = () => ({}),
): z.output<Schema> {
  const values = formValues(ctx);
  const parsed = schema.safeParse(values);
  const fields: FieldErrors = {};
  for (const issue of parsed.error?.issues ?? []) fields[String(issue.path[0] ?? 'form')] ??= issue.message;
  const all = inFormOrder({ ...more(values), ...fields }, values);
  if (!parsed.success || Object.keys(all).length > 0) throw new InvalidInput(all, values);
  return parsed.data;
}
