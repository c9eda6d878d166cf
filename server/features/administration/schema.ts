import { z } from 'zod';
import type { FieldErrors } from '../../kernel/errors.ts';
import { addressProblem, senderKind } from '../messages/index.ts';

/** The CNMC registers an alias for two years at most. */
const LONGEST_REGISTRATION_YEARS = 2;

const text = z.string().default('');

export const senderSchema = z.object({
  use: z.enum(['settings', 'own'], 'senderUseMissing'),
  address: text,
  registeredUntil: text,
  provider: text.pipe(z.string().max(40, 'providerTooLong')),
});
export type SenderInput = z.output<typeof senderSchema>;

function dateProblem(day: string, today: string): string | null {
  if (day === '') return 'registeredMissing';
  if (!z.iso.date().safeParse(day).success) return 'registeredWrong';
  if (day < today) return 'registeredPast';
  const last = `${Number(today.slice(0, 4)) + LONGEST_REGISTRATION_YEARS}${today.slice(4)}`;
  return day > last ? 'registeredFar' : null;
}

/**
 * What is wrong with an office's own sender; `providers` are those behind the links, or none when that is not known.
 * An alias without a date would only hold the office's texts back, so the date is asked for.
 */
export function senderProblems(
  values: Record<string, string>,
  today: string,
  providers: readonly string[],
): FieldErrors {
  if (values.use !== 'own') return {};
  const { address = '', registeredUntil = '', provider = '' } = values;
  const found: Record<string, string | null> = {
    address: addressProblem(address),
    registeredUntil:
      address !== '' && senderKind(address) === 'alias' ? dateProblem(registeredUntil, today) : null,
    provider:
      provider !== '' && providers.length > 0 && !providers.includes(provider) ? 'providerUnknown' : null,
  };
  return Object.fromEntries(
    Object.entries(found).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}
