/**
 * Shows the button `[data-way-back]` of an error page where the browser has a page to return to. That page comes
 * from the browser's history: a form keeps what was typed, and what the server knows is fetched anew.
 */
export function offerWayBack(): void {
  const button = document.querySelector<HTMLButtonElement>('[data-way-back]');
  if (!button || window.history.length < 2) return;
  button.hidden = false;
  button.addEventListener('click', () => window.history.back());
}
