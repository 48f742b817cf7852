import { addValue, outputVector } from './attention/output.ts';
import type { Engine } from './engine.ts';
import type { Run } from './query.ts';
import { wordsIn } from './read.ts';
import type { OutputTerm } from './response.ts';
import type { SearchArrays } from './store/arrays.ts';

/** Words listed. */
const LISTED = 12;
/**
 * The output as words: those of the passages listed that o points to most.
 *
 *     weight(word) = mean over its terms t of Vₜ · o        query(word) = mean of Vₜ · E(query)
 *
 * The basis V maps the embedding space back to terms; a word of several terms (Hangul is cut
 * to pairs) has their mean. `query` next to `weight` is what attention added.
 *
 *     shareᵢ(word) = wᵢ · mean of Vₜ · vᵢ, for the documents listed; all documents' shares sum to weight
 *
 * @param listed the documents listed, with the passages whose words may be shown
 */
export function outputTerms(engine: Engine, run: Run, listed: readonly ListedValue[]): OutputTerm[] {
  const { embedder } = run.arrays;
  if (!embedder || embedder.dimension === 0) return [];
  const { values, inverseNorm } = run.query.vector;
  const { looks, passageKeys, passageOffsets } = run.arrays;
  const keys = { keys: passageKeys, offsets: passageOffsets };
  const output = outputVector(run.record, values, keys, looks.blend);
  const asked = Float64Array.from(values, (value) => value * inverseNorm);
  const blended = listed.map(({ index, weight }) => {
    const vector = new Float64Array(output.length);
    addValue(keys, values, index, weight, vector);
    return vector;
  });
  return strongestWords(wordsOf(engine, run.arrays, listed), (ids) => embedder.towards(ids, output)).map(
    ({ term, ids, weight }) => ({
      term,
      weight,
      query: embedder.towards(ids, asked),
      shares: blended.map((vector) => embedder.towards(ids, vector)),
    }),
  );
}

interface Word {
  readonly term: string;
  readonly ids: readonly number[];
}

/** The words with the largest weights above 0, the largest first; equal ones by their letters. */
function strongestWords(words: Iterable<Word>, weightOf: (ids: readonly number[]) => number) {
  const found: (Word & { readonly weight: number })[] = [];
  let floor = 0;
  for (const { term, ids } of words) {
    const weight = weightOf(ids);
    if (!(weight > 0) || weight < floor) continue;
    found.push({ term, ids, weight });
    found.sort((a, b) => b.weight - a.weight || (a.term < b.term ? -1 : 1));
    if (found.length > LISTED) found.pop();
    if (found.length === LISTED) floor = found[LISTED - 1]?.weight ?? 0;
  }
  return found;
}

/** A document listed: its position among all, its weight, and the passage that is shown. */
export interface ListedValue {
  readonly index: number;
  readonly weight: number;
  readonly text: string;
}

/** The distinct words of the passages. */
function wordsOf(engine: Engine, arrays: SearchArrays, listed: readonly ListedValue[]): Iterable<Word> {
  const words = new Map<string, Word>();
  for (const { text } of listed) {
    for (const { key, text: term, ids } of wordsIn(engine, arrays, text)) {
      if (!words.has(key)) words.set(key, { term, ids });
    }
  }
  return words.values();
}
