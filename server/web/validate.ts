import type { z } from 'zod';
import { InvalidInput } from '../kernel/errors.ts';
import type { Ctx } from './context.ts';

/** The texts of a submitted form; anything that is not a plain text is left out. */
export function formValues(ctx: Ctx): Record<string, string> {
  const body = (ctx.request.body ?? {}) as Record<string, unknown>;
  const texts = Object.entries(body).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts.map(([key, value]) => [key, value.normalize('NFC').trim()]));
}

/**
 * Typed input of a form. Schema messages are keys of the `errors` catalogue.
 * Throws InvalidInput with all field problems at once and the values as typed.
 */
export function validate<Schema extends z.ZodType>(ctx: Ctx, schema: Schema): z.output<Schema> {
  const values = formValues(ctx);
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const fields: Record<string, string> = {};
  for (const issue of parsed.error.issues) {
    const field = String(issue.path[0] ?? 'form');
    fields[field] ??= issue.message;
  }
  throw new InvalidInput(fields, values);
}
