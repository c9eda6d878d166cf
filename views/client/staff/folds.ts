/** What people unfolded in a live part stays so when the part is replaced; on paper everything is unfolded. */
export function keepFolds(): void {
  let open: string[] = [];
  document.body.addEventListener('htmx:beforeSwap', (event) => {
    if (event.target instanceof HTMLElement) open = openIn(event.target);
  });
  document.body.addEventListener('htmx:afterSwap', () => {
    for (const id of open) unfold(document.getElementById(id));
    open = [];
  });
  unfoldOnPaper();
  unfoldTarget();
}

/** A link to something folded unfolds it; not every browser does so by itself. */
function unfoldTarget(): void {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
    unfold(document.getElementById(link?.getAttribute('href')?.slice(1) ?? ''));
  });
}

function openIn(part: HTMLElement): string[] {
  return [...part.querySelectorAll<HTMLDetailsElement>('details[id][open]')].map(({ id }) => id);
}

function unfold(element: HTMLElement | null): void {
  if (element instanceof HTMLDetailsElement) element.open = true;
}

/** Not the forms, which are not printed, nor menus: only what tells something. */
function unfoldOnPaper(): void {
  let closed: HTMLDetailsElement[] = [];
  window.addEventListener('beforeprint', () => {
    closed = [...document.querySelectorAll<HTMLDetailsElement>('details[data-paper]:not([open])')];
    for (const details of closed) details.open = true;
  });
  window.addEventListener('afterprint', () => {
    for (const details of closed) details.open = false;
    closed = [];
  });
}
