/**
 * Shows the button `[data-way-back]` of an error page where the browser has a page to return to, such as the
 * appointment that the refused action was about. Pages are never stored, so it shows how things are now.
 */
export function offerWayBack(): void {
  const button = document.querySelector<HTMLButtonElement>('[data-way-back]');
  if (!button || window.history.length < 2) return;
  button.hidden = false;
  button.addEventListener('click', () => window.history.back());
}
