/**
 * Resets the forms of a page restored from the back/forward cache. It shows the content of its URL, but
 * its fields would still hold what was chosen just before leaving: a list by date said "by title". The
 * search form ([data-ask]) keeps its text, which the page follows anyway.
 */
export function enhanceForms(root: HTMLElement): void {
  window.addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return;
    for (const form of root.querySelectorAll<HTMLFormElement>('form.ask:not([data-ask])')) form.reset();
  });
}
