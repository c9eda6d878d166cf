import { sha256 } from '../kernel/ids.ts';
import type { PageChrome } from '../kernel/page.ts';
import type { Ctx } from './context.ts';

/** Fewer characters than a whole hash: it only tells one state from the next. */
const SEEN_LENGTH = 16;

/** What the person must know of at once; `seen` is the same for the same notices. None before a session was looked for. */
export function noticesOf(ctx: Ctx): PageChrome['notices'] {
  const list = (ctx.state as Partial<typeof ctx.state>).notices ?? [];
  return { list, seen: sha256(JSON.stringify(list)).slice(0, SEEN_LENGTH) };
}
