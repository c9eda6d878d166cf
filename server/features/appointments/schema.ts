import { z } from 'zod';
import { LOCALES } from '../../kernel/locale.ts';
import { canReceiveSms, normalisePhone } from '../../kernel/people.ts';

const day = z.string('dateMissing').regex(/^\d{4}-\d{2}-\d{2}$/, 'dateMissing');
const time = z.string('timeMissing').regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'timeMissing');
const longText = z.string().max(2000, 'textTooLong').default('');
const tick = z
  .string()
  .optional()
  .transform((value) => value === 'on');

/** A number as people type it, which can receive texts; becomes E.164. */
export const mobileSchema = z
  .string('mobileMissing')
  .min(1, 'mobileMissing')
  .transform((text, context) => {
    const number = normalisePhone(text);
    const problem = number === null ? 'mobileWrong' : canReceiveSms(number) ? null : 'mobileNotMobile';
    if (problem) context.addIssue({ code: 'custom', message: problem });
    return number ?? '';
  });

const email = z
  .union([z.literal(''), z.email('emailWrong').max(254, 'emailWrong')])
  .optional()
  .transform((text) => text || null);

export const newAppointmentSchema = z.object({
  procedure: z.string('procedureMissing').min(1, 'procedureMissing'),
  date: day,
  time,
  name: z.string('nameMissing').min(2, 'nameMissing').max(120, 'nameTooLong'),
  mobile: mobileSchema,
  email,
  locale: z.enum(LOCALES, 'localeMissing'),
  notes: longText,
});
export type NewAppointment = z.output<typeof newAppointmentSchema>;

export const PHONE_OUTCOMES = ['confirmed', 'no_answer', 'declined', 'not_possible'] as const;

export const phoneCheckSchema = z.object({
  outcome: z.enum(PHONE_OUTCOMES, 'outcomeMissing'),
  papersReady: tick,
  deviceReady: tick,
  notes: longText,
});
export type PhoneCheck = z.output<typeof phoneCheckSchema>;

export const cancelSchema = z.object({
  reason: z.string('reasonMissing').min(3, 'reasonMissing').max(190, 'textTooLong'),
});

export const rescheduleSchema = z.object({ date: day, time });
export type Reschedule = z.output<typeof rescheduleSchema>;

export const contactSchema = z.object({ mobile: mobileSchema, email });
export type Contact = z.output<typeof contactSchema>;
