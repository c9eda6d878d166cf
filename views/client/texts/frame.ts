import { element } from '../shared/dom.ts';

/**
 * Shows the e-mail with what is written now. Each time in a new frame: a page loaded into the old one would be a stop on
 * the way back. The old one stays until the new one has its mail, so that nothing flickers.
 */
export function mailFrame(holder: HTMLElement, form: HTMLFormElement): () => void {
  let number = 0;
  return () => {
    number += 1;
    const attributes = { name: `mail-${number}`, title: holder.dataset.title ?? '', sandbox: '' };
    const frame = element('iframe', { attributes });
    const old = [...holder.querySelectorAll('iframe')];
    frame.hidden = old.length > 0;
    holder.append(frame);
    // Only now: the empty page that a new frame begins with has loaded already.
    frame.addEventListener('load', () => {
      frame.hidden = false;
      for (const one of old) one.remove();
    });
    form.target = attributes.name;
    form.submit();
  };
}
