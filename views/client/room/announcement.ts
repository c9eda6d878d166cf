import type { LocalState, MediaKind } from './conference.ts';
import type { JitsiConference, JitsiParticipant } from './lib-jitsi-meet.d.ts';

const PROPERTY = { audio: 'sound', video: 'picture' };

/**
 * Tells the others whether our microphone or camera is on. The library tells it too, but only to a bridge or by the
 * side that was called: between two browsers, whoever called would look muted for ever.
 */
export function announce(conference: JitsiConference, kind: MediaKind, state: LocalState): void {
  conference.setLocalParticipantProperty(PROPERTY[kind], state);
}

/** Whether this person's microphone or camera is off by their own word; null when they have not said. */
export function announcedMuted(participant: JitsiParticipant | undefined, kind: MediaKind): boolean | null {
  const said = participant?.getProperty(PROPERTY[kind]);
  return typeof said === 'string' ? said !== 'on' : null;
}
