/** The page of somebody who comes early turns into the entrance by itself, at the minute the door opens. */
export function reloadWhenDoorOpens(): void {
  const minutes = Number(document.querySelector<HTMLElement>('[data-door-in]')?.dataset['doorIn'] ?? 0);
  // Longer waits are for another day; timers beyond 24 days would fire at once.
  if (minutes <= 0 || minutes > 24 * 60) return;
  window.setTimeout(() => window.location.reload(), minutes * 60_000);
}
