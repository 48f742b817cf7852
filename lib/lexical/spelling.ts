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
