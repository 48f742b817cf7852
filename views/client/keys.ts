import { SWAPPED } from './live.ts';
import { recall, store } from './storage.ts';

/** Holds 'off' where the shortcuts of one character have been turned off. */
const KEY = 'qkv-keys';

/**
 * Keyboard shortcuts: `/` focuses the query, arrow keys move through suggestions and results, `?` opens
 * the help. Enter on a link is the browser's own. What a program that turns speech into keys types by
 * mistake must not act, so the help can turn `/` and `?` off.
 */
export function enhanceKeys(root: HTMLElement): void {
  const input = root.querySelector<HTMLInputElement>('[data-query]');
  const dialog = root.querySelector<HTMLDialogElement>('[data-keys]');
  const show = () => {
    const button = root.querySelector<HTMLElement>('[data-open-keys]');
    if (button && dialog) button.hidden = false;
  };
  show();
  root.addEventListener(SWAPPED, show); // replaced content comes with a hidden button
  const box = root.querySelector<HTMLInputElement>('[data-keys-on]');
  if (box) box.checked = recall(KEY) !== 'off';
  box?.addEventListener('change', () => store(KEY, box.checked ? 'on' : 'off'));
  root.addEventListener('click', (event) => {
    if ((event.target as Element).closest('[data-open-keys]')) dialog?.showModal();
  });
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog?.open) return;
    const typing = event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
    const isOn = !typing && box?.checked;
    if (event.key === '/' && isOn && input) {
      event.preventDefault();
      input.focus();
      input.select();
    } else if (event.key === '?' && isOn && dialog) {
      event.preventDefault();
      dialog.showModal();
    } else if (event.key === 'Escape' && event.target === input) {
      event.preventDefault(); // Escape would clear a search field
      input?.blur();
    } else if (
      (event.key === 'ArrowDown' || event.key === 'ArrowUp') &&
      (!typing || event.target === input)
    ) {
      if (move(root, event.key === 'ArrowDown' ? 1 : -1, input)) event.preventDefault();
    }
  });
}

/**
 * Moves the focus to the next or previous suggestion or result, and from the first back to the query.
 *
 * @returns  whether the focus was moved
 */
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
