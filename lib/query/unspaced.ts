import type { Engine } from '../engine.ts';
import { documentsWith } from '../lexical/postings.ts';
import { isSlip } from '../lexical/soft-hangul.ts';
import { cutIntoWords, SHORTEST_CUT } from '../lexical/spacing.ts';
import { titlesWith } from '../lexical/title-terms.ts';
import { perWord } from '../per-index.ts';
import { isWritten, isWrittenWhole } from '../read.ts';
import type { SearchArrays } from '../store/arrays.ts';
import type { Word } from '../text/analyzer.ts';
import { isHangul, rejoined } from '../text/hangul.ts';
import { vocabularyFor } from './vocabulary.ts';

const cutOf = perWord<Parts>();

/** Most syllables of a query that are cut. A question has fewer; each takes up to half a millisecond. */
const MOST_CUT = 60;

/** Beginnings of question words. A word among others was typed with spaces, so it is cut only where one of these, or two other words, show that it is several. */
const ASKING = /^(?:무슨|어디|언제|누구|누가|얼마|어떻게|어케|어떤|어떡|뭐|뭘|뭔|왜|몇|무엇)/;

/**
 * The words of a query, each Hangul word as the words that it was typed without spaces between, if no document has it
 * whole, nor a word one jamo away. An entry of the thesaurus is cut only into words that one document has.
 */
export function cutWords(engine: Engine, arrays: SearchArrays, words: readonly Word[]): readonly Word[] {
  let left = MOST_CUT;
  return words.flatMap((word) => {
    const { text, terms, start } = word;
    if (text.length < SHORTEST_CUT || text.length > left || !isHangul(text)) return [word];
    if (documentsWith(arrays, terms, 1) > 0) return [word];
    left -= text.length;
    const parts = partsOf(engine, arrays, word);
    const topical = parts.filter(({ isStop }) => !isStop).length;
    const isAsking = parts.some((part) => part.isStop && ASKING.test(part.text));
    const isCut = words.length === 1 || isAsking ? topical > 0 : topical > 1;
    return isCut ? wordsOf(engine, parts, start).flatMap((part) => titledCut(engine, arrays, part)) : [word];
  });
}

/**
 * A part that no document has, cut again where a title has its words: 크로스어텐션이뭐야 begins with an entry of the
 * thesaurus, which a note writes 크로스 어텐션.
 */
function titledCut(engine: Engine, arrays: SearchArrays, word: Word): readonly Word[] {
  const { text, terms, start } = word;
  if (text.length < SHORTEST_CUT || documentsWith(arrays, terms, 1) > 0) return [word];
  const words = wordsOf(engine, partsOf(engine, arrays, word), start);
  const asCut = words.flatMap(({ terms }) => terms);
  return titlesWith(arrays, asCut).length > 0 ? words : [word];
}

type Parts = ReturnType<typeof cutIntoWords>;

function partsOf(engine: Engine, arrays: SearchArrays, word: Word): Parts {
  const { text } = word;
  return cutOf(arrays, text, () => {
    const vocabulary = vocabularyFor(engine, arrays);
    if (isSlip(word.terms, vocabulary)) return [];
    // A word that the thesaurus has (깊이우선탐색) is cut only into several words that one document has (깊이 우선 탐색):
    // 클로저란 is 클로저 with a particle.
    const isEntry = engine.thesaurus.hasHangul(word.terms);
    const isWord = (part: string, terms: readonly string[]) =>
      (vocabulary.has(terms) && (part.length === 1 || isWrittenPart(engine, arrays, part, terms))) ||
      (!isEntry && engine.thesaurus.hasHangul(terms));
    const parts = cutIntoWords(text, { analyze: vocabulary.analyze, isWord });
    if (!isEntry) return parts;
    const terms = parts.map(({ text }) => vocabulary.analyze(text)).filter(({ length }) => length > 0);
    return terms.length > 1 && vocabulary.has(terms.flat()) ? parts : [];
  });
}

/** Parts as words of a query. @param from where the first begins */
function wordsOf({ analyzer }: Engine, parts: Parts, from: number): readonly Word[] {
  let end = from;
  return parts.flatMap(({ text, isStop }) => {
    const start = end;
    end += text.length;
    return isStop ? [{ text, start, end, terms: [], places: [] }] : analyzer.words(text, start);
  });
}

/** Whether a document has a part of an unspaced text as a word. A part without particle or ending has to be all of that word: 어텐 is not. */
function isWrittenPart(
  engine: Engine,
  arrays: SearchArrays,
  text: string,
  terms: readonly string[],
): boolean {
  const isWhole = rejoined(terms) === text;
  return (isWhole ? isWrittenWhole : isWritten)(engine, arrays, terms);
}
