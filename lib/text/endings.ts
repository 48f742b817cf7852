import { finalConsonant } from './hangul.ts';

/**
 * Endings of Korean predicates. They carry no topic: 묵었던, 묵었는데 and 묵었지 are the same word to a search.
 * Only endings that no noun has are listed.
 */

/**
 * Index of the final consonant ㅆ. Among syllables that endings follow, it occurs only in past forms (갔, 걸렸,
 * 었), in 겠 and in 있.
 */
const SSANG_SIOT = 20;

/** Endings that are recognised only after a syllable with the final ㅆ. */
const AFTER_TENSE = byLast(`
  고 고요 군 군요 거든 거든요 기 기에 기에는 나 나요 냐 네 네요 는가 는가요 는걸 는데 는데요 는지 는지도 다 다가 다고 다는 다는데 다니 다며
  다면 던 던가 던가요 던데 던지 더라 더라도 더라면 더니 도록 든 든지 습니다 습니까 어 어도 어서 어야 어요 으나 으니 으니까 으며 으면
  으면서 으므로 은 을 을까 을까요 을때 을지 음 음을 자 잖아 잖아요 지 지만 지요 죠`);

/** Index of the final consonant ㄴ, which adjectives have before a noun (빠른) and before these endings. */
const NIEUN = 4;

/** Endings that are recognised only after a syllable with the final ㄴ: 빠른가요 has one, 인기가요 ("hit songs") has none. */
const AFTER_NIEUN = byLast('가요 가여');

/** Endings that are recognised after any syllable. */
const ANYWHERE = byLast(`
  습니다 습니까 인가요 는데 는데요 은데 은데요 던데 던데요 인데 인데요 는지 는지를 는가 는가요 나요 네요 군요 는군요 는구나 까요 을까 을까요 일까 일까요 은가 른가 른지
  나여 까여 는데여 은데여 던데여 인데여 네여 군여 세여 예여 잖아 잖아요 거든 거든요 더라 더라고 더라고요 던가 던가요 는게 는거 는건 은거 은건 을거 거야 거예요 거에요 건가 건가요 건지 걸까 걸까요
  으면서 면서 면서도 니까 으니까 으려고 으려면 려고 려면 려는데 다는데 라는데 다던데 라던데 다더라 라더라 세요 으세요 시나요 시는지 시죠 지요`);

/** Syllables that only mark the tense (past, or 겠); without them the stem is left. */
const TENSE = /(?:이었|[았었였겠])$/;

/**
 * A Hangul word without its predicate ending and tense marker; the word itself when it has no ending.
 * At least one syllable is left.
 *
 * @example withoutEnding('묵었던') // '묵'
 * @example withoutEnding('걸렸는데') // '걸렸'
 * @example withoutEnding('어디였지') // '어디'
 * @example withoutEnding('바나나') // '바나나'
 */
export function withoutEnding(word: string): string {
  const past = withoutOneOf(AFTER_TENSE, word, SSANG_SIOT);
  if (past !== word) return past.replace(TENSE, '') || past;
  const predicate = withoutOneOf(ANYWHERE, word);
  return predicate === word ? withoutOneOf(AFTER_NIEUN, word, NIEUN) : predicate;
}

/** A word without the longest of some endings that it has, after a syllable with this final consonant where one is given. */
function withoutOneOf(endings: ReadonlyMap<string, readonly string[]>, word: string, final?: number): string {
  const found = endings.get(word.at(-1) ?? '')?.find((ending) => {
    const left = word.length - ending.length;
    if (left < 1 || !word.endsWith(ending)) return false;
    return final === undefined || finalConsonant(word.charCodeAt(left - 1)) === final;
  });
  return found === undefined ? word : word.slice(0, word.length - found.length);
}

/** Endings by their last syllable, longest first, so that a word is compared only with those that can match. */
function byLast(endings: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const ending of listed(endings)) {
    const last = ending.at(-1) ?? '';
    found.set(last, [...(found.get(last) ?? []), ending]);
  }
  return found;
}

/** The words of a list separated by white space, longest first. */
export function listed(endings: string): string[] {
  return endings
    .trim()
    .split(/\s+/)
    .toSorted((a, b) => b.length - a.length);
}
