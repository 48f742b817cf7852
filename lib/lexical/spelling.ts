/** Differences between British and American spelling, in both directions. */
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

/**
 * The word in the other spelling, British or American, by every rule that applies. Most results are no
 * words; the caller keeps those that documents contain.
 *
 * @param word in lower case
 */
export function otherSpellings(word: string): string[] {
  return CHANGES.map(([from, to]) => word.replace(from, to)).filter((other) => other !== word);
}

/**
 * All variants of a word with one letter removed or two neighbours exchanged; the first letter stays.
 *
 * Comparing stems misses typos inside an ending: the stemmer does not recognise the ending, so the stem is
 * many edits away (publisihng from publish). These variants are corrected before stemming instead.
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
