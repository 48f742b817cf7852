/** The Korean names of the letters a to z; alternative spellings are separated by `|`. */
const LETTERS =
  `에이 비 씨|시 디 이 에프 지 에이치|에이취 아이 제이 케이 엘 엠 엔 오 피 큐 알 에스 티 유 브이 더블유|더블류 엑스 와이 제트`
    .split(' ')
    .flatMap((said, i) =>
      said.split('|').map((name) => [name, String.fromCharCode('a'.charCodeAt(0) + i)] as const),
    );
const LETTER_OF = new Map(LETTERS);
const longestFirst = [...LETTER_OF.keys()].toSorted((a, b) => b.length - a.length);
const LETTER = new RegExp(longestFirst.join('|'), 'g');
const SPELLED = new RegExp(`^(?:${longestFirst.join('|')}){3,}$`);

/**
 * The Latin letters that a Hangul word spells out by name: 에이치티티피 → http. null when it does not, or for
 * fewer than three letters, which are mostly ordinary words (이유, "reason", would be eu).
 */
export function asLetters(hangul: string): string | null {
  return SPELLED.test(hangul) ? hangul.replace(LETTER, (name) => LETTER_OF.get(name) as string) : null;
}
