import { Emitter } from '../shared/emitter.ts';
import { askAdmission } from './admission.ts';
import { ConferenceFailure } from './conference.ts';
import type { Conference, LocalMedia, MediaHandle, MediaKind } from './conference.ts';
import { backOffMs, classify, FEW } from './failures.ts';
import { Peers } from './peers.ts';
import type { Equipment, SessionEvents, SessionParts } from './session-parts.ts';
import { followCall } from './signals.ts';
import type { CallStatus } from './signals.ts';
import { FIRST_STATE, isAtRest } from './state.ts';
import type { RoomState } from './state.ts';

/** How long the other side's sound and picture may take (embedded profile), and how long they may be gone. */
const MEDIA_START_MS = { agent: 12_000, citizen: 18_000 };
const MEDIA_LOST_MS = { agent: 3_000, citizen: 6_000 };

/**
 * One person's stay in the room of one appointment: enters, re-enters after whatever goes wrong, and ends when the
 * appointment does.
 */
export class Session {
  private readonly parts: SessionParts;
  private readonly events = new Emitter<SessionEvents>();
  private readonly peers = new Peers();
  private current: RoomState = FIRST_STATE;
  private equipment: Equipment | null = null;
  private conference: Conference | null = null;
  /** Raised at each entry and exit: what an earlier one still has to say is not heard. */
  private entry = 0;
  private attempts = 0;
  private mediaAttempts = 0;
  private established = false;
  /** A failure that has not been reported yet. */
  private trouble: string | null = null;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private mediaTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly shown: Record<MediaKind, MediaHandle | null> = { audio: null, video: null };

  constructor(parts: SessionParts) {
    this.parts = parts;
  }

  get state(): RoomState {
    return this.current;
  }

  get media(): LocalMedia | null {
    return this.equipment?.media ?? null;
  }

  on<Name extends keyof SessionEvents>(name: Name, handler: (payload: SessionEvents[Name]) => void): void {
    this.events.on(name, handler);
  }

  /** Begins, and goes on by itself. Never rejects. */
  async start(): Promise<void> {
    this.update({ startedAt: this.parts.memory.startedAt() });
    followCall(this.parts.config.eventsHref, (status) => void this.followStatus(status));
    addEventListener('online', () => this.networkChanged(true));
    addEventListener('offline', () => this.networkChanged(false));
    addEventListener('pagehide', () => void this.depart());
    await this.enter();
  }

  /** Hangs up: out of the room, devices off; `comeBack` undoes it. */
  async leave(): Promise<void> {
    this.update({ phase: 'left', failure: null, retrying: false, peerHasLeft: false });
    await this.depart();
  }

  /** Back into the room, after hanging up or a failure. */
  async comeBack(): Promise<void> {
    this.attempts = 0;
    this.update({ phase: 'joining', failure: null, retrying: false });
    await this.enter();
  }

  async setDevice(kind: MediaKind, on: boolean): Promise<void> {
    await this.media?.set(kind, on);
  }

  private async enter(): Promise<void> {
    clearTimeout(this.retryTimer);
    const entry = ++this.entry;
    try {
      const equipment = await this.prepare();
      // Hung up while the browser was still asking for the camera: what was opened late is closed again.
      if (isAtRest(this.current.phase)) return await equipment.media.close();
      if (entry !== this.entry) return;
      if (this.current.phase === 'loading') this.update({ phase: 'joining' });
      const admission = await askAdmission(this.parts.config);
      if (entry !== this.entry) return;
      if (admission.ended) return await this.end(this.parts.config.endedHref);
      this.tellTrouble();
      this.conference = equipment.newConference();
      this.listen(this.conference, entry);
      await this.conference.join(admission.token, admission.room);
      if (entry === this.entry) this.inside();
    } catch (error) {
      this.failed(error instanceof ConferenceFailure ? error.code : 'client.error', entry);
    }
  }

  private async prepare(): Promise<Equipment> {
    if (!this.equipment) {
      this.equipment = await this.parts.prepare().catch(() => {
        throw new ConferenceFailure('library.notLoaded');
      });
      this.equipment.media.onChange((kind) => this.localChanged(kind));
    }
    const { media } = this.equipment;
    if (media.state('audio') === 'none' && media.state('video') === 'none') await media.open();
    return this.equipment;
  }

  private inside(): void {
    this.attempts = 0;
    this.update({ failure: null, retrying: false });
    this.peopleChanged();
  }

  private listen(conference: Conference, entry: number): void {
    const mine = (step: () => void) => () => {
      if (entry === this.entry) step();
    };
    const { peers } = this;
    conference.on('peerJoined', ({ peer }) => mine(() => this.peerJoined(peer))());
    conference.on('peerLeft', ({ peer }) => mine(() => this.peerLeft(peer))());
    conference.on('trackAdded', ({ peer, track, muted }) =>
      mine(() => this.change(() => peers.setTrack(peer, track, muted)))(),
    );
    conference.on('trackRemoved', ({ peer, kind }) =>
      mine(() => this.change(() => peers.removeTrack(peer, kind)))(),
    );
    conference.on('muteChanged', ({ peer, kind, muted }) =>
      mine(() => this.change(() => peers.setMuted(peer, kind, muted)))(),
    );
    conference.on('media', ({ state }) => mine(() => this.mediaChanged(state))());
    conference.on('failed', ({ code }) => this.failed(code, entry));
    conference.on('recorder', ({ reason }) => mine(() => void this.alarm(reason))());
  }

  private change(step: () => void): void {
    step();
    this.peopleChanged();
  }

  private peerJoined(peer: string): void {
    this.peers.joined(peer);
    this.watchMedia(MEDIA_START_MS, 'conference.noMedia');
    this.peopleChanged();
  }

  private peerLeft(peer: string): void {
    this.peers.left(peer);
    if (!this.peers.present) {
      clearTimeout(this.mediaTimer);
      if (this.parts.config.profile === 'embedded') this.established = false;
      this.update({ peerHasLeft: true });
    }
    this.peopleChanged();
  }

  private mediaChanged(state: 'established' | 'interrupted' | 'lost'): void {
    this.established = state === 'established';
    if (state === 'established') {
      clearTimeout(this.mediaTimer);
      this.mediaAttempts = 0;
    } else if (state === 'lost' && this.peers.present) {
      this.watchMedia(MEDIA_LOST_MS, 'conference.mediaLost');
    }
    if (state === 'interrupted' && this.current.phase === 'connected') this.update({ phase: 'reconnecting' });
    else this.peopleChanged();
  }

  /** Peer-to-peer media that don't come, or went, are not started again by the library: enter anew. */
  private watchMedia(patience: { agent: number; citizen: number }, code: string): void {
    clearTimeout(this.mediaTimer);
    if (this.parts.config.profile !== 'embedded') return;
    const entry = this.entry;
    this.mediaTimer = setTimeout(() => {
      this.mediaAttempts += 1;
      this.failed(code, entry);
    }, patience[this.parts.config.self.role]);
  }

  /** Draws the consequences of who is there and what they send. */
  private peopleChanged(): void {
    if (isAtRest(this.current.phase) || this.current.retrying) return;
    const present = this.peers.present;
    const seen = present && (this.established || this.peers.hasTracks());
    if (seen && !this.current.startedAt) this.parts.memory.setStartedAt(Date.now());
    this.update({
      phase: this.current.offline ? 'reconnecting' : seen ? 'connected' : 'waiting',
      peerPresent: present,
      peerHasLeft: this.current.peerHasLeft && !present,
      remote: { audio: this.peers.state('audio'), video: this.peers.state('video') },
      startedAt: this.parts.memory.startedAt(),
    });
    this.showRemote();
  }

  private showRemote(): void {
    for (const kind of ['audio', 'video'] as const) {
      const track = this.peers.track(kind);
      if (track === this.shown[kind]) continue;
      this.shown[kind] = track;
      this.events.emit('remoteTrack', { kind, track });
    }
  }

  private localChanged(kind: MediaKind): void {
    const { media } = this;
    if (!media) return;
    this.update({ local: { audio: media.state('audio'), video: media.state('video') } });
    this.events.emit('localTrack', { kind, track: media.handle(kind) });
  }

  private networkChanged(isOnline: boolean): void {
    this.equipment?.networkChanged(isOnline);
    this.update({ offline: !isOnline });
    if (isOnline && this.current.retrying) void this.enter();
    else if (this.conference) this.peopleChanged();
  }

  private failed(code: string, entry: number): void {
    if (entry !== this.entry || isAtRest(this.current.phase)) return;
    const failure = classify(code);
    this.trouble = code;
    void this.quit();
    this.attempts += 1;
    const retrying = failure.remedy === 'retry' || (failure.remedy === 'few' && this.attempts <= FEW);
    this.update({ failure, retrying, phase: retrying ? 'reconnecting' : 'failed' });
    if (!retrying) return this.tellTrouble();
    const wait = backOffMs(Math.max(this.attempts, this.mediaAttempts));
    this.retryTimer = setTimeout(() => void this.enter(), wait);
  }

  /**
   * Reports what went wrong, once it is clear that it did: a line that drops because the appointment was closed or
   * the page is being left is no trouble, and the answer to the next request for a token tells.
   */
  private tellTrouble(): void {
    if (this.trouble) this.parts.report.failure(this.trouble);
    this.trouble = null;
  }

  private async followStatus(status: CallStatus): Promise<void> {
    if (status === 'in_call' || this.current.phase === 'alarm') return;
    const { config } = this.parts;
    // Sent back to the waiting room, or closed for good.
    await this.end(status === 'waiting' ? config.leaveHref : config.endedHref);
  }

  private async end(href: string): Promise<void> {
    if (this.current.phase === 'ended') return;
    this.update({ phase: 'ended', failure: null, retrying: false });
    await this.depart();
    this.parts.go(href);
  }

  private async alarm(reason: string): Promise<void> {
    if (this.current.phase === 'alarm') return;
    this.update({ phase: 'alarm', failure: null, retrying: false });
    this.parts.report.recorder(reason);
    await this.depart();
  }

  /** Out of the room with the devices off. */
  private async depart(): Promise<void> {
    // Devices first: nothing more may leave this computer while the server is being told.
    const closed = this.media?.close();
    await this.quit();
    await closed;
  }

  /** Out of the room; devices stay as they are. */
  private async quit(): Promise<void> {
    this.entry += 1;
    clearTimeout(this.retryTimer);
    clearTimeout(this.mediaTimer);
    this.established = false;
    this.peers.clear();
    this.showRemote();
    this.update({ peerPresent: false, remote: { audio: 'none', video: 'none' } });
    const conference = this.conference;
    this.conference = null;
    await conference?.leave();
  }

  private update(change: Partial<RoomState>): void {
    this.current = { ...this.current, ...change };
    this.events.emit('state', this.current);
  }
}
