import { addValue } from '../attention/output.ts';
import type { Engine } from '../engine.ts';
import type { Run } from '../query/query.ts';
import { type Meaning, readDocument, readFor } from '../read.ts';
import type { MatchedPassage, OutputTerm } from '../response.ts';
import type { SearchArrays } from '../store/arrays.ts';

/** Most words listed. */
const MAX_WORDS = 12;
/** Most passages of one document whose words are considered. */
const MAX_PASSAGES = 80;

/**
 * The output as words: of the passages shown, the words that o points to most.
 *
 *     weight(word) = mean over its terms t of Vₜ · o        query(word) = mean of Vₜ · E(query)
 *
 * The basis V maps the embedding space back to terms. A word has the mean of its terms, because Hangul words are
 * split into pairs. `weight` minus `query` is what attention added.
 *
 *     shareᵢ(word) = wᵢ · mean of Vₜ · vᵢ for the documents listed; the shares of all documents sum to weight
 *
 * @param output o (d)
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
  const { strongest, along } = strongestAlong(run.arrays, shownWords(engine, run, listed), output);
  const query = along(asked);
  const vector = new Float64Array(output.length);
  const shares = listed.map(({ index, weight }) => {
    addValue(run.arrays, values, index, weight, vector.fill(0));
    return along(vector);
  });
  return strongest.map(({ word: { text: term }, weight }, i) => ({
    term,
    weight,
    query: query[i] ?? 0,
    shares: shares.map((share) => share[i] ?? 0),
  }));
}

/** The words that point to an output most, and a projection of each on any other vector. */
function strongestAlong({ embedder, looks }: SearchArrays, words: readonly Meaning[], output: Float64Array) {
  const along = (chosen: readonly Meaning[], vector: Float64Array) =>
    embedder ? means(chosen, (rows) => looks.project(embedder.model, rows, vector)) : chosen.map(() => 0);
  const strongest = strongestOf(words, along(words, output));
  const chosen = strongest.map(({ word }) => word);
  return { strongest, along: (vector: Float64Array) => along(chosen, vector) };
}

/**
 * The words of a document's first passages that a direction points to most, each with its projection on `query`.
 *
 * @param output direction (d)
 * @param query  direction (d)
 */
export function pointedTo(
  engine: Engine,
  id: number,
  output: Float64Array,
  query: Float64Array,
): Omit<OutputTerm, 'shares'>[] {
  const arrays = engine.arrays();
  const read = readDocument(engine, arrays, id);
  const passages = read.passages.slice(0, MAX_PASSAGES);
  const words = passages.flatMap((_, i) => read.meanings(i));
  const { strongest, along } = strongestAlong(arrays, words, output);
  const before = along(query);
  return strongest.map(({ word, weight }, i) => ({ term: word.text, weight, query: before[i] ?? 0 }));
}

/** The mean over the terms of each word; a term that is not in the basis counts 0. */
function means(words: readonly Meaning[], project: (rows: Int32Array) => Float64Array): number[] {
  const all = new Int32Array(words.reduce((sum, { rows }) => sum + rows.length, 0));
  let at = 0;
  for (const { rows } of words) for (const row of rows) all[at++] = row;
  const products = project(all);
  at = 0;
  return words.map(({ rows, ids }) => {
    let sum = 0;
    for (let r = 0; r < rows.length; r++) sum += products[at++] as number;
    return sum / ids.length;
  });
}

interface Weighed {
  readonly word: Meaning;
  readonly weight: number;
}

/**
 * The distinct words with the largest positive weights, largest first, ties in string order; each as first written.
 * Words with the same terms have the same weight, so only candidates above the current minimum are checked for
 * duplicates.
 */
function strongestOf(words: readonly Meaning[], weights: readonly number[]): Weighed[] {
  const found: Weighed[] = [];
  const seen = new Set<string>();
  let least = 0;
  for (let i = 0; i < words.length; i++) {
    const weight = weights[i] as number;
    if (!(weight > 0) || weight < least) continue;
    const word = words[i] as Meaning;
    if (seen.has(word.key)) continue;
    seen.add(word.key);
    const one = { word, weight };
    const before = found.findIndex((other) => isBefore(one, other));
    found.splice(before < 0 ? found.length : before, 0, one);
    if (found.length > MAX_WORDS) found.pop();
    if (found.length === MAX_WORDS) least = (found[MAX_WORDS - 1] as Weighed).weight;
  }
  return found;
}

function isBefore(a: Weighed, b: Weighed): boolean {
  return a.weight === b.weight ? a.word.text < b.word.text : a.weight > b.weight;
}

/** A document listed: its position, its weight, and the passage shown. */
interface ListedValue {
  readonly index: number;
  readonly weight: number;
  readonly passage: Pick<MatchedPassage, 'start' | 'end'>;
}

/** The words of the excerpts that are shown. */
function shownWords(engine: Engine, run: Run, listed: readonly ListedValue[]): Meaning[] {
  const shown: Meaning[] = [];
  for (const { index, passage } of listed) {
    const read = readFor(engine, run, run.arrays.ids[index] as number);
    const at = read.passages.findLastIndex(([start]) => start <= passage.start);
    const meanings = read.meanings(at);
    read.words(at).forEach(({ start, end }, i) => {
      if (start >= passage.start && end <= passage.end) shown.push(meanings[i] as Meaning);
    });
  }
  return shown;
}
