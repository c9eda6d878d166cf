const REPEAT_MS = 4_000;

/** Puts the focus on the list of problems, so that a screen reader says it and the keyboard starts there. */
export function focusErrorSummary(): void {
  document.querySelector<HTMLElement>('[data-error-summary]')?.focus();
}

/** A second press of the same button sends nothing; the page coming back from the history works again. */
export function sendOnce(): void {
  const sent = new WeakMap<HTMLFormElement, number>();
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    const last = sent.get(form);
    // Only for a moment: when the network failed, pressing again must work.
    if (last !== undefined && event.timeStamp - last < REPEAT_MS) event.preventDefault();
    else sent.set(form, event.timeStamp);
  });
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) window.location.reload();
  });
}

/** Escape, or a press elsewhere, closes the menu that was open. */
export function closeMenusOnEscape(): void {
  const open = () => document.querySelector<HTMLDetailsElement>('details[data-menu][open]');
  document.addEventListener('keydown', (event) => {
    const menu = event.key === 'Escape' ? open() : null;
    if (!menu) return;
    menu.open = false;
    menu.querySelector('summary')?.focus();
  });
  document.addEventListener('click', (event) => {
    const menu = open();
    if (menu && event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
}
