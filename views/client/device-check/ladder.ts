import { element, setText } from '../shared/dom.ts';
import { changeIcon } from '../shared/icon.ts';
import type { IconMaker } from '../shared/icon.ts';
import type { Translate } from '../shared/text.ts';

export type RungName = 'browser' | 'microphone' | 'camera' | 'speaker' | 'network';
export type RungState = 'todo' | 'now' | 'ok' | 'problem' | 'skipped';

/** One step of the check as it stands on the page. */
export interface Rung {
  root: HTMLElement;
  /** Place for whatever the step shows while it runs. */
  body: HTMLElement;
  set(state: RungState, sentence: string): void;
}

/** What every step needs. */
export interface Bench {
  t: Translate;
  icon: IconMaker;
}

const ICONS = {
  todo: 'circle',
  now: 'arrow-right-circle-fill',
  ok: 'check-circle-fill',
  problem: 'exclamation-triangle-fill',
  skipped: 'check-circle',
};

/** A step, not begun yet. Its sentence is read out whenever it changes. */
export function buildRung(name: RungName, { t, icon }: Bench): Rung {
  const mark = icon(ICONS.todo);
  const state = element('span', { class: 'rung__state', text: t('device.state.todo') });
  const sentence = element('p', { class: 'rung__sentence', attributes: { role: 'status' } });
  const body = element('div', { class: 'rung__body' });
  const root = element('li', {
    class: 'rung',
    attributes: { 'data-rung': name, 'data-state': 'todo' },
    children: [
      element('h2', {
        class: 'rung__title',
        children: [mark, element('span', { text: t(`device.${name}.title`) }), state],
      }),
      sentence,
      body,
    ],
  });
  return {
    root,
    body,
    set(next, words) {
      root.dataset['state'] = next;
      changeIcon(mark, ICONS[next]);
      setText(state, t(`device.state.${next}`));
      setText(sentence, words);
    },
  };
}

/** A button for a step's body. */
export function stepButton(words: string, look: 'btn-accent' | 'btn-quiet'): HTMLButtonElement {
  return element('button', { class: `btn ${look}`, text: words, attributes: { type: 'button' } });
}

/** Shows the buttons and resolves with the number of the one that is pressed. */
export function choice(
  body: HTMLElement,
  buttons: HTMLButtonElement[],
  options: { focus?: boolean } = {},
): Promise<number> {
  const row = element('div', { class: 'rung__buttons', children: buttons });
  body.append(row);
  if (options.focus) buttons[0]?.focus();
  return new Promise((resolve) => {
    for (const [index, button] of buttons.entries()) {
      button.addEventListener('click', () => {
        row.remove();
        resolve(index);
      });
    }
  });
}
