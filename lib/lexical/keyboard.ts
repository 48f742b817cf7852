import { isHangulSyllable, jamoOf, syllableOf } from '../text/hangul.ts';

/**
 * The keys of a Korean keyboard (dubeolsik, KS X 5002) as a Latin one has them. Who forgets to change the language
 * types wjstp for 전세, or 낼슴ㅌ for softmax.
 */
const INITIALS = [...'rRseEfaqQtTdwWczxvg'];
const VOWELS = 'k o i O j p u P h hk ho hl y n nj np nl b m ml l'.split(' ');
const FINALS = ['', ...'r R rt s sw sg e f fr fa fq ft fx fv fg a q qt t T d w c z x v g'.split(' ')];

const longestFirst = (keys: readonly string[]) => keys.toSorted((a, b) => b.length - a.length).join('|');
/** An initial, a vowel, and a final that is not the initial of the next syllable. */
const SYLLABLE = new RegExp(
  `([${INITIALS.join('')}])(${longestFirst(VOWELS)})((?:${longestFirst(FINALS.slice(1))})(?![${VOWELS.join('')}]))?`,
  'y',
);
/** Keys that have something else with Shift. */
const SHIFTED = /[^QWERTOP]/g;

/** What Latin letters are on a Korean keyboard; null when it is not Hangul to the last letter. */
export function asHangul(latin: string): string | null {
  const keys = latin.replace(SHIFTED, (key) => key.toLowerCase());
  let text = '';
  SYLLABLE.lastIndex = 0;
  while (SYLLABLE.lastIndex < keys.length) {
    const found = SYLLABLE.exec(keys);
    if (!found) return null;
    const [, initial = '', vowel = '', final = ''] = found;
    text += syllableOf([INITIALS.indexOf(initial), VOWELS.indexOf(vowel), FINALS.indexOf(final)]);
  }
  return text;
}

/** The first of the letters that stand alone, as NFKC writes them. */
const ALONE = [
  [0x1100, INITIALS],
  [0x1161, VOWELS],
  [0x11a7, FINALS],
] as const;

/** What Hangul is on a Latin keyboard; null where a letter is on no key. */
export function asLatin(hangul: string): string | null {
  const keys = Array.from(hangul.normalize('NFKC'), (letter) => {
    const code = letter.charCodeAt(0);
    if (isHangulSyllable(code)) {
      const [initial = 0, vowel = 0, final = 0] = jamoOf(code);
      return `${INITIALS[initial]}${VOWELS[vowel]}${FINALS[final]}`;
    }
    return ALONE.map(([first, keys]) => keys[code - first]).find((key) => key !== undefined);
  });
  return keys.includes(undefined) ? null : keys.join('');
}
