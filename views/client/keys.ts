import { SWAPPED } from './live.ts';

/** `/` to the query, arrows through suggestions and results, `?` for help. Enter on a link is the browser's own. */
export function enhanceKeys(root: HTMLElement): void {
  const input = root.querySelector<HTMLInputElement>('[data-query]');
  const dialog = root.querySelector<HTMLDialogElement>('[data-keys]');
  const show = () => {
    const button = root.querySelector<HTMLElement>('[data-open-keys]');
    if (button && dialog) button.hidden = false;
  };
  show();
  root.addEventListener(SWAPPED, show); // the footer is replaced as well
  root.addEventListener('click', (event) => {
    if ((event.target as Element).closest('[data-open-keys]')) dialog?.showModal();
  });
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog?.open) return;
    const typing = event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
    if (event.key === '/' && !typing && input) {
      event.preventDefault();
      input.focus();
      input.select();
    } else if (event.key === '?' && !typing && dialog) {
      event.preventDefault();
      dialog.showModal();
    } else if (event.key === 'Escape' && event.target === input) {
      event.preventDefault(); // a search field would clear itself
      input?.blur();
    } else if (
      (event.key === 'ArrowDown' || event.key === 'ArrowUp') &&
      (!typing || event.target === input)
    ) {
      if (move(root, event.key === 'ArrowDown' ? 1 : -1, input)) event.preventDefault();
    }
  });
}

/** Moves the focus to the next suggestion or result; back at the top, to the query. */
function move(root: HTMLElement, step: 1 | -1, input: HTMLInputElement | null): boolean {
  const open = root.querySelector<HTMLElement>('[data-suggestions]:not([hidden])');
  const links = [...(open ?? root).querySelectorAll<HTMLElement>(open ? 'a' : '[data-open]')];
  if (links.length === 0) return false;
  const at = links.indexOf(document.activeElement as HTMLElement);
  if (at < 0 && document.activeElement !== input && document.activeElement !== document.body) return false;
  const next = at + step;
  if (next < 0) input?.focus();
  else links[Math.min(next, links.length - 1)]?.focus();
  return true;
}
