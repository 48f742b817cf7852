import { addValue } from './attention/output.ts';
import type { Engine } from './engine.ts';
import type { Run } from './query.ts';
import { distinctMeanings, type Meaning, readDocument } from './read.ts';
import type { MatchedPassage, OutputTerm } from './response.ts';
import type { SearchArrays } from './store/arrays.ts';
import type { Word } from './text/analyzer.ts';

/** Words listed. */
const LISTED = 12;
/** Passages of one document whose words are looked at. */
const READ = 80;

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
  const { embedder } = run.arrays;
  if (!embedder || embedder.dimension === 0) return [];
  const { values, inverseNorm } = run.query.vector;
  const asked = new Float64Array(output.length);
  for (let j = 0; j < asked.length; j++) asked[j] = (values[j] ?? 0) * inverseNorm;
  const blended = listed.map(({ index, weight }) => {
    const vector = new Float64Array(output.length);
    addValue(run.arrays, values, index, weight, vector);
    return vector;
  });
  const words = wordsOf(engine, run.arrays, listed);
  const { strongest, along } = strongestAlong(run.arrays, words, output);
  const query = along(asked);
  const shares = blended.map(along);
  return strongest.map(({ word: { text: term }, weight }, i) => ({
    term,
    weight,
    query: query[i] ?? 0,
    shares: shares.map((share) => share[i] ?? 0),
  }));
}

/** The words that point to an output most, and how far each of them points along another vector. */
function strongestAlong(arrays: SearchArrays, words: readonly Meaning[], output: Float64Array) {
  const strongest = strongestOf(words, towards(arrays, words)(output));
  const chosen = strongest.map(({ word }) => word);
  return { strongest, along: towards(arrays, chosen) };
}

/** How far each word points along a vector. */
function towards({ embedder, looks }: SearchArrays, words: readonly Meaning[]) {
  const rows = rowsOf(words);
  return (vector: Float64Array) =>
    embedder ? means(words, looks.project(embedder.model, rows, vector)) : new Float64Array(words.length);
}

/** The words of a document, of its first passages, that a direction points to most, and how far another does. */
export function pointedTo(
  engine: Engine,
  id: number,
  output: Float64Array,
  query: Float64Array,
): Omit<OutputTerm, 'shares'>[] {
  const arrays = engine.arrays();
  const read = readDocument(engine, arrays, id);
  const passages = read.passages.slice(0, READ);
  const words = distinctMeanings(passages.flatMap((_, i) => read.topics(i)));
  const { strongest, along } = strongestAlong(arrays, words, output);
  const before = along(query);
  return strongest.map(({ word, weight }, i) => ({ term: word.text, weight, query: before[i] ?? 0 }));
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
  for (let w = 0; w < words.length; w++) {
    const { rows, ids } = words[w] as Meaning;
    let sum = 0;
    for (let r = 0; r < rows.length; r++) sum += products[at++] ?? 0;
    out[w] = sum / ids.length;
  }
  return out;
}

/** The words with the largest weights above 0, the largest first; equal ones by their letters. */
function strongestOf(words: readonly Meaning[], weights: Float64Array) {
  const found: Weighed[] = [];
  for (let w = 0; w < words.length; w++) {
    const weight = weights[w] ?? 0;
    if (!(weight > 0) || (found.length === LISTED && weight < (found[LISTED - 1] as Weighed).weight))
      continue;
    const one = { word: words[w] as Meaning, weight };
    const at = found.findIndex((other) => isBefore(one, other));
    found.splice(at < 0 ? found.length : at, 0, one);
    if (found.length > LISTED) found.pop();
  }
  return found;
}

interface Weighed {
  readonly word: Meaning;
  readonly weight: number;
}

function isBefore(a: Weighed, b: Weighed): boolean {
  return a.weight === b.weight ? a.word.text < b.word.text : a.weight > b.weight;
}

/** A document listed: its position among all, its weight, and the passage that is shown. */
interface ListedValue {
  readonly index: number;
  readonly weight: number;
  readonly passage: Pick<MatchedPassage, 'start' | 'end'>;
}

/** The distinct words of the passages, each as it is first typed. */
function wordsOf(engine: Engine, arrays: SearchArrays, listed: readonly ListedValue[]): Meaning[] {
  const shown = listed.map(({ index, passage }) => {
    const read = readDocument(engine, arrays, arrays.ids[index] as number);
    const at = read.passages.findLastIndex(([start]) => start <= passage.start);
    const [start, end] = read.passages[at] ?? [0, 0];
    return passage.start === start && passage.end === end
      ? read.topics(at)
      : meaningsBetween(read.words(at), read.meanings(at), passage);
  });
  return distinctMeanings(shown.flat());
}

/** Of a passage that is shown in part. */
function meaningsBetween(
  words: readonly Word[],
  meanings: readonly Meaning[],
  shown: ListedValue['passage'],
): readonly Meaning[] {
  const from = words.findIndex(({ start }) => start >= shown.start);
  const last = words.findLastIndex(({ end }) => end <= shown.end);
  return from < 0 ? [] : meanings.slice(from, last + 1);
}
