import { listed, withoutEnding } from './endings.ts';
import { finalConsonant, isHangulSyllable } from './hangul.ts';

/**
 * Light stripping of Korean particles. Most come in pairs
 * chosen by whether the noun ends in a consonant (은/는, 이/가, 을/를, 과/와, 으로/로): stripping only where the pair agrees
 * keeps nouns that merely end in such a syllable, e.g. 회의 or 나이.
 */
type After = 'consonant' | 'vowel' | 'vowel-or-rieul' | 'any';

const RIEUL = 8; // ㄹ as a final: takes 로, like a vowel

/** Particles and endings of nouns, longest first, with what the stem must end in. */
const PARTICLES: readonly (readonly [suffix: string, after: After])[] = Object.entries({
  any: `
    에서는 에서도 에서의 에게서 까지는 부터는 입니다 에게는 에서만 이지만 적으로 인가 이다 에서 에게 한테
    까지 부터 마다 처럼 보다 만큼 밖에 조차 하고 에는 에도 든지 끼리 만의 만이 만을 뿐만 별로 적인
    들은 들이 들을 들의 씩 들 의 에 도 만`,
  consonant: `
    으로부터 이라는 으로서 으로써 으로는 으로도 이에요 이라면 이라고 이라도 이란 이나 이며 이고 으로 과의
    이든 이랑 은 이 을 과`,
  vowel: '예요 라는 와의 라고 지만 란 랑 는 가 를 와 나',
  'vowel-or-rieul': '로부터 로서 로써 로는 로',
} satisfies Record<After, string>)
  .flatMap(([after, suffixes]) => listed(suffixes).map((suffix) => [suffix, after as After] as const))
  .toSorted((a, b) => b[0].length - a[0].length);

/** Nouns that end like a noun with a particle: at the end of a compound they stay, 검색결과 is no 검색결. */
const HEADS = listed(`
  결과 성과 경과 통과 학과 속도 온도 빈도 밀도 각도 용도 난도 강도 습도 농도 회의 강의 논의 주의 회로 추가 휴가 허가 권한 제한
  기한 무한 역할 분할 이해 피해 방해 손해 견해 높이 길이 깊이 넓이 놀이 풀이 종이 불만`);

/** Endings of 하다/되다 verbs made from nouns: 정렬하는, 정렬한다, 정렬된 → 정렬. */
const VERB_ENDINGS = listed(`
  돼서 돼요 됐는가 됐는지 됐다 되고 되기 되나요 되는 되는가 되는데 되는지 되다 되도록 되며 되면
  되어 되어야 되었고 되었는가 되었는지 되었다 되었던 되었습니다 되었으며 되었지만 되지 된 된다 될
  될까 될까요 됨 됩니까 됩니다 시켜 시켰다 시키고 시키기 시키는 시킨 시킨다 하게 하겠습니다 하고
  하고자 하기 하기로 하기에 하나요 하는 하는가 하는데 하는지 하니 하다 하도록 하려 하려고 하려면
  하며 하면 하면서 하므로 하여 하였고 하였는가 하였는지 하였다 하였던 하였습니다 하였으며 하였지만
  하자 하지 하지만 한 한가 한가요 한다 한다면 한지 할 할까 할까요 할지 함 합니까 합니다 해 해서
  해야 해요 했나요 했는가 했는지 했다 했던 했습니까 했습니다 했으며 했을까 했지만`);

const MIN_STEM = 2;
/** A noun of two syllables and another one. */
const MIN_COMPOUND = 4;
/** What no noun of two or three syllables ends in, where it agrees: one syllable may be left, 값을 → 값. */
const CLEAR: ReadonlySet<string> = new Set(['를', '을', '에서', '에는', '에도', '으로', '이란']);
/** 사랑, 자랑, 노랑 and 파랑 are nouns, 첫사랑 one more. */
const NO_PARTICLE = /[사자노파]랑$/;

/**
 * A Hangul word without its particle or 하다/되다 ending; the word itself when nothing fits.
 * Light on purpose: only one layer is taken off, and at least two syllables stay, one where the particle is beyond doubt.
 *
 * @example stripParticle('데이터베이스에서') // '데이터베이스'
 * @example stripParticle('값을') // '값'
 * @example stripParticle('회의') // '회의': one syllable would be left, and 의 may be part of the noun
 * @example stripParticle('응답속도') // '응답속도': 속도 is a noun, 속 with 도 is rarer
 * @example stripParticle('마을') // '마을': 을 follows a consonant only
 */
export function stripParticle(word: string): string {
  if (word.length >= MIN_COMPOUND && HEADS.some((noun) => word.endsWith(noun))) return word;
  if (!isHangulSyllable(word.charCodeAt(word.length - 1))) return word; // nothing else ends in a particle
  if (NO_PARTICLE.test(word)) return word;
  const particle = PARTICLES.find(
    (particle) => stemLength(word, particle) >= (CLEAR.has(particle[0]) ? 1 : MIN_STEM),
  );
  const ending = VERB_ENDINGS.find(
    (suffix) => word.length - suffix.length >= MIN_STEM && word.endsWith(suffix),
  );
  const predicate = Math.min(word.length - withoutEnding(word).length, word.length - MIN_STEM);
  // The longest of them: 정렬하는 is 정렬 + 하는, not 정렬하 + 는.
  return word.slice(0, word.length - Math.max(particle?.[0].length ?? 0, ending?.length ?? 0, predicate));
}

/** Syllables before a particle that the word may end in; 0 where it does not, or nothing is left. */
function stemLength(word: string, [suffix, after]: readonly [suffix: string, after: After]): number {
  const length = word.length - suffix.length;
  return length > 0 && word.endsWith(suffix) && agrees(word.charCodeAt(length - 1), after) ? length : 0;
}

function agrees(code: number, after: After): boolean {
  const final = finalConsonant(code);
  if (final < 0 || after === 'any') return final >= 0;
  if (after === 'consonant') return final > 0;
  return final === 0 || (after === 'vowel-or-rieul' && final === RIEUL);
}

/** The syllable before a particle, where one is left and the word may be that: 키의 → 키; null when nothing fits. */
export function syllableBeforeParticle(word: string): string | null {
  return PARTICLES.some((particle) => stemLength(word, particle) === 1) ? word.slice(0, 1) : null;
}

/** Whether a whole Hangul word is nothing but a particle, as in "SQL을" after its Latin part. */
export function isParticle(word: string): boolean {
  return PARTICLES.some(([suffix]) => suffix === word);
}
