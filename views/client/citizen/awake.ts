/** Keeps the screen on while the page is in front, where the browser can; a page that returns asks again. */
export function keepAwake(): void {
  if (!('wakeLock' in navigator)) return;
  const ask = () => {
    // Refused on low battery, for example. Then the phone sleeps, and the place is kept all the same.
    if (!document.hidden) navigator.wakeLock.request('screen').catch(() => undefined);
  };
  document.addEventListener('visibilitychange', ask);
  ask();
}
