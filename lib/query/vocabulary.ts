import type { Engine } from '../engine.ts';
import { softVocabulary, type Vocabulary } from '../lexical/soft.ts';
import { perIndex } from '../per-index.ts';
import { isWritten } from '../read.ts';
import type { SearchArrays } from '../store/arrays.ts';

const termsOf = perIndex(softVocabulary);

/** The words of an index, prepared for reading words that it does not have. */
export function vocabularyFor(engine: Engine, arrays: SearchArrays): Vocabulary {
  return {
    ...termsOf(arrays),
    analyze: (text) => engine.analyzer.terms(text),
    isWritten: (pairs) => isWritten(engine, arrays, pairs),
  };
}
