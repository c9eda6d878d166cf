import type { MediaKind } from './conference.ts';

/** What a reload of the page must not forget; gone when the tab is closed. */
export interface Memory {
  isMuted(kind: MediaKind): boolean;
  setMuted(kind: MediaKind, muted: boolean): void;
  /** When the two first saw each other, in ms of the epoch; the call's clock counts from here. */
  startedAt(): number | null;
  setStartedAt(at: number): void;
}

/** Keeps it in the tab's session storage, or nowhere where the browser forbids that. */
export function tabMemory(room: string): Memory {
  const key = (name: string) => `room.${room}.${name}`;
  const read = (name: string): string | null => {
    try {
      return sessionStorage.getItem(key(name));
    } catch {
      return null;
    }
  };
  const write = (name: string, value: string): void => {
    try {
      sessionStorage.setItem(key(name), value);
    } catch {
      // Private windows of some browsers refuse; a reload then starts with everything on.
    }
  };
  return {
    // Somebody who closed the microphone must not be heard again because of a reload.
    isMuted: (kind) => read(kind) === 'off',
    setMuted: (kind, muted) => write(kind, muted ? 'off' : 'on'),
    startedAt: () => Number(read('start')) || null,
    setStartedAt: (at) => write('start', String(at)),
  };
}
