import { reasonWord, type ReasonWord } from '../../kernel/reasons.ts';

/**
 * Keys below `operations:reason`: the words that agents read too, and finer ones for those who operate the links and can
 * do something different about each.
 */
export const FINER_WORDS = [
  'throttled',
  'alreadyBound',
  'portClosed',
  'nameUnknown',
  'silent',
  'certificate',
  'unregistered',
  'registrationExpired',
  'broken',
  'none',
] as const;
export type OperatorWord = ReasonWord | (typeof FINER_WORDS)[number];

const FINER: readonly [RegExp, OperatorWord][] = [
  [/^\s*$/, 'none'],
  [/0x0*58$/i, 'throttled'],
  [/0x0*05$/i, 'alreadyBound'],
  [/unregistered/i, 'unregistered'],
  [/\b(sender|registration)\b.*\bexpired\b/i, 'registrationExpired'],
  [/^broken\b/i, 'broken'],
  [/econnrefused/i, 'portClosed'],
  [/enotfound|eai_again|edns/i, 'nameUnknown'],
  [/etimedout|ehostunreach|enetunreach/i, 'silent'],
  [/\bcert|etls|err_tls|err_ssl|self.signed|depth_zero|unable_to_(get|verify)/i, 'certificate'],
];

/** Which explanation a reason gets, as it stands in the row of a message or of a link. */
export function operatorWord(reason: string): OperatorWord {
  return FINER.find(([pattern]) => pattern.test(reason))?.[1] ?? reasonWord(reason);
}
