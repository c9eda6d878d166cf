import { element } from '../shared/dom.ts';
import { permissionHelpKey } from '../shared/browser.ts';
import type { BrowserFacts } from '../shared/browser.ts';
import { mediaProblem } from '../shared/media-errors.ts';
import type { MediaProblem } from '../shared/media-errors.ts';
import { choice, stepButton } from './ladder.ts';
import type { Bench, Rung } from './ladder.ts';

export type Opened = { stream: MediaStream } | { problem: MediaProblem };

/**
 * Opens a microphone or camera; when that fails, says why and how to mend it in this very browser, and offers
 * another try or to go on without. Resolves when it is open or the person goes on.
 */
export async function openDevice(
  rung: Rung,
  name: 'microphone' | 'camera',
  goOnWords: string,
  facts: BrowserFacts,
  bench: Bench,
): Promise<Opened> {
  const { t } = bench;
  for (let first = true; ; first = false) {
    rung.set('now', t(`device.${name}.ask`));
    rung.body.replaceChildren();
    try {
      const wanted = name === 'microphone' ? { audio: true } : { video: { width: 640, height: 480 } };
      return { stream: await navigator.mediaDevices.getUserMedia(wanted) };
    } catch (error) {
      const problem = mediaProblem(error);
      rung.set('problem', `${t(`device.${name}.problem`)} ${t(`device.error.${problem}`)}`);
      if (problem === 'denied') {
        const help = t(`device.help.${permissionHelpKey(facts)}`);
        rung.body.append(element('p', { class: 'rung__help', text: help }));
      }
      const buttons = [stepButton(t('device.again'), 'btn-accent'), stepButton(goOnWords, 'btn-quiet')];
      const pressed = await choice(rung.body, buttons, { focus: first });
      if (pressed === 1) return { problem };
    }
  }
}

/** Turns a stream's devices off. */
export function stopStream(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
