import { z } from 'zod';

export const OUTCOMES = [
  'resolved',
  'follow_up',
  'documents_missing',
  'not_identified',
  'technical_failure',
] as const;

export const pinSchema = z.object({
  // People type PINs with spaces, and phones put them there.
  pin: z
    .string('pinMissing')
    .transform((text) => text.replaceAll(/\s/g, ''))
    .pipe(z.string().regex(/^\d{6}$/, 'pinFormat')),
});

export const enterSchema = z.object({ notice: z.literal('on', 'noticeMissing') });

export const overrideSchema = z.object({
  reason: z.string('reasonMissing').min(3, 'reasonMissing').max(200, 'textTooLong'),
});

export const closeSchema = z.object({
  outcome: z.enum(OUTCOMES, 'outcomeMissing'),
  notes: z.string().max(2000, 'textTooLong').default(''),
});

export const ratingSchema = z.object({
  rating: z.coerce.number('ratingMissing').int().min(1, 'ratingMissing').max(5, 'ratingMissing'),
});

export const deviceReportSchema = z.object({
  camera: z.boolean(),
  microphone: z.boolean(),
  speaker: z.boolean(),
  network: z.boolean(),
  browser: z.string().max(60),
  problems: z.array(z.string().max(60)).max(20),
});

export const roomReportSchema = z.object({
  kind: z.enum(['failure', 'recorder']),
  // Codes of our own page (`recorder-alarm.ts`, `failures.ts`), never somebody's words.
  reason: z.string().regex(/^[\w.:-]{1,80}$/),
});
