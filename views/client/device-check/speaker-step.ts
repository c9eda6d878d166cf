import { element } from '../shared/dom.ts';
import { choice, stepButton } from './ladder.ts';
import type { Bench, Rung } from './ladder.ts';

/** Do, mi, sol, in Hz. */
const NOTES = [523.25, 659.25, 783.99];
const NOTE_SECONDS = 0.35;
const VOLUME = 0.25;

/** Plays three notes as often as the person likes. Resolves with a problem code, or null when they were heard. */
export async function checkSpeaker(rung: Rung, sound: AudioContext, { t }: Bench): Promise<string | null> {
  rung.set('now', t('device.speaker.intro'));
  const play = stepButton(t('device.speaker.play'), 'btn-accent');
  const help = element('p', { class: 'rung__help' });
  rung.body.replaceChildren(play, help);
  await new Promise<void>((resolve) => {
    play.addEventListener('click', () => {
      void playNotes(sound);
      // The answer is the next thing to press now.
      play.classList.replace('btn-accent', 'btn-quiet');
      resolve();
    });
  });
  for (let answered = 0; ; answered += 1) {
    const words = answered === 0 ? t('device.speaker.notHeard') : t('device.speaker.skip');
    const pressed = await choice(rung.body, [
      stepButton(t('device.speaker.heard'), 'btn-accent'),
      stepButton(words, 'btn-quiet'),
    ]);
    if (pressed === 0 || answered > 0) {
      rung.body.replaceChildren();
      rung.set(
        pressed === 0 ? 'ok' : 'problem',
        t(pressed === 0 ? 'device.speaker.ok' : 'device.speaker.problem'),
      );
      return pressed === 0 ? null : 'speaker.silent';
    }
    help.textContent = t('device.speaker.help');
    play.focus();
  }
}

async function playNotes(sound: AudioContext): Promise<void> {
  await sound.resume();
  const volume = sound.createGain();
  volume.gain.value = VOLUME;
  volume.connect(sound.destination);
  for (const [index, frequency] of NOTES.entries()) {
    const note = sound.createOscillator();
    note.frequency.value = frequency;
    note.connect(volume);
    const start = sound.currentTime + index * NOTE_SECONDS;
    note.start(start);
    note.stop(start + NOTE_SECONDS * 0.9);
  }
}
