import type { RoomClientConfig } from '../../../server/features/calls/pages.ts';
import { postJson } from '../shared/post.ts';

/** Tells our server what went wrong here. */
export interface Reporter {
  failure(code: string): void;
  recorder(reason: string): void;
}

/** Reports each failure code once for each page, and every recorder alarm. Reports never disturb the call. */
export function reporter(config: RoomClientConfig): Reporter {
  const told = new Set<string>();
  const send = (kind: 'failure' | 'recorder', reason: string): void => {
    postJson(config.reportAction, config.csrf, { kind, reason }).catch(() => undefined);
  };
  return {
    failure(code) {
      if (told.has(code)) return;
      told.add(code);
      send('failure', code);
    },
    recorder: (reason) => send('recorder', reason),
  };
}
