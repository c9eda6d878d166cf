import { element } from '../shared/dom.ts';

type Writable = HTMLInputElement | HTMLTextAreaElement;

const isWritable = (target: unknown): target is Writable =>
  target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type === 'text');

/** Puts the word where the cursor is, in place of what is selected, and goes on from there. */
function insert(field: Writable, word: string): void {
  field.focus();
  field.setRangeText(word, field.selectionStart ?? 0, field.selectionEnd ?? 0, 'end');
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
}

/**
 * Makes the list of details a list of buttons, which put them into the field where one was writing, or into the text when
 * one has not begun.
 */
export function offerPlaceholders(form: HTMLFormElement, fallback: Writable): void {
  let last = fallback;
  form.addEventListener('focusin', ({ target }) => {
    if (isWritable(target)) last = target;
  });
  for (const item of document.querySelectorAll<HTMLElement>('[data-insert]')) {
    const word = item.dataset.insert ?? '';
    const button = element('button', { class: 'placeholder', attributes: { type: 'button' } });
    button.append(...item.childNodes);
    button.addEventListener('click', () => insert(last, word));
    item.append(button);
  }
}
