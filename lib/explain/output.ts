import { addValue } from '../attention/output.ts';
import type { Engine } from '../engine.ts';
import type { Run } from '../query/query.ts';
import { type Meaning, readDocument, readFor, type Topics } from '../read.ts';
import type { MatchedPassage, OutputTerm } from '../response.ts';
import type { SearchArrays } from '../store/arrays.ts';
import type { Word } from '../text/analyzer.ts';

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
  const { strongest, along } = strongestAlong(run.arrays, shownParts(engine, run, listed), output);
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
function strongestAlong({ embedder, looks }: SearchArrays, parts: readonly Part[], output: Float64Array) {
  const project = (rows: Int32Array, vector: Float64Array) =>
    embedder ? looks.project(embedder.model, rows, vector) : new Float64Array(rows.length);
  const strongest = strongestOf(parts, project(rowsOfParts(parts), output));
  const chosen = strongest.map(({ word }) => word);
  const rows = Int32Array.from(chosen.flatMap((word) => word.rows));
  return { strongest, along: (vector: Float64Array) => means(chosen, project(rows, vector)) };
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
  const parts = passages.map((_, i) => wholePart(read.topics(i)));
  const { strongest, along } = strongestAlong(arrays, parts, output);
  const before = along(query);
  return strongest.map(({ word, weight }, i) => ({ term: word.text, weight, query: before[i] ?? 0 }));
}

/** The basis rows of all words, one part after another. */
function rowsOfParts(parts: readonly Part[]): Int32Array {
  const rows = parts.map(({ topics: { rows, starts }, from, to }) => rows.subarray(starts[from], starts[to]));
  const all = new Int32Array(rows.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const one of rows) {
    all.set(one, at);
    at += one.length;
  }
  return all;
}

/** The mean over the terms of each word; a term that is not in the basis counts 0. */
function means(words: readonly Meaning[], products: Float64Array): number[] {
  let at = 0;
  return words.map(({ rows, ids }) => {
    let sum = 0;
    for (let r = 0; r < rows.length; r++) sum += products[at++] as number;
    return sum / ids.length;
  });
}

/**
 * The distinct words with the largest positive weights, largest first, ties in string order; each as first written.
 * Words with the same terms have the same weight, so only candidates above the current minimum are checked for
 * duplicates.
 *
 * @param products projection of the output on each row of the parts
 */
function strongestOf(parts: readonly Part[], products: Float64Array): Weighed[] {
  const found: Weighed[] = [];
  const seen = new Set<string>();
  let least = 0;
  let at = 0;
  for (const { topics, from, to } of parts) {
    const { words, starts } = topics;
    for (let w = from; w < to; w++) {
      let sum = 0;
      for (let left = (starts[w + 1] as number) - (starts[w] as number); left > 0; left--)
        sum += products[at++] as number;
      if (!(sum > 0) || sum < least) continue; // the mean is at most the sum, so it is too small as well
      const word = words[w] as Meaning;
      const weight = sum / word.ids.length;
      if (weight < least || seen.has(word.key)) continue;
      seen.add(word.key);
      const one = { word, weight };
      const before = found.findIndex((other) => isBefore(one, other));
      found.splice(before < 0 ? found.length : before, 0, one);
      if (found.length > MAX_WORDS) found.pop();
      if (found.length === MAX_WORDS) least = (found[MAX_WORDS - 1] as Weighed).weight;
    }
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

/** A document listed: its position, its weight, and the passage shown. */
interface ListedValue {
  readonly index: number;
  readonly weight: number;
  readonly passage: Pick<MatchedPassage, 'start' | 'end'>;
}

/** The parts of the passages that are shown. */
function shownParts(engine: Engine, run: Run, listed: readonly ListedValue[]): Part[] {
  return listed.map(({ index, passage }) => {
    const read = readFor(engine, run, run.arrays.ids[index] as number);
    const at = read.passages.findLastIndex(([start]) => start <= passage.start);
    const [start, end] = read.passages[at] ?? [0, 0];
    return passage.start === start && passage.end === end
      ? wholePart(read.topics(at))
      : partBetween(read.words(at), read.topics(at), passage);
  });
}

/** The words from … to − 1 of a passage. */
interface Part {
  readonly topics: Topics;
  readonly from: number;
  readonly to: number;
}

function wholePart(topics: Topics): Part {
  return { topics, from: 0, to: topics.words.length };
}

/** The words of a passage that lie in the excerpt shown. */
function partBetween(words: readonly Word[], topics: Topics, shown: ListedValue['passage']): Part {
  const from = words.findIndex(({ start }) => start >= shown.start);
  const to = words.findLastIndex(({ end }) => end <= shown.end) + 1;
  return from < 0 ? { topics, from: 0, to: 0 } : { topics, from, to: Math.max(from, to) };
}
