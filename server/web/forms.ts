import type { InvalidInput } from '../kernel/errors.ts';
import type { Locale } from '../kernel/locale.ts';
import type { FormState } from '../kernel/page.ts';
import type { Templates } from '../kernel/ports.ts';

/** A form that nobody has submitted yet. */
export function freshForm(values: Record<string, string> = {}): FormState {
  return { values, errors: {}, summary: [] };
}

/** A refused form with its problems as sentences in the reader's language. */
export function refusedForm(problem: InvalidInput, templates: Templates, locale: Locale): FormState {
  const entries = Object.entries(problem.fields).map(
    ([field, key]) => [field, templates.text(`errors:${key}`, locale)] as const,
  );
  return {
    values: problem.values,
    errors: Object.fromEntries(entries),
    summary: entries.map(([field, text]) => ({ href: `#${field}`, text })),
  };
}
