import { byId, setText } from '../shared/dom.ts';
import { keepCopies } from './copies.ts';
import { mailFrame } from './frame.ts';
import { offerPlaceholders } from './insert.ts';

function formOf(id: string): HTMLFormElement | null {
  const found = document.getElementById(id);
  return found instanceof HTMLFormElement ? found : null;
}

/** Says what came of a change or a test once, and not at every letter. */
function announce(part: Element): void {
  const said = part.querySelector<HTMLElement>('[data-announce]')?.dataset.announce;
  if (said) setText(byId(part.id === 'preview' ? 'announcer' : 'test-announcer'), said);
}

function start(form: HTMLFormElement): void {
  for (const hidden of document.querySelectorAll<HTMLElement>('[data-without-script]')) hidden.hidden = true;
  for (const shown of document.querySelectorAll<HTMLElement>('[data-with-script]')) shown.hidden = false;
  const body = byId('body');
  if (body instanceof HTMLTextAreaElement) offerPlaceholders(form, body);
  const copy = keepCopies(form);
  const holder = document.getElementById('mail-frame');
  const frameForm = formOf('frame-form');
  const showMail = holder && frameForm ? mailFrame(holder, frameForm) : () => undefined;
  if (holder && 'draft' in holder.dataset) showMail();
  document.addEventListener('htmx:afterSwap', ({ target }) => {
    if (!(target instanceof Element)) return;
    for (const hidden of target.querySelectorAll<HTMLElement>('[data-without-script]')) hidden.hidden = true;
    announce(target);
    if (target.id !== 'preview' || target.querySelector('[data-problems]')) return;
    copy();
    showMail();
  });
}

const form = formOf('text-form');
if (form) start(form);
