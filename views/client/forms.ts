/**
 * A page that comes back as the browser has kept it shows what it was drawn for, not what was chosen on the way out of
 * it: beside a list by date there stood "by title". Where a page follows what is typed, both are the same anyway.
 */
export function enhanceForms(root: HTMLElement): void {
  window.addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return;
    for (const form of root.querySelectorAll<HTMLFormElement>('form.ask:not([data-ask])')) form.reset();
  });
}
