import { element, setText } from '../../shared/dom.ts';
import type { MediaHandle, MediaKind } from '../conference.ts';
import type { RoomState } from '../state.ts';
import { initials } from './names.ts';
import type { Surroundings } from './names.ts';
import { soundElement } from './sound.ts';

const WATERMARKS = 12;

/** The two pictures with their names, and the watermark over both. */
export interface Stage {
  root: HTMLElement;
  showRemote(kind: MediaKind, track: MediaHandle | null): void;
  showSelf(track: MediaHandle | null): void;
  render(state: RoomState): void;
  /** Routes the other person's voice; rejects when the browser can't. */
  useSpeaker(deviceId: string): Promise<void>;
  speaker(): string;
}

/** Builds the stage. Pictures are shown whole, as people hold documents up to the camera. */
export function buildStage(around: Surroundings): Stage {
  const { t, config } = around;
  const remote = remotePart(around);
  const self = selfPart(around);
  const sound = soundElement(around);
  const root = element('section', {
    class: 'stage',
    attributes: { 'aria-label': t('stage.label') },
    children: [remote.root, self.root, watermark(config.watermark), sound.root],
  });
  const swap = swapper();
  return {
    root,
    showRemote(kind, track) {
      if (kind === 'audio') sound.show(track);
      else swap(remote.video, track);
    },
    showSelf: (track) => swap(self.video, track),
    useSpeaker: (deviceId) => sound.useSpeaker(deviceId),
    speaker: () => sound.speaker(),
    render(state) {
      remote.render(state);
      self.render(state);
      root.classList.toggle('stage--live', state.phase === 'connected');
    },
  };
}

/** Puts a track into an element and takes the former out. */
function swapper(): (target: HTMLMediaElement, track: MediaHandle | null) => void {
  const inside = new Map<HTMLMediaElement, MediaHandle>();
  return (target, track) => {
    inside.get(target)?.detach(target);
    inside.delete(target);
    if (!track) return;
    track.attach(target);
    inside.set(target, track);
    target.play().catch(() => undefined);
  };
}

function pictureElement(name: string): HTMLVideoElement {
  const video = element('video', { class: `picture picture--${name}`, attributes: { playsinline: '' } });
  // Sound has an element of its own, so pictures may always start by themselves.
  video.muted = true;
  video.autoplay = true;
  video.disablePictureInPicture = true;
  return video;
}

function remotePart({ t, config, icon }: Surroundings) {
  const video = pictureElement('remote');
  const muted = element('span', {
    class: 'nameplate__muted',
    children: [icon('mic-mute-fill'), t('stage.micOff')],
  });
  const plate = element('p', {
    class: 'nameplate',
    children: [
      element('strong', { text: config.peer.name }),
      element('span', {
        class: 'nameplate__role',
        text: config.peer.detail || t(`role.${config.peer.role}`),
      }),
      muted,
    ],
  });
  const words = element('p', { class: 'avatar__words' });
  const avatar = element('div', {
    class: 'avatar',
    children: [
      element('span', {
        class: 'avatar__initials',
        text: initials(config.peer.name),
        attributes: { 'aria-hidden': 'true' },
      }),
      words,
    ],
  });
  const root = element('div', { class: 'remote', children: [video, avatar, plate] });
  return {
    root,
    video,
    render(state: RoomState) {
      const seen = state.remote.video === 'on' && state.phase !== 'left';
      video.hidden = !seen;
      avatar.hidden = seen;
      muted.hidden = !(state.phase === 'connected' && state.remote.audio !== 'on');
      const here = state.phase === 'connected';
      setText(words, here ? t('stage.noPicture', { name: config.peer.name }) : '');
      plate.hidden = state.phase === 'left' || state.phase === 'alarm';
    },
  };
}

function selfPart({ t, config, icon }: Surroundings) {
  const video = pictureElement('self');
  const muted = element('span', { children: [icon('mic-mute-fill'), t('stage.yourMicOff')] });
  const none = element('div', {
    class: 'self__none',
    children: [icon('camera-video-off'), element('span', { text: t('stage.yourCameraOff') })],
  });
  const label = element('p', { class: 'self__label', children: [t('stage.you'), muted] });
  const root = element('div', { class: 'self', children: [video, none, label] });
  root.title = config.self.name;
  return {
    root,
    video,
    render(state: RoomState) {
      const seen = state.local.video === 'on';
      video.hidden = !seen;
      none.hidden = seen;
      muted.hidden = state.local.audio === 'on';
      root.hidden = state.phase === 'left' || state.phase === 'alarm' || state.phase === 'ended';
    },
  };
}

/**
 * Who speaks with whom and when, faint, all over: whoever films the screen films this too. Drawn by the style sheet:
 * as text of the page, its faintness would count as a fault of contrast.
 */
function watermark(text: string): HTMLElement {
  const marks = Array.from({ length: WATERMARKS }, () =>
    element('span', { attributes: { 'data-text': text } }),
  );
  return element('div', { class: 'watermark', attributes: { 'aria-hidden': 'true' }, children: marks });
}
