import { addValue } from './attention/output.ts';
import type { Engine } from './engine.ts';
import type { Run } from './query.ts';
import { type Meaning, meaningSlots, readDocument } from './read.ts';
import type { MatchedPassage, OutputTerm } from './response.ts';
import type { SearchArrays } from './store/arrays.ts';
import type { Word } from './text/analyzer.ts';

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
 * @param output o
 * @param listed the documents listed, with the passages whose words may be shown
 */
export function outputTerms(
  engine: Engine,
  run: Run,
  output: Float64Array,
  listed: readonly ListedValue[],
): OutputTerm[] {
  const { embedder, looks, passageKeys, passageOffsets } = run.arrays;
  if (!embedder || embedder.dimension === 0) return [];
  const { values, inverseNorm } = run.query.vector;
  const keys = { keys: passageKeys, offsets: passageOffsets };
  const asked = new Float64Array(output.length);
  for (let j = 0; j < asked.length; j++) asked[j] = (values[j] ?? 0) * inverseNorm;
  const blended = listed.map(({ index, weight }) => {
    const vector = new Float64Array(output.length);
    addValue(keys, values, index, weight, vector);
    return vector;
  });
  const towards = (words: readonly Meaning[]) => {
    const rows = rowsOf(words);
    return (vector: Float64Array) => means(words, looks.project(embedder.model, rows, vector));
  };
  const words = wordsOf(engine, run.arrays, listed);
  const strongest = strongestOf(words, towards(words)(output));
  const along = towards(strongest.map(({ word }) => word));
  const query = along(asked);
  const shares = blended.map(along);
  return strongest.map(({ word: { text: term }, weight }, i) => ({
    term,
    weight,
    query: query[i] ?? 0,
    shares: shares.map((share) => share[i] ?? 0),
  }));
}

/** Begins the output o of a run, which other threads can make meanwhile; call what it returns for it. */
export function beginOutput({ record, query, arrays }: Run): () => Float64Array {
  const { looks, passageKeys: keys, passageOffsets: offsets } = arrays;
  return looks.output(record, query.vector.values, { keys, offsets });
}

function rowsOf(words: readonly Meaning[]): Int32Array {
  let count = 0;
  for (const { rows } of words) count += rows.length;
  const all = new Int32Array(count);
  let at = 0;
  for (const { rows } of words) for (const row of rows) all[at++] = row;
  return all;
}

/** The mean over the terms of each word; a term that is not in the basis points nowhere. */
function means(words: readonly Meaning[], products: Float64Array): Float64Array {
  const out = new Float64Array(words.length);
  let at = 0;
  for (const [w, { rows, ids }] of words.entries()) {
    let sum = 0;
    for (let r = 0; r < rows.length; r++) sum += products[at++] ?? 0;
    out[w] = sum / ids.length;
  }
  return out;
}

/** The words with the largest weights above 0, the largest first; equal ones by their letters. */
function strongestOf(words: readonly Meaning[], weights: Float64Array) {
  const found: { readonly word: Meaning; readonly weight: number }[] = [];
  let floor = 0;
  for (const [w, word] of words.entries()) {
    const weight = weights[w] ?? 0;
    if (!(weight > 0) || weight < floor) continue;
    found.push({ word, weight });
    found.sort((a, b) => b.weight - a.weight || (a.word.text < b.word.text ? -1 : 1));
    if (found.length > LISTED) found.pop();
    if (found.length === LISTED) floor = found[LISTED - 1]?.weight ?? 0;
  }
  return found;
}

/** A document listed: its position among all, its weight, and the passage that is shown. */
export interface ListedValue {
  readonly index: number;
  readonly weight: number;
  readonly passage: Pick<MatchedPassage, 'start' | 'end'>;
}

/** The distinct words of the passages, each as it is first typed. */
function wordsOf(engine: Engine, arrays: SearchArrays, listed: readonly ListedValue[]): Meaning[] {
  const passages = listed.map(({ index, passage }) => {
    const read = readDocument(engine, arrays, arrays.ids[index] as number);
    const at = read.passages.findLastIndex(([start]) => start <= passage.start);
    return { passage, words: read.words(at), meanings: read.meanings(at) };
  });
  const found: Meaning[] = [];
  const isFound = new Uint8Array(meaningSlots(arrays)); // all meanings are made by now
  for (const { passage, words, meanings } of passages) {
    for (let i = 0; i < words.length; i++) {
      const { start, end } = words[i] as Word;
      const meaning = meanings[i] as Meaning;
      if (start < passage.start || end > passage.end || isFound[meaning.slot] === 1) continue;
      isFound[meaning.slot] = 1;
      found.push(meaning);
    }
  }
  return found;
}
