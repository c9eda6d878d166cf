const MINUTE = 60_000;

/** Keeps `<span data-since="ISO instant">` at the whole minutes passed since, also in parts that arrive later. */
export function tickWaitingMinutes(): void {
  const refresh = () => {
    for (const element of document.querySelectorAll<HTMLElement>('[data-since]')) {
      const since = Date.parse(element.dataset['since'] ?? '');
      if (Number.isNaN(since)) continue;
      const minutes = String(Math.max(0, Math.floor((Date.now() - since) / MINUTE)));
      // Untouched when equal: writing it again would make screen readers repeat it.
      if (element.textContent !== minutes) element.textContent = minutes;
    }
  };
  window.setInterval(refresh, MINUTE / 4);
  // The board asks again now and then; what comes was counted when it left.
  document.body.addEventListener('htmx:afterSwap', refresh);
}
