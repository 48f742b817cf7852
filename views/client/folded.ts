/** A key in the picture links to its result; clicking it also opens a folded result. */
export function enhanceFolded(root: HTMLElement): void {
  root.addEventListener('click', (event) => {
    const line = (event.target as Element).closest<HTMLAnchorElement>('a.key[href^="#"]');
    const details = line && root.querySelector<HTMLDetailsElement>(`${line.hash} > article > details.more`);
    if (details) details.open = true;
  });
}
