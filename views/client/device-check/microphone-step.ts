import type { BrowserFacts } from '../shared/browser.ts';
import { element } from '../shared/dom.ts';
import { choice, stepButton } from './ladder.ts';
import type { Bench, Rung } from './ladder.ts';
import { openDevice, stopStream } from './open-device.ts';

/** Loudness (RMS of samples within -1..1) that counts as a voice, and how often it must be met. */
const VOICE_LEVEL = 0.01;
const VOICE_FRAMES = 12;
/** Silence after which we say what may be wrong. */
const SILENCE_MS = 8_000;

/** Opens the microphone and waits to hear something. Resolves with a problem code, or null. */
export async function checkMicrophone(
  rung: Rung,
  facts: BrowserFacts,
  sound: AudioContext,
  bench: Bench,
): Promise<string | null> {
  const { t } = bench;
  const opened = await openDevice(rung, 'microphone', t('device.microphone.skip'), facts, bench);
  if ('problem' in opened) return `microphone.${opened.problem}`;
  rung.set('now', t('device.microphone.speak'));
  const heard = await listen(rung, opened.stream, sound, bench);
  stopStream(opened.stream);
  rung.body.replaceChildren();
  rung.set(heard ? 'ok' : 'problem', t(heard ? 'device.microphone.ok' : 'device.microphone.silent'));
  return heard ? null : 'microphone.silent';
}

/** True when a voice was heard; false when the person went on without. */
async function listen(rung: Rung, stream: MediaStream, sound: AudioContext, { t }: Bench): Promise<boolean> {
  const meter = element('meter', {
    class: 'rung__meter',
    attributes: { min: '0', max: '1', value: '0', 'aria-label': t('device.microphone.meter') },
  });
  rung.body.replaceChildren(meter);
  await sound.resume();
  const analyser = sound.createAnalyser();
  const source = sound.createMediaStreamSource(stream);
  source.connect(analyser);
  let frame = 0;
  const voice = new Promise<boolean>((resolve) => {
    let loud = 0;
    const look = (): void => {
      const level = loudness(analyser);
      // Loudness is felt by its root; the bar would hardly move otherwise.
      meter.value = Math.min(1, Math.sqrt(level) * 1.8);
      if (level > VOICE_LEVEL && (loud += 1) >= VOICE_FRAMES) resolve(true);
      else frame = requestAnimationFrame(look);
    };
    look();
  });
  const silence = setTimeout(() => rung.set('now', t('device.microphone.silent')), SILENCE_MS);
  const skip = choice(rung.body, [stepButton(t('device.microphone.skip'), 'btn-quiet')]).then(() => false);
  const heard = await Promise.race([voice, skip]);
  clearTimeout(silence);
  cancelAnimationFrame(frame);
  source.disconnect();
  return heard;
}

function loudness(analyser: AnalyserNode): number {
  const samples = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(samples);
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}
