/** An address with the type and plan that SMPP wants beside it (SMPP 3.4 sections 5.2.5 and 5.2.6). */
export interface Address {
  ton: number;
  npi: number;
  value: string;
}

/** A mobile in E.164 (`+34…`) as an international number without its `+`. Throws RangeError for anything else. */
export function destinationAddress(phone: string): Address {
  const value = phone.replace(/^\+/, '');
  if (!/^\d{7,15}$/.test(value)) throw new RangeError('destination is no phone number');
  return { ton: 1, npi: 1, value };
}

/**
 * The sender: a long number, a short code (up to six digits) of the type that the contract says, or an alias of at most
 * 11 ASCII characters. Throws RangeError for anything else, because the wire would garble it.
 */
export function sourceAddress(sender: string, shortCodeTon: 0 | 3 = 3): Address {
  if (/^\d{3,6}$/.test(sender)) return { ton: shortCodeTon, npi: 0, value: sender };
  if (/^\+?\d{7,15}$/.test(sender)) return destinationAddress(sender);
  if (/^[\x20-\x7e]{1,11}$/.test(sender)) return { ton: 5, npi: 0, value: sender };
  throw new RangeError(
    'SMS sender must be a number, a short code or an alias of at most 11 plain characters',
  );
}
