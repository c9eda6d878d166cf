import type { LocalState, MediaHandle, MediaKind } from './conference.ts';

interface Shown {
  track: MediaHandle;
  muted: boolean;
}

/** The other people in the room and what they send. The one who came last is the one to show. */
export class Peers {
  private readonly people = new Map<string, Partial<Record<MediaKind, Shown>>>();

  get present(): boolean {
    return this.people.size > 0;
  }

  joined(peer: string): void {
    if (!this.people.has(peer)) this.people.set(peer, {});
  }

  left(peer: string): void {
    this.people.delete(peer);
  }

  clear(): void {
    this.people.clear();
  }

  setTrack(peer: string, track: MediaHandle, muted: boolean): void {
    this.joined(peer);
    const tracks = this.people.get(peer);
    if (tracks) tracks[track.kind] = { track, muted };
  }

  removeTrack(peer: string, kind: MediaKind): void {
    delete this.people.get(peer)?.[kind];
  }

  setMuted(peer: string, kind: MediaKind, muted: boolean): void {
    const shown = this.people.get(peer)?.[kind];
    if (shown) shown.muted = muted;
  }

  track(kind: MediaKind): MediaHandle | null {
    return this.current()?.[kind]?.track ?? null;
  }

  state(kind: MediaKind): LocalState {
    const shown = this.current()?.[kind];
    if (!shown) return 'none';
    return shown.muted ? 'off' : 'on';
  }

  hasTracks(): boolean {
    return this.track('audio') !== null || this.track('video') !== null;
  }

  private current(): Partial<Record<MediaKind, Shown>> | undefined {
    return [...this.people.values()].at(-1);
  }
}
