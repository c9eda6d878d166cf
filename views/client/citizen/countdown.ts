/**
 * Buttons with `data-wait="45"` (seconds) rest until then and show the seconds in their `[data-seconds]`.
 * The end is kept as a time of day, so that a phone that slept does not count too slowly.
 */
export function runCountdowns(room: HTMLElement): void {
  const ends = new WeakMap<HTMLElement, number>();
  const tick = () => {
    for (const button of room.querySelectorAll<HTMLButtonElement>('button[data-wait]')) {
      const end = ends.get(button) ?? performance.now() + Number(button.dataset['wait']) * 1000;
      ends.set(button, end);
      show(button, Math.max(0, Math.ceil((end - performance.now()) / 1000)));
    }
  };
  tick();
  window.setInterval(tick, 1000);
}

function show(button: HTMLButtonElement, seconds: number): void {
  button.disabled = seconds > 0;
  const wait = button.form?.querySelector<HTMLElement>('[data-wait-text]');
  if (!wait) return;
  wait.hidden = seconds === 0;
  const number = wait.querySelector<HTMLElement>('[data-seconds]');
  if (number) number.textContent = String(seconds);
}
