import { isHangulSyllable, jamoOf, syllableOf } from '../text/hangul.ts';

/**
 * The QWERTY keys of a Korean keyboard layout (dubeolsik, KS X 5002). Someone who forgets to switch the
 * input language types wjstp for 전세, or 낼슴ㅌ for softmax.
 */
const INITIALS = [...'rRseEfaqQtTdwWczxvg'];
const VOWELS = 'k o i O j p u P h hk ho hl y n nj np nl b m ml l'.split(' ');
const FINALS = ['', ...'r R rt s sw sg e f fr fa fq ft fx fv fg a q qt t T d w c z x v g'.split(' ')];

const longestFirst = (keys: readonly string[]) => keys.toSorted((a, b) => b.length - a.length).join('|');
/** An initial, a vowel, and optionally a final: a consonant before a vowel is the initial of the next syllable instead. */
const SYLLABLE = new RegExp(
  `([${INITIALS.join('')}])(${longestFirst(VOWELS)})((?:${longestFirst(FINALS.slice(1))})(?![${VOWELS.join('')}]))?`,
  'y',
);
/** All keys but those that give a different jamo with Shift (ㅃㅉㄸㄲㅆㅒㅖ). */
const SAME_WITH_SHIFT = /[^QWERTOP]/g;

/** The Hangul that Latin letters give on a Korean keyboard; null unless all of it forms complete syllables. */
export function asHangul(latin: string): string | null {
  const keys = latin.replace(SAME_WITH_SHIFT, (key) => key.toLowerCase());
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

/** First code point of the single jamo of each kind, as NFKC writes them (U+1100 block), with their keys. */
const SINGLE_JAMO = [
  [0x1100, INITIALS],
  [0x1161, VOWELS],
  [0x11a7, FINALS],
] as const;

/** The Latin letters that Hangul gives on a Latin keyboard; null when a character is on no key. */
export function asLatin(hangul: string): string | null {
  const keys = Array.from(hangul.normalize('NFKC'), (letter) => {
    const code = letter.charCodeAt(0);
    if (isHangulSyllable(code)) {
      const [initial = 0, vowel = 0, final = 0] = jamoOf(code);
      return `${INITIALS[initial]}${VOWELS[vowel]}${FINALS[final]}`;
    }
    return SINGLE_JAMO.map(([first, keys]) => keys[code - first]).find((key) => key !== undefined);
  });
  return keys.includes(undefined) ? null : keys.join('');
}
