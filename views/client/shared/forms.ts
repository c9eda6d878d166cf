/** A second press within this time is taken for an accident. */
const REPEAT_MS = 4_000;

/** Puts the focus on the list of problems, so that a screen reader says it and the keyboard starts there. */
export function focusErrorSummary(): void {
  document.querySelector<HTMLElement>('[data-error-summary]')?.focus();
}

/** A second tap on the same button sends nothing; a page that comes back from the history is fetched anew. */
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
