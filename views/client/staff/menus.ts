/** Escape, or a press elsewhere, closes the menu that was open. */
export function closeMenusOnEscape(): void {
  const open = () => document.querySelector<HTMLDetailsElement>('details[data-menu][open]');
  document.addEventListener('keydown', (event) => {
    const menu = event.key === 'Escape' ? open() : null;
    if (!menu) return;
    menu.open = false;
    menu.querySelector('summary')?.focus();
  });
  document.addEventListener('click', (event) => {
    const menu = open();
    if (menu && event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
}
