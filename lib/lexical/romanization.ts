import { isHangul, jamoOf, lengthened, pairs, rejoined } from '../text/hangul.ts';
import { isEnglish } from './lexicon.ts';
import type { Candidate, Vocabulary } from './soft.ts';
import { BEAM_WIDTH } from './soft-hangul.ts';

/**
 * The Revised Romanization of Korean (Ministry of Culture and Tourism, notice 2000-8), in which people write names and
 * what has no English name: 전세 is jeonse, 강릉 Gangneung.
 */
const INITIALS = 'g kk n d tt r m b pp s ss  j jj ch k t p h'.split(' ');
const VOWELS = 'a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i'.split(' ');
/** Of each final, the letter before a consonant or at the end. */
const FINALS = ['', ...'k k k n n n t l k m l l l p l m p p t t ng t t k t p t'.split(' ')];
/** Of each final before a vowel: what is written there, the second of two consonants as that of the next syllable. */
const LINKED = ['', ...'g kk ks n nj n d r lg lm lb ls lt lp r m b ps s ss ng j ch k t p '.split(' ')];
/** Index of ㅇ, the initial without a sound. */
const SILENT = 11;

/** What a final and an initial sound like together, where it differs from either. */
const TOGETHER: Readonly<Record<string, string>> = {
  kn: 'ngn',
  km: 'ngm',
  kr: 'ngn',
  tn: 'nn',
  tm: 'nm',
  tr: 'nn',
  pn: 'mn',
  pm: 'mm',
  pr: 'mn',
  mr: 'mn',
  ngr: 'ngn',
  nr: 'll',
  ln: 'll',
  lr: 'll',
};

/**
 * A Hangul word in Latin letters as it sounds.
 *
 * @example romanized('강릉') // 'gangneung'
 */
export function romanized(hangul: string): string {
  const syllables = Array.from(hangul, (syllable) => jamoOf(syllable.charCodeAt(0)));
  let text = '';
  let last = 0;
  for (const [initial = 0, vowel = 0, final = 0] of syllables) {
    if (initial === SILENT) text += LINKED[last];
    else {
      const [before, after] = [FINALS[last], INITIALS[initial]];
      text += TOGETHER[`${before}${after}`] ?? `${before}${after}`;
    }
    text += VOWELS[vowel];
    last = final;
  }
  return text + FINALS[last];
}

/** Similarity of a word to its romanization: several words may sound alike. */
const SIMILARITY = 0.8;
/** Letters of the shortest romanization that is read. */
const SHORTEST = 4;
/** Syllables of the longest word that is looked for. */
const LONGEST = 5;
/** Letters at the end of a beginning that its next syllable may change. */
const OPEN = 2;

/** Hangul words of known pairs that a Latin word spells: jeonse → 전세. @param latin no word of English */
export function readRomanized(latin: string, { pairs: known, has }: Vocabulary): Candidate[] {
  if (latin.length < SHORTEST) return [];
  const isBegun = (text: string) => {
    const written = romanized(text);
    return latin.startsWith(written.slice(0, Math.max(1, written.length - OPEN)));
  };
  // Nothing changes the first initial and vowel, so they tell most words apart.
  const isFirst = (pair: string) => {
    const [initial = 0, vowel = 0] = jamoOf(pair.charCodeAt(0));
    return latin.startsWith(`${INITIALS[initial]}${VOWELS[vowel]}`);
  };
  const found: Candidate[] = [];
  let begun = known.filter((pair) => isFirst(pair) && isBegun(pair));
  for (let length = 2; length <= LONGEST && begun.length > 0; length++) {
    for (const text of begun) {
      const terms = pairs(text);
      if (romanized(text) === latin && has(terms))
        found.push({ text, terms, similarity: SIMILARITY, named: true });
    }
    begun = lengthened(begun.slice(0, BEAM_WIDTH), known).filter(isBegun);
  }
  return found;
}

/** The Latin word that documents have for a Hangul one: 민호 → minho. */
export function asRomanized(pairs: readonly string[], { analyze, has }: Vocabulary): Candidate[] {
  const hangul = rejoined(pairs);
  if (!isHangul(hangul)) return [];
  const text = romanized(hangul);
  if (text.length < SHORTEST || isEnglish(text)) return [];
  const terms = analyze(text);
  return terms.length === 1 && has(terms) ? [{ text, terms, similarity: SIMILARITY, named: true }] : [];
}
