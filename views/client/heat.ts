/** Heat maps: arrow keys move between cells, and a button saves the picture as PNG. */
export function enhanceHeat(root: HTMLElement): void {
  for (const table of root.querySelectorAll<HTMLTableElement>('[data-heat]')) enhanceCells(table);
  for (const button of root.querySelectorAll<HTMLButtonElement>('[data-save-png]')) {
    button.hidden = false;
    button.addEventListener('click', () => void savePng(button.dataset.savePng ?? ''));
  }
}

/** Roving tabindex: one cell is in the tab order, and the arrow keys move it. */
function enhanceCells(table: HTMLTableElement): void {
  const rows = Array.from(table.tBodies[0]?.rows ?? [], (row) => [...row.querySelectorAll('td')]);
  const first = rows[0]?.[0];
  if (!first) return;
  for (const cell of rows.flat()) cell.tabIndex = -1;
  first.tabIndex = 0;
  table.addEventListener('keydown', (event) => {
    const at = rows.findIndex((row) => row.includes(event.target as HTMLTableCellElement));
    const column = rows[at]?.indexOf(event.target as HTMLTableCellElement) ?? -1;
    const steps: Record<string, [number, number]> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
    };
    const step = steps[event.key];
    const next = step && rows[at + step[0]]?.[column + step[1]];
    if (!next) return;
    event.preventDefault();
    (event.target as HTMLElement).tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
}

async function savePng(source: string): Promise<void> {
  const image = new Image();
  image.src = source;
  await image.decode();
  const canvas = document.createElement('canvas');
  const scale = 2;
  canvas.width = image.naturalWidth * scale;
  canvas.height = image.naturalHeight * scale;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const link = document.createElement('a');
  link.href = canvas.toDataURL('image/png');
  link.download = 'attention-map.png';
  link.click();
}
