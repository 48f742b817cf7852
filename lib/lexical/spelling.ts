/** Where Britain and America write English differently, from one to the other and back. */
const CHANGES: readonly (readonly [from: RegExp, to: string])[] = [
  [/(?<=..)or/, 'our'], // color
  [/(?<=..)our/, 'or'],
  [/(?<=.[bcpt])er(?=s?$)/, 're'], // center
  [/(?<=.[bcpt])re(?=s?$)/, 'er'],
  [/(?<=.)og(?=s?$)/, 'ogue'], // catalog
  [/(?<=.)ogue(?=s?$)/, 'og'],
  [/(?<=..)iz/, 'is'], // organize
  [/(?<=..)is/, 'iz'],
  [/(?<=.)yz/, 'ys'], // analyze
  [/(?<=.)ys/, 'yz'],
  [/(?<=..)ense(?=s?$)/, 'ence'], // defense
  [/(?<=..)ence(?=s?$)/, 'ense'],
  [/e/, 'ae'], // anemia
  [/ae/, 'e'],
  [/gray/, 'grey'],
  [/grey/, 'gray'],
];

/** How else the word might be written on one side of the Atlantic or the other; most of it is no word. @param word in small letters */
export function otherSpellings(word: string): string[] {
  return CHANGES.map(([from, to]) => word.replace(from, to)).filter((other) => other !== word);
}

/**
 * The word without one of its letters, or with two exchanged, all but the first: a slip that keeps an ending from being
 * read as one leaves a stem far from that of the word (publisihng, publish).
 */
export function withoutASlip(word: string): string[] {
  return Array.from({ length: Math.max(0, word.length - 1) }, (_, k) => {
    const [before, one, two = '', after] = [
      word.slice(0, k + 1),
      word[k + 1],
      word[k + 2],
      word.slice(k + 3),
    ];
    return [`${before}${two}${after}`, `${before}${two}${one}${after}`];
  }).flat();
}
