import { element } from '../../shared/dom.ts';
import type { MediaHandle } from '../conference.ts';
import type { Surroundings } from './names.ts';

/** The other person's voice, and the button for browsers that want a press before any sound. */
export function soundElement({ t, icon }: Surroundings) {
  const audio = element('audio', { attributes: { autoplay: '' } });
  const button = element('button', {
    class: 'btn btn-accent sound__button',
    attributes: { type: 'button' },
    children: [icon('volume-up-fill'), t('stage.activateSound')],
  });
  button.hidden = true;
  let current: MediaHandle | null = null;

  const play = async (): Promise<void> => {
    try {
      await audio.play();
      button.hidden = true;
    } catch (error) {
      // Anything but a refusal means that the track went away in the meantime.
      button.hidden = !(error instanceof DOMException && error.name === 'NotAllowedError');
    }
  };
  button.addEventListener('click', () => void play());

  return {
    root: element('div', { class: 'sound', children: [audio, button] }),
    show(track: MediaHandle | null): void {
      current?.detach(audio);
      current = track;
      if (!track) return void (button.hidden = true);
      track.attach(audio);
      void play();
    },
    async useSpeaker(deviceId: string): Promise<void> {
      await audio.setSinkId(deviceId);
    },
    speaker: (): string => audio.sinkId ?? '',
  };
}

/** True where one can choose the loudspeaker; on phones the system does. */
export function canChooseSpeaker(): boolean {
  return 'setSinkId' in HTMLMediaElement.prototype;
}
