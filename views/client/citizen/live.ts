/**
 * Fetches the live part and shows it when it says something new. What is being typed stays, and so does the
 * focus. When the server answers with another page (the appointment is over), the browser goes there.
 */
export async function swapLivePart(room: HTMLElement, href: string): Promise<void> {
  const answer = await fetch(href, { headers: { accept: 'text/html', 'x-live': 'waiting' } });
  if (answer.redirected) {
    window.location.assign(answer.url);
    return;
  }
  if (answer.status >= 500) return;
  const fresh = new DOMParser()
    .parseFromString(await answer.text(), 'text/html')
    .querySelector<HTMLElement>('[data-step]');
  if (!answer.ok || !fresh) {
    window.location.reload();
    return;
  }
  const shown = room.querySelector<HTMLElement>('[data-step]');
  if (shown && shown.dataset['state'] === fresh.dataset['state']) return;
  replaceKeepingInput(room, shown, document.importNode(fresh, true));
}

function replaceKeepingInput(room: HTMLElement, shown: HTMLElement | null, fresh: HTMLElement): void {
  const focused = document.activeElement;
  const typed = shown?.querySelector<HTMLInputElement>('input[name="pin"]');
  const field = fresh.querySelector<HTMLInputElement>('input[name="pin"]');
  if (typed && field) field.value = typed.value;
  const hadFocus = focused && shown?.contains(focused) ? focused.id : '';
  const stepChanged = shown?.dataset['step'] !== fresh.dataset['step'];

  if (shown) shown.replaceWith(fresh);
  else room.append(fresh);
  if (hadFocus) document.getElementById(hadFocus)?.focus();
  if (stepChanged) announce(fresh);
}

/** Says the new step aloud; the region itself never leaves the page, else screen readers would miss it. */
function announce(fresh: HTMLElement): void {
  const voice = document.querySelector<HTMLElement>('[data-voice]');
  if (voice) voice.textContent = fresh.dataset['announcement'] ?? '';
}
