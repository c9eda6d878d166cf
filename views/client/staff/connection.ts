/** The server renews each stream now and then, which takes two seconds; only what lasts longer is worth a word. */
const PATIENCE_MS = 5_000;

/**
 * Shows when the live stream is broken, and fetches what was missed once it is back: the stream itself does
 * not repeat events that happened meanwhile. The htmx extension reconnects by itself.
 */
export function watchConnection(): void {
  const sign = document.querySelector<HTMLElement>('[data-offline]');
  let broken = false;
  let timer: number | undefined;
  const show = (shown: boolean) => {
    if (sign) sign.hidden = !shown;
  };
  const set = (isBroken: boolean) => {
    window.clearTimeout(timer);
    broken = isBroken;
    if (isBroken) timer = window.setTimeout(() => show(true), PATIENCE_MS);
    else show(false);
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
