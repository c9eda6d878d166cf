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
  // A laptop that slept may not know yet that its stream is dead.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) refresh();
  });
}
