import type { RoomClientConfig } from '../../../server/features/calls/pages.ts';
import { Emitter } from '../shared/emitter.ts';
import { ConferenceFailure } from './conference.ts';
import type { Conference, ConferenceEvents } from './conference.ts';
import type { JitsiLocalMedia } from './jitsi-media.ts';
import { conferenceOptions, connectionOptions, PICTURE_HEIGHT } from './jitsi-options.ts';
import { announce, announcedMuted } from './announcement.ts';
import { trackHandle } from './jitsi-track.ts';
import type {
  JitsiConference as LibraryConference,
  JitsiConnection,
  JitsiMeet,
  JitsiParticipant,
  JitsiTrack,
} from './lib-jitsi-meet.d.ts';
import { botReason, recorderAmong } from './recorder-alarm.ts';

const CONNECT_TIMEOUT_MS = 20_000;
const JOIN_TIMEOUT_MS = 20_000;

/** A `Conference` over lib-jitsi-meet, for one entry. */
export class JitsiMeetConference implements Conference {
  private readonly events = new Emitter<ConferenceEvents>();
  private readonly jitsi: JitsiMeet;
  private readonly config: RoomClientConfig;
  private readonly media: JitsiLocalMedia;
  private connection: JitsiConnection | null = null;
  private conference: LibraryConference | null = null;
  private stopAnnouncing: () => void = () => undefined;
  private over = false;

  constructor(jitsi: JitsiMeet, config: RoomClientConfig, media: JitsiLocalMedia) {
    this.jitsi = jitsi;
    this.config = config;
    this.media = media;
  }

  on<Name extends keyof ConferenceEvents>(
    name: Name,
    handler: (payload: ConferenceEvents[Name]) => void,
  ): () => void {
    return this.events.on(name, handler);
  }

  async join(token: string, room: string): Promise<void> {
    await this.connect(token, room);
    if (this.over || !this.connection) throw new ConferenceFailure('left');
    const conference = this.connection.initJitsiConference(room, conferenceOptions(this.config));
    this.conference = conference;
    // Listeners first: those attached after join() miss the people who are already there.
    const joined = this.watch(conference);
    for (const track of this.media.tracks()) await conference.addTrack(track);
    this.media.attachTo(conference);
    for (const kind of ['audio', 'video'] as const) announce(conference, kind, this.media.state(kind));
    this.stopAnnouncing = this.media.onChange((kind) => announce(conference, kind, this.media.state(kind)));
    conference.join();
    await joined;
    if (this.config.profile === 'bridge') this.askForPictures(conference);
  }

  async leave(): Promise<void> {
    if (this.over) return;
    this.over = true;
    this.events.clear();
    this.stopAnnouncing();
    this.media.detachFrom(this.conference);
    // Each rejects when the link is already gone: then there is nothing left to leave.
    await this.conference?.leave().catch(() => undefined);
    await this.connection?.disconnect().catch(() => undefined);
  }

  private connect(token: string, room: string): Promise<void> {
    const names = this.jitsi.events.connection;
    const options = connectionOptions(this.config, room, location.href);
    const connection = new this.jitsi.JitsiConnection(null, token, options);
    this.connection = connection;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new ConferenceFailure('connection.timeout')), CONNECT_TIMEOUT_MS);
      const listen = (name: string | undefined, handler: (...values: never[]) => void) => {
        if (name) connection.addEventListener(name, handler);
      };
      const fail = (code: string) => {
        clearTimeout(timer);
        reject(new ConferenceFailure(code));
        this.fail(code);
      };
      listen(names['CONNECTION_ESTABLISHED'], () => {
        clearTimeout(timer);
        resolve();
      });
      listen(names['CONNECTION_FAILED'], (code: string) => fail(code));
      listen(names['CONNECTION_DISCONNECTED'], () => fail('connection.disconnected'));
      // Its answer is the same as to a lost link: a fresh token and a new entry.
      listen(names['CONNECTION_TOKEN_EXPIRED'], () => fail('connection.tokenExpired'));
      connection.connect();
    });
  }

  /** Passes the library's events on; the promise settles at joined or failed. */
  private watch(conference: LibraryConference): Promise<void> {
    const names = this.jitsi.events.conference;
    const listen = (name: string, handler: (...values: never[]) => void) => {
      const event = names[name];
      if (event) conference.addEventListener(event, handler);
    };
    this.watchPeople(listen);
    this.watchTracks(conference, listen);
    this.watchPath(listen);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new ConferenceFailure('conference.timeout')), JOIN_TIMEOUT_MS);
      listen('CONFERENCE_JOINED', () => {
        clearTimeout(timer);
        resolve();
      });
      const fail = (code: string) => {
        clearTimeout(timer);
        reject(new ConferenceFailure(code));
        this.fail(code);
      };
      listen('CONFERENCE_FAILED', (code: string) => fail(code));
      listen('KICKED', () => fail('conference.kicked'));
    });
  }

  private watchPeople(listen: Listen): void {
    listen('USER_JOINED', (peer: string, participant: JitsiParticipant) => {
      const reason = recorderAmong(participant);
      if (reason) this.events.emit('recorder', { reason });
      else this.events.emit('peerJoined', { peer });
    });
    listen('USER_LEFT', (peer: string) => this.events.emit('peerLeft', { peer }));
    listen('BOT_TYPE_CHANGED', (_peer: string, type: string | undefined) => {
      if (type) this.events.emit('recorder', { reason: botReason(type) });
    });
    listen('RECORDER_STATE_CHANGED', () => this.events.emit('recorder', { reason: 'recorder-state' }));
    listen('TRANSCRIPTION_STATUS_CHANGED', () => this.events.emit('recorder', { reason: 'transcription' }));
  }

  private watchTracks(conference: LibraryConference, listen: Listen): void {
    const mutedOf = (track: JitsiTrack): boolean => {
      const participant = conference.getParticipantById(track.getParticipantId());
      return announcedMuted(participant, track.getType()) ?? track.isMuted();
    };
    listen('TRACK_ADDED', (track: JitsiTrack) => {
      if (track.isLocal()) return;
      const peer = track.getParticipantId();
      this.events.emit('trackAdded', { peer, track: trackHandle(track), muted: mutedOf(track) });
    });
    listen('TRACK_REMOVED', (track: JitsiTrack) => {
      if (track.isLocal()) return;
      this.events.emit('trackRemoved', { peer: track.getParticipantId(), kind: track.getType() });
    });
    listen('TRACK_MUTE_CHANGED', (track: JitsiTrack) => {
      if (track.isLocal()) return;
      const peer = track.getParticipantId();
      this.events.emit('muteChanged', { peer, kind: track.getType(), muted: mutedOf(track) });
    });
    listen('PARTICIPANT_PROPERTY_CHANGED', (participant: JitsiParticipant) => {
      for (const kind of ['audio', 'video'] as const) {
        const muted = announcedMuted(participant, kind);
        if (muted !== null) this.events.emit('muteChanged', { peer: participant.getId(), kind, muted });
      }
    });
  }

  private watchPath(listen: Listen): void {
    listen('CONNECTION_ESTABLISHED', () => this.events.emit('media', { state: 'established' }));
    listen('CONNECTION_RESTORED', () => this.events.emit('media', { state: 'established' }));
    listen('CONNECTION_INTERRUPTED', () => this.events.emit('media', { state: 'interrupted' }));
    // Without a bridge, the end of peer-to-peer is the end of the pictures.
    if (this.config.profile === 'embedded') {
      listen('P2P_STATUS', (_conference: unknown, active: boolean) => {
        if (!active) this.events.emit('media', { state: 'lost' });
      });
    }
  }

  private askForPictures(conference: LibraryConference): void {
    // The bridge sends no video to a page that does not say what it wants.
    conference.setReceiverConstraints({ lastN: -1, defaultConstraints: { maxHeight: PICTURE_HEIGHT } });
    conference.setSenderVideoConstraint(PICTURE_HEIGHT).catch(() => undefined);
  }

  private fail(code: string): void {
    if (!this.over) this.events.emit('failed', { code });
  }
}

type Listen = (name: string, handler: (...values: never[]) => void) => void;
