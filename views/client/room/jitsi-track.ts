import type { MediaHandle } from './conference.ts';
import type { JitsiTrack } from './lib-jitsi-meet.d.ts';

/** The track as something to show. */
export function trackHandle(track: JitsiTrack): MediaHandle {
  return {
    kind: track.getType(),
    // The newer library answers with a promise that rejects when the browser forbids to play; the view asks itself.
    attach: (target) => void Promise.resolve(track.attach(target)).catch(() => undefined),
    detach: (target) => track.detach(target),
  };
}
