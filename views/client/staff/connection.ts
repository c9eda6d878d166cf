/**
 * Shows when the live stream is broken, and fetches what was missed once it is back: the stream itself does
 * not repeat events that happened meanwhile. The htmx extension reconnects by itself.
 */
export function watchConnection(): void {
  const sign = document.querySelector<HTMLElement>('[data-offline]');
  let broken = false;
  const set = (isBroken: boolean) => {
    broken = isBroken;
    if (sign) sign.hidden = !isBroken;
  };
  const refresh = () => document.body.dispatchEvent(new CustomEvent('live-refresh'));
  document.body.addEventListener('htmx:sseError', () => set(true));
  document.body.addEventListener('htmx:sseOpen', () => {
    if (broken) refresh();
    set(false);
  });
  // A session that ended, or an appointment that is no longer shown, answers with another page.
  document.body.addEventListener('htmx:beforeSwap', (event) => {
    if (!(event instanceof CustomEvent) || !isAnotherPage(event.detail)) return;
    event.preventDefault();
    window.location.reload();
  });
  // A laptop that slept may not know yet that its stream is dead.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) refresh();
  });
}

/** True when the answer to a live part is a whole document, as after a redirect. */
function isAnotherPage(detail: { xhr: XMLHttpRequest; serverResponse: string }): boolean {
  return detail.xhr.status < 500 && /^\s*<!doctype/i.test(detail.serverResponse);
}
