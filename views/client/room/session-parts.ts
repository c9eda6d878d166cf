import type { RoomClientConfig } from '../../../server/features/calls/pages.ts';
import type { Conference, LocalMedia, MediaHandle, MediaKind } from './conference.ts';
import type { Memory } from './memory.ts';
import type { Reporter } from './reporter.ts';
import type { RoomState } from './state.ts';

/** What a session needs of the video library, once that is loaded. */
export interface Equipment {
  media: LocalMedia;
  newConference(): Conference;
  networkChanged(isOnline: boolean): void;
}

/** What a session is made of. */
export interface SessionParts {
  config: RoomClientConfig;
  memory: Memory;
  report: Reporter;
  /** Rejects when the library can't be fetched; called again then. */
  prepare(): Promise<Equipment>;
  /** Leaves this page. */
  go(href: string): void;
}

/** What a session tells the view. */
export interface SessionEvents {
  state: RoomState;
  remoteTrack: { kind: MediaKind; track: MediaHandle | null };
  localTrack: { kind: MediaKind; track: MediaHandle | null };
}
