import { randomBytes } from 'node:crypto';
import helmet from 'koa-helmet';
import type { Ctx, Step } from './context.ts';

/** A random nonce and request id for each answer; the id is also what a person can read out to support. */
export function identifyRequest(): Step {
  return async (ctx, next) => {
    ctx.state.nonce = randomBytes(16).toString('base64');
    ctx.state.requestId = randomBytes(6).toString('hex');
    ctx.set('x-request-id', ctx.state.requestId);
    return next();
  };
}

/**
 * Content-Security-Policy without inline code, and the other headers that browsers offer.
 * Camera, microphone and screen are for our own pages only.
 */
export function securityHeaders(publicUrl: string): Step {
  const origin = new URL(publicUrl);
  const websocket = `${origin.protocol === 'https:' ? 'wss' : 'ws'}://${origin.host}`;
  const secure = origin.protocol === 'https:';
  const step = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: [(_req, res) => `'nonce-${(res as unknown as { nonce: string }).nonce}'`],
        styleSrc: ["'self'"],
        fontSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        mediaSrc: ["'self'", 'blob:'],
        connectSrc: ["'self'", websocket],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        ...(secure ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    // Same-origin keeps the Origin header on our forms; the link in the address never leaves the site.
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: secure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    xFrameOptions: { action: 'deny' },
  });
  return async (ctx: Ctx, next) => {
    (ctx.res as unknown as { nonce: string }).nonce = ctx.state.nonce;
    ctx.set('permissions-policy', 'camera=(self), microphone=(self), display-capture=(self), geolocation=()');
    return step(ctx, next);
  };
}
