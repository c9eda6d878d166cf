import { ZodError } from 'zod';
import { AppError, notFound } from '../kernel/errors.ts';
import type { Logger } from '../kernel/log.ts';
import type { Templates } from '../kernel/ports.ts';
import type { Ctx, Step } from './context.ts';
import type { Renderer } from './render.ts';

/** What is logged of a failure: quiet for the person's mistakes, loud for ours. */
function report(log: Logger, ctx: Ctx, error: AppError): void {
  const entry = {
    requestId: ctx.state.requestId,
    code: error.code,
    status: error.status,
    detail: error.detail,
  };
  if (error.status < 500) log.debug(entry, 'request refused');
  else log.error({ ...entry, err: error.cause ?? error }, 'request failed');
}

function httpStatus(error: unknown): number | null {
  const status = (error as { status?: unknown }).status;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}

function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof ZodError) return new AppError('badRequest', 400, { detail: error.issues[0]?.path });
  const status = httpStatus(error);
  return new AppError(status ? 'badRequest' : 'unexpected', status ?? 500, { cause: error });
}

/** True when the caller is a script of ours and wants JSON. */
function wantsJson(ctx: Ctx): boolean {
  return ctx.accepts('html', 'json') === 'json' || ctx.path.startsWith('/internal/');
}

/**
 * The one place where errors become answers: a page in the reader's language with the request id, or JSON
 * `{error: code}` for scripts. Details never leave the log.
 */
export function errorExit(log: Logger, templates: Templates, renderer: Renderer): Step {
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.status === 404 && !ctx.body) throw notFound(ctx.method);
    } catch (thrown) {
      const error = asAppError(thrown);
      report(log, ctx, error);
      ctx.status = error.status;
      if (wantsJson(ctx)) {
        ctx.body = { error: error.code, ...error.params };
        return;
      }
      const { locale } = ctx.state;
      const data = {
        status: error.status,
        heading: templates.text(`errors:heading.${headingOf(error)}`, locale),
        text: templates.text(`errors:${error.code}`, locale, error.params),
        requestId: ctx.state.requestId,
        backHref:
          error.code === 'signInAgain' ? `/sign-in?next=${encodeURIComponent(homeOf(ctx))}` : homeOf(ctx),
      };
      const layout = ctx.state.staff ? 'staff' : 'citizen';
      renderer.page(ctx, 'errors/error', data, {
        layout,
        title: `errors:heading.${headingOf(error)}`,
        status: error.status,
        office: OFFICE_PATH.exec(ctx.path)?.[1],
      });
    }
  };
}

const OFFICE_PATH = /^\/o\/([a-z0-9-]{1,40})(?:\/appointments\/[a-z2-7]{20})?(?=\/|$)/;
const LINK_PATH = /^\/v\/[\w-]{22}(?=\/|$)/;

/** Where somebody goes on after a refusal: the appointment or board it was about, or the own link. */
function homeOf(ctx: Ctx): string {
  const [own] = LINK_PATH.exec(ctx.path) ?? [];
  if (own) return own;
  const [office] = OFFICE_PATH.exec(ctx.path) ?? [];
  // A refused look at a page must not lead back to that very page.
  if (!office || (ctx.method === 'GET' && office === ctx.path)) return '/';
  return office.includes('/appointments/') ? office : `${office}/board`;
}

function headingOf({ code, status }: AppError): string {
  if (code === 'signInAgain') return 'signInAgain';
  if (code === 'csrf' || code === 'cookiesOff') return 'expired';
  if (status === 404) return 'notFound';
  if (status === 403) return 'forbidden';
  if (status === 409) return 'conflict';
  if (status === 429) return 'tooMany';
  return status < 500 ? 'badRequest' : 'unexpected';
}
