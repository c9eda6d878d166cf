import { z } from 'zod';

/** How one setting is read and explained. */
export interface Definition {
  schema: z.ZodType;
  /** One or two sentences for the operator's manual. */
  about: string;
  /** Shown when the value is wrong. */
  example: string;
  /** Secrets may also be given as `<KEY>_FILE`, and are never printed. */
  secret?: true;
  /** The setting is needed only while this other one is absent. */
  unless?: string;
}

/** A TCP port. */
export const port = z.coerce.number().int().min(1).max(65535);

/** `1` or `0`, as a boolean. */
export const flag = z.enum(['0', '1']).transform((value) => value === '1');
