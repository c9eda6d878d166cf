import { z } from 'zod';
import { AppError, forbidden, InvalidInput, notFound } from '../../kernel/errors.ts';
import type { FormState } from '../../kernel/page.ts';
import type { Deps } from '../../models/deps.ts';
import type { Ctx, Step } from '../../web/context.ts';
import { refusedForm } from '../../web/forms.ts';
import { staffOf } from '../../web/guards.ts';
import { formValues } from '../../web/validate.ts';
import { mayEditTexts } from './policy.ts';
import type { Reader } from './present-texts.ts';
import type { Shown, Target } from './texts-page.ts';
import { officesForTexts } from './texts-editions.ts';
import type { Wording } from './texts-rules.ts';
import { textParamsSchema, wordingSchema } from './texts-schema.ts';

/** Draws the page of one text. */
export type ShowText = (ctx: Ctx, target: Target, shown: Shown, status?: number) => Promise<void>;

/** Lets only those pass who may edit texts. */
export function editsTexts(): Step {
  return async (ctx, next) => {
    if (!mayEditTexts(staffOf(ctx))) throw forbidden('role');
    return next();
  };
}

/** The signed-in person, as the one who reads. */
export function readerOf(deps: Deps, ctx: Ctx): Reader {
  return { templates: deps.templates, locale: ctx.state.locale };
}

const one = (value: unknown) => (typeof value === 'string' ? value : '');

/** The text that the address names, and the offices; 404 for a text or an office that does not exist. */
export async function targetOf(ctx: Ctx): Promise<Target> {
  const params = textParamsSchema.safeParse(ctx.params);
  if (!params.success) throw notFound('text');
  const offices = await officesForTexts();
  const bySlug = (slug: string) => offices.find((office) => office.slug === slug) ?? null;
  const slug = one(ctx.query.office);
  const office = bySlug(slug);
  if (slug && !office) throw notFound('office');
  const as = bySlug(formValues(ctx).as ?? one(ctx.query.as)) ?? office ?? offices[0] ?? null;
  return { key: { ...params.data, officeId: office?.id ?? null }, offices, office, as };
}

/** A submitted text: as it will be kept, and as the form shows it again. */
export interface Typed {
  wording: Wording;
  base: number;
  form: FormState;
}

/** Reads a submitted text. Whether it may be kept is for `problemsOf` to say. */
export function typedText(ctx: Ctx, { key }: Target): Typed {
  const { subject, body, base } = wordingSchema.parse(formValues(ctx));
  const wording = { subject: key.channel === 'email' ? subject : null, body };
  return { wording, base, form: { values: { subject, body }, errors: {}, summary: [] } };
}

/** The form of a test that was refused, with what was typed; null for any other error. */
export function problemForm(deps: Deps, ctx: Ctx, error: unknown): FormState | null {
  const { locale } = ctx.state;
  const values = { to: formValues(ctx).to ?? '' };
  if (error instanceof InvalidInput) return { ...refusedForm(error, deps.templates, locale), values };
  // A limit that is used up is told beside the field: the text that one was writing stays on the page.
  if (!(error instanceof AppError) || error.code !== 'tooMany') return null;
  const text = deps.templates.text('errors:tooMany', locale, error.params);
  return { values, errors: { to: text }, summary: [] };
}

/** Pages of texts show whole e-mails in a frame of their own. */
export function allowFrame(ctx: Ctx): void {
  const policy = ctx.response.get('content-security-policy');
  ctx.set('content-security-policy', `${policy};frame-src 'self'`);
}

/**
 * An e-mail as its reader's program shows it: its styles stand in the text, so they are allowed here and nothing else is.
 * The browser treats it as a page of nobody's (`sandbox`), which only our own pages may frame.
 */
export function sendMailFrame(ctx: Ctx, html: string, status = 200): void {
  ctx.set(
    'content-security-policy',
    "default-src 'none';style-src 'unsafe-inline';sandbox;base-uri 'none';form-action 'none';frame-ancestors 'self'",
  );
  ctx.set('x-frame-options', 'SAMEORIGIN');
  ctx.set('cache-control', 'no-store');
  ctx.status = status;
  ctx.type = 'html';
  ctx.body = html;
}

/** True when a script asks for a part of the page. */
export const wantsPart = (ctx: Ctx): boolean => ctx.get('hx-request') === 'true';

export const uidSchema = z.string().regex(/^[a-z2-7]{20}$/);
