import { finalConsonant, jamoOf, syllableOf } from '../text/hangul.ts';

/** Indices of letters in `jamoOf`. */
const VOWEL = { ㅏ: 0, ㅓ: 4, ㅕ: 6, ㅗ: 8, ㅘ: 9, ㅙ: 10, ㅚ: 11, ㅜ: 13, ㅝ: 14, ㅡ: 18, ㅣ: 20 } as const;
const FINAL = { none: 0, ㄴ: 4, ㄹ: 8, ㅁ: 16, ㅂ: 17, ㅆ: 20 } as const;

/** Stem vowels and what 아 or 어 contracts them to: 나누 + 어 → 나눠. */
const CONTRACTIONS = [
  [VOWEL.ㅜ, VOWEL.ㅝ],
  [VOWEL.ㅗ, VOWEL.ㅘ],
  [VOWEL.ㅣ, VOWEL.ㅕ],
  [VOWEL.ㅚ, VOWEL.ㅙ],
  [VOWEL.ㅡ, VOWEL.ㅓ],
  [VOWEL.ㅡ, VOWEL.ㅏ],
] as const;
/** Initials of the last syllable of stems in ㅡ (쓰, 크, 뜨, 아프, 바쁘, 끄, 트, 담그): 가서 is no form of 가스. */
const BEFORE_EU: readonly number[] = [0, 1, 4, 8, 10, 15, 16, 17]; // ㄱ ㄲ ㄸ ㅃ ㅆ ㅋ ㅌ ㅍ

/** Endings of one syllable that may follow a stem. */
const ENDINGS = '어아여고게지기며면는은을던자니음';
/** What only a predicate has after a stem that ends in a consonant; 은, 을 and 이 may be a noun's particles. */
const AFTER_CONSONANT = ['어', '아', '었', '았', '고', '는', '던', '습니', '으', '기', '게', '지', '며'];

/**
 * Other forms of a Korean predicate, for a word that no document has: 나눠 → 나누, 나눈, 나눌, 나눔, 나눕니, 나눴. They are the forms
 * of all stems that the word may have, most of which do not exist. Regular forms, and those with ㅂ (매운, 매워 → 맵) and 르
 * (빨라 → 빠르).
 *
 * @param word Hangul syllables, without particle and ending as far as `stripParticle` knows them
 */
export function otherForms(word: string): string[] {
  const stems = stemsOf(word).filter((stem) => stem.length > 1 || finalOf(stem) > FINAL.none);
  const forms = new Set(stems.flatMap(formsOf));
  forms.delete(word);
  return [...forms];
}

function stemsOf(word: string): string[] {
  const [initial, vowel, final] = lastOf(word);
  const rest = word.slice(0, -1);
  const stems = ENDINGS.includes(word.slice(-1)) ? [rest] : [];
  const isPast = final === FINAL.ㅆ;
  if (isPast || final === FINAL.none) {
    for (const [stem, contracted] of CONTRACTIONS) {
      const isStem = stem !== VOWEL.ㅡ || BEFORE_EU.includes(initial);
      if (vowel === contracted && isStem) stems.push(rest + syllableOf([initial, stem, FINAL.none]));
    }
  }
  const isAdnominal = final === FINAL.ㄴ || final === FINAL.ㄹ || final === FINAL.ㅁ || final === FINAL.ㅂ;
  stems.push(isPast || isAdnominal ? withFinal(word, FINAL.none) : word);
  if (rest !== '' && finalOf(rest) === FINAL.none && /[운울워와]$/.test(word))
    stems.push(withFinal(rest, FINAL.ㅂ));
  if (rest !== '' && finalOf(rest) === FINAL.ㄹ && /[라러]$/.test(word))
    stems.push(`${withFinal(rest, FINAL.none)}르`);
  return stems;
}

function formsOf(stem: string): string[] {
  const [initial, vowel, final] = lastOf(stem);
  const rest = stem.slice(0, -1);
  if (final !== FINAL.none) {
    const irregular =
      final === FINAL.ㅂ ? [...'운울워웠'].map((end) => withFinal(stem, FINAL.none) + end) : [];
    return [...AFTER_CONSONANT.map((ending) => stem + ending), ...irregular];
  }
  const contracted = CONTRACTIONS.filter(([plain]) => plain === vowel).flatMap(([, other]) =>
    [FINAL.none, FINAL.ㅆ].map((end) => rest + syllableOf([initial, other, end])),
  );
  const doubled =
    stem.endsWith('르') && rest !== '' ? [...'라러랐렀'].map((end) => withFinal(rest, FINAL.ㄹ) + end) : [];
  const adnominal = [FINAL.ㄴ, FINAL.ㄹ, FINAL.ㅁ].map((end) => withFinal(stem, end));
  return [stem, ...adnominal, `${withFinal(stem, FINAL.ㅂ)}니`, ...contracted, ...doubled];
}

function lastOf(word: string): [initial: number, vowel: number, final: number] {
  return jamoOf(word.charCodeAt(word.length - 1)) as [number, number, number];
}

function finalOf(word: string): number {
  return finalConsonant(word.charCodeAt(word.length - 1));
}

/** The word with another final consonant in its last syllable. */
function withFinal(word: string, final: number): string {
  const [initial, vowel] = lastOf(word);
  return word.slice(0, -1) + syllableOf([initial, vowel, final]);
}
