export type MediaKind = 'audio' | 'video';

/** Somebody's sound or picture that can be shown in an element. */
export interface MediaHandle {
  kind: MediaKind;
  attach(target: HTMLMediaElement): void;
  detach(target: HTMLMediaElement): void;
}

/** What happens in a conference after one asked to join. `peer` is an opaque id, new at each of their entries. */
export interface ConferenceEvents {
  peerJoined: { peer: string };
  peerLeft: { peer: string };
  trackAdded: { peer: string; track: MediaHandle; muted: boolean };
  trackRemoved: { peer: string; kind: MediaKind };
  muteChanged: { peer: string; kind: MediaKind; muted: boolean };
  /** State of the media path; `lost` means that the library gave up on it. */
  media: { state: 'established' | 'interrupted' | 'lost' };
  /** The conference is over for this page; `code` as lib-jitsi-meet names it. */
  failed: { code: string };
  /** Something that records or writes along is in the room. */
  recorder: { reason: string };
}

/** One entry into one room. After `leave` or `failed` it is of no further use. */
export interface Conference {
  /** Resolves when inside. Rejects with `ConferenceFailure`. */
  join(token: string, room: string): Promise<void>;
  /** Never rejects and emits nothing more; the local media go on. */
  leave(): Promise<void>;
  on<Name extends keyof ConferenceEvents>(
    name: Name,
    handler: (payload: ConferenceEvents[Name]) => void,
  ): () => void;
}

/** State of one's own microphone or camera; `none` when there is no such device or it was refused. */
export type LocalState = 'on' | 'off' | 'none';

/** One's own microphone and camera. They outlive conferences, so that a rejoin does not ask for them again. */
export interface LocalMedia {
  /** Opens microphone and camera, each on its own. Never rejects; see `problem`. */
  open(): Promise<void>;
  state(kind: MediaKind): LocalState;
  /** Why the device is not there, as of the last try. */
  problem(kind: MediaKind): string | null;
  deviceId(kind: MediaKind): string | undefined;
  /** Turns a device on or off; turning on one that is not there tries to open it. */
  set(kind: MediaKind, on: boolean): Promise<void>;
  /** Changes to another device, keeping on or off. Rejects when it can't be opened; the former stays. */
  choose(kind: MediaKind, deviceId: string): Promise<void>;
  handle(kind: MediaKind): MediaHandle | null;
  onChange(handler: (kind: MediaKind) => void): () => void;
  /** Turns devices off for good. */
  close(): Promise<void>;
}

/** Why a conference could not be entered. */
export class ConferenceFailure extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`Conference failed: ${code}`);
    this.name = 'ConferenceFailure';
    this.code = code;
  }
}
