import { element, setText } from '../shared/dom.ts';
import type { LocalMedia } from './conference.ts';
import type { Session } from './session.ts';
import type { RoomState } from './state.ts';
import { buildCard } from './view/card.ts';
import { buildControls } from './view/controls.ts';
import { buildDevicesDialog } from './view/devices.ts';
import type { Surroundings } from './view/names.ts';
import { buildStage } from './view/stage.ts';
import { clockText, statusText } from './view/status.ts';

/** Draws the room into `root` and keeps it true to the session. */
export function showRoom(root: HTMLElement, session: Session, around: Surroundings): void {
  const stage = buildStage(around);
  const dialog = buildDevicesDialog(around, {
    media: () => session.media,
    speaker: () => stage.speaker(),
    useSpeaker: (deviceId) => stage.useSpeaker(deviceId),
  });
  const controls = buildControls(around, {
    toggle: (kind) => void session.setDevice(kind, session.state.local[kind] !== 'on'),
    chooseDevices: () => dialog.open(),
    hangUp: () => void session.leave(),
  });
  const card = buildCard(around, { comeBack: () => comeBack(session) });
  const status = element('p', { class: 'room-status', attributes: { role: 'status' } });
  const clock = element('p', {
    class: 'room-clock',
    attributes: { role: 'timer', 'aria-label': around.t('stage.clock') },
  });
  const notice = element('p', { class: 'room-notice', attributes: { role: 'status' } });
  stage.root.append(card.root);
  const line = element('div', { class: 'room-line', children: [status, clock] });
  root.replaceChildren(stage.root, line, notice, controls.root, dialog.root);

  const draw = (state: RoomState): void => {
    stage.render(state);
    controls.render(state);
    card.render(state);
    setText(status, statusText(state, around.config.peer.name, around.t));
    drawNotice(notice, state, session.media, around);
    exposeState(state);
    drawClock(clock, state);
    if (controls.root.hidden) dialog.close();
  };
  session.on('state', draw);
  session.on('remoteTrack', ({ kind, track }) => stage.showRemote(kind, track));
  session.on('localTrack', ({ kind, track }) => {
    if (kind === 'video') stage.showSelf(track);
  });
  draw(session.state);
  setInterval(() => drawClock(clock, session.state), 1000);
}

/** After a refusal by our own server only the page itself can be asked for again: its session may have ended. */
function comeBack(session: Session): void {
  if (session.state.failure?.code === 'token.refused') location.reload();
  else void session.comeBack();
}

function drawClock(clock: HTMLElement, { startedAt, phase }: RoomState): void {
  const running = startedAt !== null && (phase === 'connected' || phase === 'reconnecting');
  setText(clock, running ? clockText(Date.now() - startedAt) : '');
}

/** Says why one's own microphone or camera is missing: not being heard unawares is worse than any fault. */
function drawNotice(
  target: HTMLElement,
  state: RoomState,
  media: LocalMedia | null,
  { t }: Surroundings,
): void {
  const active = ['joining', 'waiting', 'connected', 'reconnecting'].includes(state.phase);
  const missing = (['audio', 'video'] as const).filter((kind) => state.local[kind] === 'none');
  const texts = missing.flatMap((kind) => {
    const problem = media?.problem(kind);
    return problem ? t(`notice.${kind}`, { why: t(`why.${problem}`) }) : [];
  });
  setText(target, active ? texts.join(' ') : '');
  target.hidden = target.textContent === '';
}

/** The state for style sheets, and for tests to wait for. */
function exposeState(state: RoomState): void {
  const { dataset } = document.documentElement;
  dataset['roomState'] = state.phase;
  dataset['remoteAudio'] = state.remote.audio;
  dataset['remoteVideo'] = state.remote.video;
  dataset['localAudio'] = state.local.audio;
  dataset['localVideo'] = state.local.video;
}
