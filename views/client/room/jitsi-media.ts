import { mediaProblem } from '../shared/media-errors.ts';
import type { LocalMedia, LocalState, MediaHandle, MediaKind } from './conference.ts';
import { trackHandle } from './jitsi-track.ts';
import { PICTURE_HEIGHT } from './jitsi-options.ts';
import type { JitsiConference, JitsiMeet, JitsiTrack } from './lib-jitsi-meet.d.ts';
import type { Memory } from './memory.ts';

interface Device {
  track: JitsiTrack | null;
  problem: string | null;
}

/** `LocalMedia` over lib-jitsi-meet's local tracks. */
export class JitsiLocalMedia implements LocalMedia {
  private readonly jitsi: JitsiMeet;
  private readonly memory: Memory;
  private readonly devices: Record<MediaKind, Device> = {
    audio: { track: null, problem: null },
    video: { track: null, problem: null },
  };
  private readonly handlers = new Set<(kind: MediaKind) => void>();
  private conference: JitsiConference | null = null;
  /** One change at a time for each device: quick presses would otherwise overtake each other. */
  private readonly queue: Record<MediaKind, Promise<unknown>> = {
    audio: Promise.resolve(),
    video: Promise.resolve(),
  };

  constructor(jitsi: JitsiMeet, memory: Memory) {
    this.jitsi = jitsi;
    this.memory = memory;
  }

  /** The two are asked for separately, so that a missing camera doesn't take the microphone along. */
  async open(): Promise<void> {
    for (const kind of ['audio', 'video'] as const) {
      await this.enqueue(kind, () => this.acquire(kind).catch(() => undefined));
    }
  }

  state(kind: MediaKind): LocalState {
    const { track } = this.devices[kind];
    if (!track) return 'none';
    return track.isMuted() ? 'off' : 'on';
  }

  problem(kind: MediaKind): string | null {
    return this.devices[kind].problem;
  }

  deviceId(kind: MediaKind): string | undefined {
    return this.devices[kind].track?.getDeviceId();
  }

  set(kind: MediaKind, on: boolean): Promise<void> {
    this.memory.setMuted(kind, !on);
    return this.enqueue(kind, async () => {
      const { track } = this.devices[kind];
      if (!track) return on ? this.acquire(kind).catch(() => undefined) : undefined;
      try {
        await (on ? track.unmute() : track.mute());
        this.devices[kind].problem = null;
      } catch (error) {
        // A camera is opened anew at unmute, and may have been unplugged or taken by another program since.
        this.devices[kind].problem = mediaProblem(error);
      }
      this.changed(kind);
    });
  }

  choose(kind: MediaKind, deviceId: string): Promise<void> {
    return this.enqueue(kind, () => this.acquire(kind, deviceId));
  }

  handle(kind: MediaKind): MediaHandle | null {
    const { track } = this.devices[kind];
    return track ? trackHandle(track) : null;
  }

  onChange(handler: (kind: MediaKind) => void): () => void {
    this.handlers.add(handler);
    return () => this.handlers.delete(handler);
  }

  async close(): Promise<void> {
    await Promise.all((['audio', 'video'] as const).map((kind) => this.enqueue(kind, () => this.shut(kind))));
  }

  /** For the conference: what to send when entering. */
  tracks(): JitsiTrack[] {
    return Object.values(this.devices).flatMap(({ track }) => track ?? []);
  }

  /** Device changes go to this conference from now on. */
  attachTo(conference: JitsiConference): void {
    this.conference = conference;
  }

  detachFrom(conference: JitsiConference | null): void {
    if (this.conference === conference) this.conference = null;
  }

  private async acquire(kind: MediaKind, deviceId?: string): Promise<void> {
    const device = this.devices[kind];
    try {
      const fresh = await this.create(kind, deviceId);
      const former = device.track;
      if (former ? former.isMuted() : this.memory.isMuted(kind)) await fresh.mute();
      await this.conference?.replaceTrack(former, fresh);
      device.track = fresh;
      device.problem = null;
      await former?.dispose();
    } catch (error) {
      if (!device.track) device.problem = mediaProblem(error);
      throw error;
    } finally {
      this.changed(kind);
    }
  }

  private async shut(kind: MediaKind): Promise<void> {
    const { track } = this.devices[kind];
    this.devices[kind] = { track: null, problem: null };
    this.changed(kind);
    await track?.dispose().catch(() => undefined);
  }

  private async create(kind: MediaKind, deviceId?: string): Promise<JitsiTrack> {
    const [track] = await this.jitsi.createLocalTracks({
      devices: [kind],
      resolution: PICTURE_HEIGHT,
      ...(deviceId ? { [kind === 'audio' ? 'micDeviceId' : 'cameraDeviceId']: deviceId } : {}),
    });
    if (!track) throw new Error(`No ${kind} track`);
    // A microphone that is unplugged in mid-call must not go on looking as if it were open.
    const stopped = this.jitsi.events.track['LOCAL_TRACK_STOPPED'];
    if (stopped) track.addEventListener(stopped, () => this.stopped(kind, track));
    return track;
  }

  private stopped(kind: MediaKind, track: JitsiTrack): void {
    if (this.devices[kind].track !== track || track.isMuted()) return;
    this.devices[kind].problem = 'missing';
    this.changed(kind);
  }

  private enqueue<Result>(kind: MediaKind, step: () => Promise<Result>): Promise<Result> {
    const next = this.queue[kind].then(step, step);
    this.queue[kind] = next.catch(() => undefined);
    return next;
  }

  private changed(kind: MediaKind): void {
    for (const handler of this.handlers) handler(kind);
  }
}
