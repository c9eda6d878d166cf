import type { LocalState, MediaKind } from './conference.ts';
import type { Failure } from './failures.ts';

/** Where the page is, as people would say it. */
export type Phase =
  'loading' | 'joining' | 'waiting' | 'connected' | 'reconnecting' | 'left' | 'ended' | 'failed' | 'alarm';

/** Everything that the view draws. */
export interface RoomState {
  phase: Phase;
  /** The other person is in the room, though perhaps not yet seen or heard. */
  peerPresent: boolean;
  /** The other person was here and went. */
  peerHasLeft: boolean;
  /** This device has no network at all. */
  offline: boolean;
  remote: Record<MediaKind, LocalState>;
  local: Record<MediaKind, LocalState>;
  failure: Failure | null;
  /** The page will try again by itself. */
  retrying: boolean;
  /** First sight of each other, ms of the epoch. */
  startedAt: number | null;
}

export const FIRST_STATE: RoomState = {
  phase: 'loading',
  peerPresent: false,
  peerHasLeft: false,
  offline: false,
  remote: { audio: 'none', video: 'none' },
  local: { audio: 'none', video: 'none' },
  failure: null,
  retrying: false,
  startedAt: null,
};

/** The phases that only the person, or the appointment's end, can change. */
export function isAtRest(phase: Phase): boolean {
  return phase === 'left' || phase === 'ended' || phase === 'alarm';
}
