import { LOCALES, type Locale } from '../kernel/locale.ts';
import type { PageChrome } from '../kernel/page.ts';
import type { Templates } from '../kernel/ports.ts';
import type { Ctx } from './context.ts';
import { takeFlash } from './flash.ts';
import { noticesOf } from './notices.ts';

const LANGUAGE_NAMES: Record<Locale, string> = { ca: 'Català', es: 'Español', en: 'English' };

export interface PageOptions {
  layout: 'citizen' | 'staff' | 'room';
  /** Key and parameters of the page's title in a catalogue. */
  title: string;
  titleParams?: Record<string, unknown>;
  /** Slug of the office the page is about. */
  office?: string;
  status?: number;
  /** Address of this page by GET, where a refused form is drawn under the address it was sent to. */
  self?: string;
}

/** Draws pages and fragments with what every page needs. */
export interface Renderer {
  /** Answers with a whole page. */
  page(ctx: Ctx, view: string, data: object, options: PageOptions): void;
  /** Answers with a part of a page. */
  fragment(ctx: Ctx, view: string, data: object, office?: string): void;
}

function staffChrome(ctx: Ctx, templates: Templates, locale: Locale, slug?: string): PageChrome['staff'] {
  const { staff } = ctx.state;
  if (!staff) return undefined;
  const office = staff.offices.find((candidate) => candidate.slug === slug);
  return {
    name: staff.name,
    roleLabel: templates.text(`labels:role.${staff.role}`, locale),
    staffNumber: staff.staffNumber,
    isAdministrator: staff.role === 'administrator',
    office: office && { slug: office.slug, name: office.name },
    offices: staff.offices.map((one) => ({ slug: one.slug, name: one.name, current: one.slug === slug })),
  };
}

/** Builds the renderer. `assets` is the content-addressed URL prefix of scripts and styles. */
export function createRenderer(templates: Templates, department: string, assets: string): Renderer {
  const chrome = (ctx: Ctx, office?: string, self?: string): PageChrome => {
    const { locale } = ctx.state;
    return {
      locale,
      languages: LOCALES.map((code) => ({ code, label: LANGUAGE_NAMES[code], current: code === locale })),
      department,
      path: self ?? (ctx.method === 'GET' ? ctx.url : '/'),
      csrf: ctx.state.csrf,
      nonce: ctx.state.nonce,
      assets,
      notices: noticesOf(ctx),
      staff: staffChrome(ctx, templates, locale, office),
    };
  };
  const answer = (ctx: Ctx, html: string, status = 200) => {
    ctx.status = status;
    ctx.type = 'html';
    // Pages hold personal data: neither a shared computer's disk nor a proxy may keep them.
    ctx.set('cache-control', 'no-store');
    ctx.body = html;
  };
  return {
    page(ctx, view, data, options) {
      const { locale } = ctx.state;
      const flash = takeFlash(ctx, templates, locale);
      const title = templates.text(options.title, locale, options.titleParams);
      const context = {
        ...chrome(ctx, options.office, ctx.method === 'GET' ? undefined : options.self),
        flash,
        title,
        ...data,
      };
      answer(ctx, templates.page(view, locale, context, options.layout), options.status);
    },
    fragment(ctx, view, data, office) {
      answer(ctx, templates.fragment(view, ctx.state.locale, { ...chrome(ctx, office), ...data }));
    },
  };
}
