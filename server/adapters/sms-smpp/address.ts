/** An address with the type and plan that SMPP wants beside it (SMPP 3.4 sections 5.2.5 and 5.2.6). */
export interface Address {
  ton: number;
  npi: number;
  value: string;
}

/** A mobile in E.164 (`+34…`) as an international number without its `+`. */
export function destinationAddress(phone: string): Address {
  return { ton: 1, npi: 1, value: phone.replace(/^\+/, '') };
}

/**
 * The sender: a long number, a short code (up to six digits) or an alias of at most 11 ASCII characters.
 * Throws Error for anything else, because the wire would garble it.
 */
export function sourceAddress(sender: string): Address {
  if (/^\+?\d{7,15}$/.test(sender)) return destinationAddress(sender);
  if (/^\d{3,6}$/.test(sender)) return { ton: 3, npi: 0, value: sender };
  if (/^[\x20-\x7e]{1,11}$/.test(sender)) return { ton: 5, npi: 0, value: sender };
  throw new Error('SMS sender must be a number, a short code or an alias of at most 11 plain characters');
}
