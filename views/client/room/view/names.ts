import type { RoomClientConfig } from '../../../../server/features/calls/pages.ts';
import type { IconMaker } from '../../shared/icon.ts';
import type { Translate } from '../../shared/text.ts';

/** What every part of the view needs to know. */
export interface Surroundings {
  config: RoomClientConfig;
  t: Translate;
  icon: IconMaker;
  /** Telephone of the other side, for when the video fails; null when the page gives none. */
  phone: { label: string; href: string } | null;
}

/** Up to two initials, for the place of a missing picture. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => Array.from(word ?? '')[0] ?? '',
  );
  return letters.join('').toLocaleUpperCase();
}
