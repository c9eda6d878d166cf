import { forbidden } from '../../kernel/errors.ts';
import type { Deps } from '../../models/deps.ts';
import type { Ctx, Step } from '../../web/context.ts';
import { signedIn, staffOf } from '../../web/guards.ts';
import { countTry, type Limit } from '../../web/rate-limit.ts';
import { mayAdminister } from '../identity/index.ts';
import type { Reader } from './present-words.ts';
import type { Trouble } from './trouble.ts';

/** Nobody changes the installation more often by hand; a script that runs wild does. */
const CHANGES: Limit = { rule: 'administration', max: 120, windowSeconds: 15 * 60 };

/** Lets only administrators pass, and counts what they change. */
export function administers(deps: Deps): Step[] {
  return [
    signedIn(),
    async (ctx, next) => {
      const staff = staffOf(ctx);
      if (!mayAdminister(staff)) throw forbidden('role');
      if (ctx.method === 'POST') await countTry(deps.sequelize, deps.clock, CHANGES, String(staff.id));
      return next();
    },
  ];
}

/** Where the installation is when nothing says otherwise: the system is made for departments of Catalonia. */
const USUAL_ZONE = 'Europe/Madrid';

/** The person as a reader of the administration's pages, by the clock of the department. */
export function readerOf(deps: Deps, ctx: Ctx, trouble: Pick<Trouble, 'zone'> | null): Reader {
  const { templates, clock } = deps;
  return { templates, locale: ctx.state.locale, zone: trouble?.zone ?? USUAL_ZONE, now: clock.now() };
}
