import { PassThrough } from 'node:stream';
import { AppError } from '../kernel/errors.ts';
import type { Ctx } from './context.ts';

/** Proxies close silent connections after about a minute; a comment this often keeps ours open. */
const KEEP_ALIVE_MS = 25_000;
/** Browsers connect again by themselves; a new connection asks again who it is, so that a sign-out ends streams too. */
const LIFE_MS = 15 * 60_000;
/** One person with many tabs; a browser itself opens six at most over HTTP/1.1. */
const MAX_OF_ONE = 20;

const open = new Map<string, number>();

function take(owner: string): () => void {
  const count = open.get(owner) ?? 0;
  if (count >= MAX_OF_ONE)
    throw new AppError('tooMany', 429, { params: { minutes: 1, count: 1 }, detail: 'streams' });
  open.set(owner, count + 1);
  return () => {
    const left = (open.get(owner) ?? 1) - 1;
    if (left > 0) open.set(owner, left);
    else open.delete(owner);
  };
}

/**
 * Answers with a stream of server-sent events (HTML standard, section 9.2) and returns the function that writes one.
 * `owner` is whose stream it is (a session, a link): each may have 20 in this process, more throw `tooMany` (429).
 * `onClose` runs once when the browser is gone.
 */
export function eventStream(
  ctx: Ctx,
  owner: string,
  onClose: () => void,
): (event: string, data?: unknown) => void {
  const release = take(owner);
  const stream = new PassThrough();
  ctx.status = 200;
  ctx.type = 'text/event-stream';
  ctx.set('cache-control', 'no-store');
  // nginx and others would otherwise collect events before passing them on.
  ctx.set('x-accel-buffering', 'no');
  ctx.body = stream;
  stream.write('retry: 2000\n\n');
  const keepAlive = setInterval(() => stream.write(':\n\n'), KEEP_ALIVE_MS);
  const end = setTimeout(() => stream.end(), LIFE_MS);
  const close = () => {
    clearInterval(keepAlive);
    clearTimeout(end);
    release();
    onClose();
  };
  stream.once('close', close);
  ctx.req.once('close', () => stream.destroy());
  return (event, data = '') => {
    if (!stream.destroyed && !stream.writableEnded)
      stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
}
