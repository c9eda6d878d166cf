import { chime, isChimeOn, rememberChime } from './chime.ts';

/** Rings, notifies, announces and counts in the title when one more person waits than before. */
export function watchWaiting(): void {
  const live = document.querySelector<HTMLElement>('[data-board]');
  if (!live) return;
  const plainTitle = document.title;
  let before = waitingCount(live);
  showInTitle(plainTitle, before);
  prepareChimeButton(live);
  prepareNotificationButton();
  document.body.addEventListener('htmx:afterSettle', () => {
    const now = waitingCount(live);
    showInTitle(plainTitle, now);
    if (now > before) announceArrival(live);
    before = now;
  });
}

function waitingCount(live: HTMLElement): number {
  return Number(live.querySelector<HTMLElement>('[data-waiting-count]')?.dataset['waitingCount'] ?? 0);
}

function showInTitle(plainTitle: string, waiting: number): void {
  document.title = waiting > 0 ? `(${waiting}) ${plainTitle}` : plainTitle;
}

function announceArrival(live: HTMLElement): void {
  const text = live.querySelector<HTMLElement>('[data-arrival-text]')?.dataset['arrivalText'] ?? '';
  const voice = document.querySelector<HTMLElement>('[data-voice]');
  if (voice) voice.textContent = text;
  if (isChimeOn()) chime();
  // No name in it: notifications show on locked screens and over shared ones.
  if ('Notification' in window && Notification.permission === 'granted' && document.hidden) {
    const notification = new Notification(text, { tag: 'waiting' });
    notification.addEventListener('click', () => window.focus());
  }
}

function prepareChimeButton(live: HTMLElement): void {
  const button = document.querySelector<HTMLButtonElement>('[data-chime-toggle]');
  if (!button || !live) return;
  const show = () => button.setAttribute('aria-pressed', String(isChimeOn()));
  button.hidden = false;
  show();
  button.addEventListener('click', () => {
    rememberChime(!isChimeOn());
    show();
    if (isChimeOn()) chime();
  });
}

function prepareNotificationButton(): void {
  const button = document.querySelector<HTMLButtonElement>('[data-notify-ask]');
  if (!button || !('Notification' in window) || Notification.permission !== 'default') return;
  button.hidden = false;
  button.addEventListener('click', () => {
    void Notification.requestPermission().then(() => {
      button.hidden = Notification.permission !== 'default';
    });
  });
}
