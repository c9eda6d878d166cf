import type { BrowserFacts } from '../shared/browser.ts';
import { element } from '../shared/dom.ts';
import type { Bench, Rung } from './ladder.ts';
import { openDevice } from './open-device.ts';

/** How long the camera's first picture may take. */
const PICTURE_MS = 10_000;

/** What came of the camera: its stream stays on, as the picture stays on the page until the end. */
export interface CameraResult {
  stream: MediaStream | null;
  problem: string | null;
}

/** Opens the camera and waits for a picture. Going on without one is fine. */
export async function checkCamera(rung: Rung, facts: BrowserFacts, bench: Bench): Promise<CameraResult> {
  const { t } = bench;
  const opened = await openDevice(rung, 'camera', t('device.camera.audioOnly'), facts, bench);
  if ('problem' in opened) {
    rung.body.replaceChildren();
    rung.set('skipped', t('device.camera.skipped'));
    return { stream: null, problem: `camera.${opened.problem}` };
  }
  const { stream } = opened;
  rung.set('now', t('device.camera.look'));
  const video = element('video', {
    class: 'rung__picture',
    attributes: { playsinline: '', 'aria-label': t('device.camera.picture') },
  });
  video.muted = true;
  video.srcObject = stream;
  rung.body.replaceChildren(video);
  const seen = await firstPicture(video);
  rung.set(seen ? 'ok' : 'problem', t(seen ? 'device.camera.ok' : 'device.error.other'));
  return { stream, problem: seen ? null : 'camera.dark' };
}

async function firstPicture(video: HTMLVideoElement): Promise<boolean> {
  const seen = new Promise<boolean>((resolve) => {
    video.addEventListener('timeupdate', () => video.videoWidth > 0 && resolve(true));
    setTimeout(() => resolve(false), PICTURE_MS);
  });
  await video.play().catch(() => undefined);
  return seen;
}
