import { z } from 'zod';

export const signInSchema = z.object({
  email: z.string('emailMissing').min(1, 'emailMissing').max(254, 'emailWrong').toLowerCase(),
  password: z.string('passwordMissing').min(1, 'passwordMissing').max(200, 'signInWrong'),
});

export type SignInInput = z.output<typeof signInSchema>;
