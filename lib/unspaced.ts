import type { Engine } from './engine.ts';
import { isSlip } from './lexical/soft-hangul.ts';
import { cutIntoWords, SHORTEST_CUT } from './lexical/spacing.ts';
import { perWord } from './per-index.ts';
import { isWritten, isWrittenWhole } from './read.ts';
import type { SearchArrays } from './store/arrays.ts';
import type { Word } from './text/analyzer.ts';
import { isHangul, rejoined } from './text/hangul.ts';
import { vocabularyFor } from './vocabulary.ts';

const cutOf = perWord<ReturnType<typeof cutIntoWords>>();

/** Most syllables of a query that are cut. A question has fewer; each takes up to half a millisecond. */
const MOST_CUT = 60;

/**
 * The words of a query, each Hangul word as the words that it was typed without spaces between, if no document has it
 * whole, nor one that is one jamo away, nor the thesaurus. A word among others was typed with spaces, so it has to be
 * longer, and to have two words that are no stop words.
 */
export function cutWords(engine: Engine, arrays: SearchArrays, words: readonly Word[]): readonly Word[] {
  const isAlone = words.length === 1;
  const shortest = isAlone ? SHORTEST_CUT.alone : SHORTEST_CUT.among;
  let left = MOST_CUT;
  return words.flatMap((word) => {
    const { length } = word.text;
    if (length < shortest || length > left || !isHangul(word.text)) return [word];
    left -= length;
    return cutWord(engine, arrays, word, isAlone);
  });
}

function cutWord(engine: Engine, arrays: SearchArrays, word: Word, isAlone: boolean): readonly Word[] {
  const { analyzer } = engine;
  const parts = cutOf(arrays, word.text, () => {
    const vocabulary = vocabularyFor(engine, arrays);
    const { terms } = word;
    if (vocabulary.has(terms) || isSlip(terms, vocabulary)) return [];
    return cutIntoWords(word.text, {
      analyze: vocabulary.analyze,
      isWord: (text, terms) =>
        (vocabulary.has(terms) && (text.length === 1 || isWrittenPart(engine, arrays, text, terms))) ||
        engine.thesaurus.hasHangul(terms),
    });
  });
  if (parts.filter(({ isStop }) => !isStop).length < (isAlone ? 1 : 2)) return [word];
  let { start } = word;
  return parts.flatMap(({ text, isStop }) => {
    const from = start;
    start += text.length;
    return isStop ? [{ text, start: from, end: start, terms: [], places: [] }] : analyzer.words(text, from);
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
