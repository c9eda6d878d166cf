/** Fields that carry what is written now along with another form: a test, or the frame with the e-mail. */
export function keepCopies(form: HTMLFormElement): () => void {
  const copy = (): void => {
    const written = new FormData(form);
    for (const field of document.querySelectorAll<HTMLInputElement>('[data-copy]')) {
      const value = written.get(field.dataset.copy ?? '');
      if (typeof value === 'string') field.value = value;
    }
  };
  // Before anybody else hears of it: what is sent must be what is on the screen.
  document.addEventListener('submit', copy, { capture: true });
  return copy;
}
