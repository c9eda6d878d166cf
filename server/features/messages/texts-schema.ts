import { z } from 'zod';
import { LOCALES } from '../../kernel/locale.ts';
import { CHANNELS, MESSAGE_KINDS } from '../../models/OutboxMessage.ts';
import { mobileSchema } from '../appointments/index.ts';
import { TEXT_KINDS } from './texts-placeholders.ts';
import { tidy } from './texts-rules.ts';

/** The text that an address names. */
export const textParamsSchema = z
  .object({
    channel: z.enum(CHANNELS),
    kind: z.enum(MESSAGE_KINDS).exclude(['test']),
    locale: z.enum(LOCALES),
  })
  .refine(({ channel, kind }) => TEXT_KINDS[channel].includes(kind));

const typed = z.string().default('').transform(tidy);

/** A text as somebody typed it. What is wrong with it is told by `problemsOf`, not here. */
export const wordingSchema = z.object({
  subject: typed,
  body: typed,
  /** The edition one started from. */
  base: z.coerce.number().int().min(0).catch(0),
});

export const restoreSchema = z.object({
  edition: z.coerce.number().int().min(1),
  base: z.coerce.number().int().min(0).catch(0),
});

/** Where a test goes. */
export const testToSchema = {
  sms: z.object({ to: mobileSchema }),
  email: z.object({
    to: z.string('emailMissing').min(1, 'emailMissing').pipe(z.email('emailWrong').max(254, 'emailWrong')),
  }),
};

export const pageNumberSchema = z.coerce.number().int().min(1).max(10_000).catch(1);
