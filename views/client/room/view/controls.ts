import { element, setText } from '../../shared/dom.ts';
import { changeIcon } from '../../shared/icon.ts';
import type { LocalState, MediaKind } from '../conference.ts';
import type { RoomState } from '../state.ts';
import type { Surroundings } from './names.ts';

/** What the buttons do. */
export interface Actions {
  toggle(kind: MediaKind): void;
  chooseDevices(): void;
  hangUp(): void;
}

interface Control {
  root: HTMLButtonElement;
  state: HTMLElement;
  icon: SVGSVGElement;
}

// Flat, one table for each: the build of the sprite reads them.
const AUDIO_ICONS = { on: 'mic-fill', off: 'mic-mute-fill' };
const VIDEO_ICONS = { on: 'camera-video-fill', off: 'camera-video-off-fill' };

/** The row of large buttons, each with its words. Keys M and V work wherever one is not typing. */
export function buildControls(around: Surroundings, actions: Actions) {
  const { t, icon } = around;
  const audio = control(icon('mic-fill'), t('controls.microphone'), 'm');
  const video = control(icon('camera-video-fill'), t('controls.camera'), 'v');
  const devices = control(icon('gear-fill'), t('controls.devices'));
  devices.root.setAttribute('aria-haspopup', 'dialog');
  const hangUp = control(icon('telephone-x-fill'), t('controls.hangUp'));
  hangUp.root.classList.add('control--hang-up');
  audio.root.addEventListener('click', () => actions.toggle('audio'));
  video.root.addEventListener('click', () => actions.toggle('video'));
  devices.root.addEventListener('click', () => actions.chooseDevices());
  hangUp.root.addEventListener('click', () => actions.hangUp());
  addEventListener('keydown', (event) => onKey(event, root, actions));

  const root = element('div', {
    class: 'controls',
    attributes: { role: 'group', 'aria-label': t('controls.label') },
    children: [audio.root, video.root, devices.root, hangUp.root],
  });
  return {
    root,
    render(state: RoomState) {
      draw(audio, 'audio', state.local.audio, around);
      draw(video, 'video', state.local.video, around);
      root.hidden = ['left', 'ended', 'failed', 'alarm'].includes(state.phase);
    },
  };
}

function control(icon: SVGSVGElement, words: string, key?: string): Control {
  const state = element('span', { class: 'control__state', attributes: { 'aria-hidden': 'true' } });
  const root = element('button', {
    class: 'control',
    attributes: { type: 'button', ...(key ? { 'aria-keyshortcuts': key.toUpperCase() } : {}) },
    children: [icon, element('span', { class: 'control__words', text: words }), ...(key ? [state] : [])],
  });
  return { root, state, icon };
}

function draw(target: Control, kind: MediaKind, state: LocalState, { t }: Surroundings): void {
  target.root.setAttribute('aria-pressed', String(state === 'on'));
  const icons = kind === 'audio' ? AUDIO_ICONS : VIDEO_ICONS;
  changeIcon(target.icon, state === 'on' ? icons.on : icons.off);
  setText(target.state, t(`controls.${kind}.${state}`));
}

function onKey(event: KeyboardEvent, root: HTMLElement, actions: Actions): void {
  const target = event.target instanceof HTMLElement ? event.target : null;
  const typing = target?.closest('input, textarea, select, [contenteditable], dialog');
  if (root.hidden || typing || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key === 'm') actions.toggle('audio');
  if (key === 'v') actions.toggle('video');
}
