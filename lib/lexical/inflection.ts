import { finalConsonant, jamoOf, syllableOf } from '../text/hangul.ts';

/** Indices of letters in `jamoOf`. */
const VOWEL = { ㅏ: 0, ㅓ: 4, ㅕ: 6, ㅗ: 8, ㅘ: 9, ㅙ: 10, ㅚ: 11, ㅜ: 13, ㅝ: 14, ㅡ: 18, ㅣ: 20 } as const;
export const FINAL = { none: 0, ㄴ: 4, ㄷ: 7, ㄹ: 8, ㅁ: 16, ㅂ: 17, ㅅ: 19, ㅆ: 20, ㅎ: 27 } as const;

/** Final consonants of many nouns: ㄱ, ㄴ, ㄹ, ㅁ, ㅂ, ㅇ. */
const NOMINAL: readonly number[] = [1, 4, 8, 16, 17, 21];

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

/** Beginnings of the suffixes that turn a Korean noun into a verb or an adjective: 몰두 → 몰두하지, 습관 → 습관적인. */
const DERIVATION = /^(?:[하해했한할함되된될됐돼적]|스[러런]|이[었던]|인$)/;

/**
 * Similarity of a predicate to another form of it; less than that of a slip in a word of four syllables, so that 된장찌게 is
 * 된장찌개 and not a form of 된장찌다.
 */
export const INFLECTED_SIMILARITY = 0.75;

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
  const final = finalOf(word);
  const rest = word.slice(0, -1);
  const stems = ENDINGS.includes(word.slice(-1)) ? [rest] : [];
  const isPast = final === FINAL.ㅆ;
  if (isPast || final === FINAL.none) stems.push(...uncontracted(word));
  const isAdnominal = final === FINAL.ㄴ || final === FINAL.ㄹ || final === FINAL.ㅁ || final === FINAL.ㅂ;
  stems.push(isPast || isAdnominal ? withFinal(word, FINAL.none) : word);
  if (rest !== '' && finalOf(rest) === FINAL.none && /[운울워와]$/.test(word))
    stems.push(withFinal(rest, FINAL.ㅂ));
  if (rest !== '' && finalOf(rest) === FINAL.ㄹ && /[라러]$/.test(word))
    stems.push(`${withFinal(rest, FINAL.none)}르`);
  return stems;
}

/** The stems that 아 or 어 may have contracted with, in the last syllable of a word: 나눠, 나눴 → 나누. */
export function uncontracted(word: string): string[] {
  const [initial, vowel] = lastOf(word);
  return CONTRACTIONS.filter(([stem, contracted]) => {
    return vowel === contracted && (stem !== VOWEL.ㅡ || BEFORE_EU.includes(initial));
  }).map(([stem]) => word.slice(0, -1) + syllableOf([initial, stem, FINAL.none]));
}

/**
 * What the analyser leaves of the forms of a predicate: of most, the beginning (고쳐 of 고쳐서). The forms of an open
 * syllable are whole, as their beginnings could be anything; of a closed one, the stem itself is among them if few nouns
 * end so (갚).
 *
 * @param stem the dictionary form without 다
 */
export function predicateForms(stem: string): string[] {
  if (stem.length > 1) return formsOf(stem);
  if (finalOf(stem) !== FINAL.none)
    return [...(NOMINAL.includes(finalOf(stem)) ? [] : [stem]), ...formsOf(stem)];
  const infinitives = contractedOf(stem);
  const pasts = infinitives.map((form) => withFinal(form, FINAL.ㅆ));
  return [
    ...['고', '면', '기', '지', '려고'].map((ending) => stem + ending),
    `${withFinal(stem, FINAL.ㄴ)}다`,
    ...infinitives.flatMap((form) => ['서', '야', '도', '요'].map((ending) => form + ending)),
    ...pasts.flatMap((form) => ['다', '어', '고', '던', '음'].map((ending) => form + ending)),
  ];
}

function formsOf(stem: string): string[] {
  const rest = stem.slice(0, -1);
  const final = finalOf(stem);
  if (final !== FINAL.none) {
    const irregular =
      final === FINAL.ㅂ ? [...'운울워웠'].map((end) => withFinal(stem, FINAL.none) + end) : [];
    return [...AFTER_CONSONANT.map((ending) => stem + ending), ...irregular];
  }
  const contracted = contractedOf(stem).flatMap((form) => [form, withFinal(form, FINAL.ㅆ)]);
  const doubled =
    stem.endsWith('르') && rest !== '' ? [...'라러랐렀'].map((end) => withFinal(rest, FINAL.ㄹ) + end) : [];
  const adnominal = [FINAL.ㄴ, FINAL.ㄹ, FINAL.ㅁ].map((end) => withFinal(stem, end));
  return [stem, ...adnominal, `${withFinal(stem, FINAL.ㅂ)}니`, ...contracted, ...doubled];
}

/** A stem without final consonant together with 아 or 어: 나누 → 나눠, 끄 → 꺼, 보내 → 보내. */
function contractedOf(stem: string): string[] {
  const [initial, vowel] = lastOf(stem);
  const isShort = stem.length === 1;
  // ㅡ and 아 are ㅏ in 바빠 and 아파, but 꺼, 써 and 커 have ㅓ.
  const found = CONTRACTIONS.filter(
    ([plain, other]) => plain === vowel && !(isShort && plain === VOWEL.ㅡ && other === VOWEL.ㅏ),
  ).map(([, other]) => stem.slice(0, -1) + syllableOf([initial, other, FINAL.none]));
  return found.length > 0 || !isShort ? found : [stem];
}

function lastOf(word: string): [initial: number, vowel: number, final: number] {
  return jamoOf(word.charCodeAt(word.length - 1)) as [number, number, number];
}

export function finalOf(word: string): number {
  return finalConsonant(word.charCodeAt(word.length - 1));
}

/** The word with another final consonant in its last syllable. */
export function withFinal(word: string, final: number): string {
  const [initial, vowel] = lastOf(word);
  return word.slice(0, -1) + syllableOf([initial, vowel, final]);
}

/** A Korean word, then the nouns that it may be derived from, longest first. */
export function nounsOf(word: string): string[] {
  const nouns = [word];
  for (let length = word.length - 1; length >= 2; length--) {
    if (DERIVATION.test(word.slice(length))) nouns.push(word.slice(0, length));
  }
  return nouns;
}
