import { PassThrough } from 'node:stream';
import type { Ctx } from './context.ts';

/** Proxies close silent connections after about a minute; a comment this often keeps ours open. */
const KEEP_ALIVE_MS = 25_000;

/**
 * Answers with a stream of server-sent events (HTML standard, section 9.2) and returns the function that writes one.
 * `onClose` runs once when the browser is gone.
 */
export function eventStream(ctx: Ctx, onClose: () => void): (event: string, data?: unknown) => void {
  const stream = new PassThrough();
  ctx.status = 200;
  ctx.type = 'text/event-stream';
  ctx.set('cache-control', 'no-store');
  // nginx and others would otherwise collect events before passing them on.
  ctx.set('x-accel-buffering', 'no');
  ctx.body = stream;
  stream.write('retry: 2000\n\n');
  const keepAlive = setInterval(() => stream.write(':\n\n'), KEEP_ALIVE_MS);
  const close = () => {
    clearInterval(keepAlive);
    onClose();
  };
  stream.once('close', close);
  ctx.req.once('close', () => stream.destroy());
  return (event, data = '') => {
    if (!stream.destroyed) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
}
