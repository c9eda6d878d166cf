// The slice of lib-jitsi-meet that we use: the same in the npm build of 2022 and in the main branch of 2026.

export interface JitsiTrack {
  getType(): 'audio' | 'video';
  isMuted(): boolean;
  isLocal(): boolean;
  /** Endpoint id of a remote track's owner. */
  getParticipantId(): string;
  mute(): Promise<void>;
  unmute(): Promise<void>;
  attach(container: HTMLMediaElement): unknown;
  detach(container?: HTMLMediaElement): void;
  dispose(): Promise<void>;
  getDeviceId(): string | undefined;
  addEventListener(event: string, handler: () => void): void;
}

export interface JitsiParticipant {
  getId(): string;
  getDisplayName(): string | undefined;
  isHidden(): boolean;
  getBotType?(): string | undefined;
  getProperty(name: string): unknown;
}

export interface JitsiConference {
  addTrack(track: JitsiTrack): Promise<unknown>;
  replaceTrack(before: JitsiTrack | null, after: JitsiTrack | null): Promise<unknown>;
  addEventListener(event: string, handler: (...values: never[]) => void): void;
  /** Travels in the presence; the others hear PARTICIPANT_PROPERTY_CHANGED. */
  setLocalParticipantProperty(name: string, value: string): void;
  getParticipantById(id: string): JitsiParticipant | undefined;
  join(): void;
  leave(): Promise<unknown>;
  setReceiverConstraints(constraints: object): void;
  setSenderVideoConstraint(height: number): Promise<unknown>;
}

export interface JitsiConnection {
  addEventListener(event: string, handler: (...values: never[]) => void): void;
  connect(): void;
  disconnect(): Promise<unknown>;
  initJitsiConference(room: string, options: object): JitsiConference;
}

export interface JitsiMeet {
  init(options: object): void;
  setLogLevel(level: string): void;
  setNetworkInfo(info: { isOnline: boolean }): void;
  createLocalTracks(options: object): Promise<JitsiTrack[]>;
  JitsiConnection: new (appId: null, token: string, options: object) => JitsiConnection;
  events: {
    connection: Record<string, string>;
    conference: Record<string, string>;
    track: Record<string, string>;
  };
  logLevels: Record<string, string>;
}
