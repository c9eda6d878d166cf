import type { Translate } from '../../shared/text.ts';
import type { RoomState } from '../state.ts';

/** The one sentence that says how things are. It is read out when it changes. */
export function statusText(state: RoomState, peerName: string, t: Translate): string {
  const name = peerName;
  switch (state.phase) {
    case 'waiting':
      if (state.peerHasLeft) return t('status.peerLeft', { name });
      return t(state.peerPresent ? 'status.connecting' : 'status.waiting', { name });
    case 'connected':
      return connectedText(state, name, t);
    case 'reconnecting':
      if (state.offline) return t('status.offline');
      return state.failure ? t(`failure.${state.failure.key}`) : t('status.reconnecting');
    case 'failed':
      return t('status.failed');
    default:
      return t(`status.${state.phase}`);
  }
}

function connectedText({ remote }: RoomState, name: string, t: Translate): string {
  if (remote.audio !== 'on') return t('status.peerMuted', { name });
  if (remote.video !== 'on') return t('status.peerNoPicture', { name });
  return t('status.connected', { name });
}

/** `4:05`, or `1:02:09` past the hour. */
export function clockText(elapsedMs: number): string {
  const seconds = Math.max(0, Math.floor(elapsedMs / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
