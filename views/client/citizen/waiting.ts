import { keepAwake } from './awake.ts';
import { runCountdowns } from './countdown.ts';
import { swapLivePart } from './live.ts';

const HEARTBEAT_MS = 20_000;
/** Safety net for networks that break event streams: the page also asks by itself. */
const POLL_MS = 15_000;
const MOVE_AFTER_MS = 3_000;

/** Everything the waiting page does by itself: follows the appointment, keeps the place, goes in when called. */
export function startWaitingRoom(room: HTMLElement): void {
  const { eventsHref, fragmentHref, heartbeatAction, csrf } = room.dataset;
  if (!eventsHref || !fragmentHref || !heartbeatAction || !csrf) return;
  const beat = () => postHeartbeat(heartbeatAction, csrf);
  const refresh = once(async () => {
    await swapLivePart(room, fragmentHref);
    goInWhenCalled(room);
  });

  new EventSource(eventsHref).addEventListener('call', refresh);
  window.setInterval(refresh, POLL_MS);
  window.setInterval(beat, HEARTBEAT_MS);
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    beat();
    refresh();
  });
  beat();
  runCountdowns(room);
  keepAwake();
  goInWhenCalled(room);
}

/** Marks the place as present. A failure is no news here: the next beat, or the server's patience, covers it. */
function postHeartbeat(action: string, csrf: string): void {
  fetch(action, { method: 'POST', headers: { 'x-csrf-token': csrf }, keepalive: true }).catch(
    () => undefined,
  );
}

/** Runs one at a time; calls that come meanwhile lead to a single further run. */
function once(task: () => Promise<void>): () => void {
  let running = false;
  let again = false;
  const run = () => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    // Offline for a moment: the page stays as it is and the next poll tries again.
    task()
      .catch(() => undefined)
      .finally(() => {
        running = false;
        if (again) {
          again = false;
          run();
        }
      });
  };
  return run;
}

let moving = false;

/** Three seconds to read who calls, then in; the button is there for those who don't wait. */
function goInWhenCalled(room: HTMLElement): void {
  const link = room.querySelector<HTMLAnchorElement>('[data-go-in]');
  if (!link || moving) return;
  moving = true;
  window.setTimeout(() => {
    moving = false;
    if (room.contains(link) || room.querySelector('[data-go-in]')) window.location.assign(link.href);
  }, MOVE_AFTER_MS);
}
