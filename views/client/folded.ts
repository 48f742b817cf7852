/** A line of the picture leads to its result, which is unfolded when it was not. */
export function enhanceFolded(root: HTMLElement): void {
  root.addEventListener('click', (event) => {
    const line = (event.target as Element).closest<HTMLAnchorElement>('a.key[href^="#"]');
    const details = line && root.querySelector<HTMLDetailsElement>(`${line.hash} > article > details.more`);
    if (details) details.open = true;
  });
}
