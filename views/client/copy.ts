import { SWAPPED } from './live.ts';

/** Copy buttons: the arithmetic of a result as text, and the link of the page. */
export function enhanceCopy(root: HTMLElement): void {
  // only available in a secure context (https or localhost); else the buttons stay hidden
  if (!navigator.clipboard) return;
  const show = () => {
    for (const button of root.querySelectorAll<HTMLElement>('[data-copy-maths], [data-copy-link]'))
      button.hidden = false;
  };
  show();
  root.addEventListener(SWAPPED, show);
  root.addEventListener('click', (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>(
      '[data-copy-maths], [data-copy-link]',
    );
    if (button) void copy(button);
  });
}

async function copy(button: HTMLButtonElement): Promise<void> {
  // A word joiner says where a line must not end, and belongs to the page.
  const text =
    button.dataset.copyMaths === undefined ? location.href : mathsText(button).replaceAll('\u2060', '');
  await navigator.clipboard.writeText(text);
  const label = button.textContent;
  button.textContent = button.dataset.copied ?? '✓';
  setTimeout(() => {
    button.textContent = label;
  }, 1500);
}

/** The text of a result's maths: its notes, and its tables as tab-separated lines below their captions. */
function mathsText(button: HTMLElement): string {
  const parts = button.closest('[data-maths]')?.querySelectorAll<HTMLElement>('.sums > *') ?? [];
  return Array.from(parts, (table) => {
    // Its lines are separate elements: innerText separates them, textContent would not.
    if (!(table instanceof HTMLTableElement)) return table.innerText.trim();
    const rows = Array.from(table.rows, (row) =>
      Array.from(row.cells, (cell) => cell.textContent?.trim() ?? '').join('\t'),
    );
    return [table.caption?.textContent?.trim() ?? '', ...rows].join('\n');
  }).join('\n\n');
}
