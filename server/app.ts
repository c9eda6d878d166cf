import { join } from 'node:path';
import { bodyParser } from '@koa/bodyparser';
import type Router from '@koa/router';
import Koa from 'koa';
import { administrationRoutes, staffNotices, watchMessages } from './features/administration/index.ts';
import { appointmentRoutes, boardRoutes, bookingRoutes } from './features/appointments/index.ts';
import {
  agentRoomRoutes,
  citizenRoomRoutes,
  goodbyeRoutes,
  landingRoutes,
  videoEventRoutes,
  waitingRoutes,
} from './features/calls/index.ts';
import { identityRoutes } from './features/identity/index.ts';
import { textRoutes } from './features/messages/index.ts';
import { officeRoutes } from './features/offices/index.ts';
import { ROOT } from './kernel/paths.ts';
import type { Deps } from './models/deps.ts';
import type { AppState, Step } from './web/context.ts';
import { cookieSecurity } from './web/cookies.ts';
import { csrf } from './web/csrf.ts';
import { errorExit } from './web/errors.ts';
import { identifyRequest, securityHeaders } from './web/headers.ts';
import { locale, preferLocale } from './web/locale.ts';
import { createRenderer } from './web/render.ts';
import { staffSession } from './web/session.ts';
import { assetPrefix, assets, videoLibraries } from './web/static.ts';

/** Forms are small; documents come with an own route and limit. */
const BODY_LIMIT = '64kb';
/** Calls of machines, which prove themselves with a secret instead of a form token. */
const MACHINES = /^\/internal\//;

/** Answers the balancer: this process runs and its database answers. */
function health(deps: Deps): Step {
  return async (ctx, next) => {
    if (ctx.path !== '/healthz') return next();
    try {
      await deps.sequelize.authenticate();
      ctx.body = { status: 'ok' };
    } catch {
      ctx.status = 503;
      ctx.body = { status: 'database unavailable' };
    }
  };
}

/** Staff read pages in their own language unless they chose another here. */
const staffLocale: Step = async (ctx, next) => {
  if (ctx.state.staff) preferLocale(ctx, ctx.state.staff.locale);
  return next();
};

/** The whole web application. Listens to nothing: `main` does. Throws when the browser files are not built. */
export function buildApp(deps: Deps): Koa<AppState> {
  const { settings } = deps;
  const publicDirectory = join(ROOT, 'dist/public');
  const prefix = assetPrefix(publicDirectory);
  const renderer = createRenderer(deps.templates, settings.DEPARTMENT_NAME, prefix);
  const watch = watchMessages(deps);
  const app = new Koa<AppState>({
    proxy: settings.TRUSTED_PROXIES > 0,
    maxIpsCount: settings.TRUSTED_PROXIES,
  });
  // What still arrives here passed the error exit: streams that browsers left, mostly.
  app.on('error', (error: unknown) => deps.log.debug({ err: error }, 'connection ended badly'));

  const steps: Step[] = [
    identifyRequest(),
    cookieSecurity(settings.PUBLIC_URL),
    securityHeaders(settings.PUBLIC_URL),
    health(deps),
    assets(prefix, publicDirectory),
    ...(settings.JITSI_LIBRARIES ? [videoLibraries(settings.JITSI_LIBRARIES)] : []),
    locale(settings.DEFAULT_LOCALE),
    errorExit(deps.log, deps.templates, renderer),
    staffSession(deps.clock, settings.STAFF_IDLE_MINUTES),
    staffLocale,
    staffNotices(deps, watch),
  ];
  for (const step of steps) app.use(step as Koa.Middleware<AppState>);
  app.use(
    bodyParser({
      formLimit: BODY_LIMIT,
      jsonLimit: BODY_LIMIT,
      enableTypes: ['form', 'json'],
    }) as Koa.Middleware<AppState>,
  );
  app.use(csrf(deps.vault, new URL(settings.PUBLIC_URL).origin, MACHINES) as Koa.Middleware<AppState>);

  const routers: Router<AppState>[] = [
    identityRoutes(deps, renderer),
    officeRoutes(deps, renderer),
    landingRoutes(deps, renderer),
    waitingRoutes(deps, renderer),
    goodbyeRoutes(deps, renderer),
    citizenRoomRoutes(deps, renderer),
    videoEventRoutes(deps),
    ...administrationRoutes(deps, renderer, watch),
    textRoutes(deps, renderer),
    agentRoomRoutes(deps, renderer),
    boardRoutes(deps, renderer),
    bookingRoutes(deps, renderer),
    appointmentRoutes(deps, renderer),
  ];
  for (const router of routers) app.use(router.routes() as Koa.Middleware<AppState>);
  return app;
}
