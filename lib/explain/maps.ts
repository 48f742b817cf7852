import { setImmediate } from 'node:timers/promises';
import { type AttendedSentence, attendToSentences, sentenceHeads } from '../answer/attended-sentences.ts';
import { attended, strongest } from '../attention/attend.ts';
import type { Engine } from '../engine.ts';
import { SearchError } from '../errors.ts';
import { remainingWeight } from '../math/softmax.ts';
import { positionOf } from '../math/sorted.ts';
import { bounded, dot } from '../math/vector.ts';
import { askedCounts, type Run } from '../query/query.ts';
import { askedTerms } from '../query/words.ts';
import type { AnswerSentence, SearchOptions } from '../response.ts';
import { shownOf } from '../search.ts';
import { distinctWords, type Word } from '../text/analyzer.ts';
import { serialQueue } from '../turns.ts';
import { embedText } from './relations.ts';

/** Several queries × the documents they attend to, as the attention maps of papers. */
export interface AttentionMap {
  readonly queries: readonly {
    readonly text: string;
    /** One weight per document of the map. */
    readonly weights: readonly number[];
    readonly nothing: number;
    /** Weight of the documents that are not on the map; Σ weights + nothing + remainder = 1. */
    readonly remainder: number;
  }[];
  readonly documents: readonly { readonly id: number; readonly title: string }[];
}

/** Most queries and documents of an attention map, and most words per side of a word map. */
export const MAP_LIMITS = { queries: 20, documents: 20, words: 40 } as const;

/** One at a time, because each map holds the records of all its queries until it is done. */
const inTurn = serialQueue();

/**
 * The weights of several queries over the documents that any of them attends to most. Gives way to the event loop
 * between queries. If the index changes meanwhile, all queries run again without a pause.
 *
 * @param texts one query each; blank ones are ignored
 * @throws {SearchError} EMPTY_QUERY, INVALID_PARAMETER for too many queries, and what `search` throws
 */
export async function attentionMap(
  engine: Engine,
  texts: readonly string[],
  options: SearchOptions = {},
): Promise<AttentionMap> {
  const queries = texts.map((text) => text.trim()).filter((text) => text !== '');
  if (queries.length === 0)
    throw new SearchError('EMPTY_QUERY', 'Expected at least one query, one a line, got none.');
  if (queries.length > MAP_LIMITS.queries) {
    throw new SearchError('INVALID_PARAMETER', 'Expected at most {most} queries, got {got}.', {
      facts: { most: MAP_LIMITS.queries, got: queries.length },
    });
  }
  return inTurn(() => draw(engine, queries, options));
}

async function draw(
  engine: Engine,
  queries: readonly string[],
  options: SearchOptions,
): Promise<AttentionMap> {
  const ask = (text: string) => ({ text, run: engine.attend(text, options) });
  const runs: ReturnType<typeof ask>[] = [];
  for (const text of queries) {
    if (runs.length > 0) await setImmediate();
    runs.push(ask(text));
  }
  return engine.snapshot(() => {
    const arrays = engine.arrays();
    const isAsBefore = runs.every(({ run }) => run.arrays === arrays);
    return mapOf(engine, isAsBefore ? runs : queries.map(ask));
  });
}

/** @param runs all on the same state of the index */
function mapOf(engine: Engine, runs: readonly { readonly text: string; readonly run: Run }[]): AttentionMap {
  const strongestOf = new Map<number, number>();
  for (const { run } of runs) {
    for (const { index, weight } of strongest(run.record, MAP_LIMITS.documents)) {
      strongestOf.set(index, Math.max(weight, strongestOf.get(index) ?? 0));
    }
  }
  const columns = [...strongestOf]
    .sort((a, b) => b[1] - a[1])
    .slice(0, MAP_LIMITS.documents)
    .map(([index]) => index);
  return {
    documents: columns.map((index) => {
      const { id, title } = engine.document(runs[0]?.run.arrays.ids[index] ?? -1);
      return { id, title };
    }),
    queries: runs.map(({ text, run: { record } }) => {
      const weights = columns.map((index) => attended(record, index).weight);
      const { nothing } = record.softmax;
      return {
        text,
        weights,
        nothing,
        remainder: remainingWeight(weights.reduce((sum, weight) => sum + weight, nothing)),
      };
    }),
  };
}

/** A query's attention over the sentences of one document, which the answer is chosen from. */
interface SentenceMap {
  readonly id: number;
  readonly title: string;
  /** The weight of the document among all documents. */
  readonly weight: number;
  readonly temperature: number;
  readonly heads: Readonly<Record<string, number>>;
  /** `logit` = Σ heads · scores; the weights of the sentences that are not masked sum to 1. */
  readonly sentences: readonly (Pick<AttendedSentence, 'scores' | 'logit' | 'masked' | 'weight'> &
    Pick<AnswerSentence, 'text' | 'start' | 'end'>)[];
}

/**
 * The attention of a query over the sentences of a document. @throws {SearchError} NOT_FOUND, and what `search`
 * throws
 */
export function sentenceMap(
  engine: Engine,
  text: string,
  id: number,
  options: SearchOptions = {},
): SentenceMap {
  const run = engine.attend(text, options);
  const { title, content } = engine.document(id);
  const { record, arrays } = run;
  return {
    id,
    title,
    weight: attended(record, positionOf(arrays.ids, id)).weight,
    temperature: record.temperature,
    heads: sentenceHeads(engine, run),
    sentences: attendToSentences(engine, run, id).map(({ span, scores, logit, masked, weight }) => {
      const [start, end] = span;
      return { text: content.slice(start, end), start, end, scores, logit, masked, weight };
    }),
  };
}

/** Words of a query × words of a document, in the embedding space. */
export interface WordMap {
  readonly id: number;
  readonly title: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** cosines[row][column] ∈ [−1, 1]; 0 where a word is not in the basis. */
  readonly cosines: readonly (readonly number[])[];
}

/**
 * Each word of the query against each word of a document's title and matched passage, by the cosine of their
 * embeddings.
 *
 * @throws {SearchError} NOT_FOUND, and what `search` throws
 */
export function wordMap(engine: Engine, text: string, id: number, options: SearchOptions = {}): WordMap {
  const run = engine.attend(text, options);
  const document = engine.document(id);
  const { passage } = shownOf(engine, run, id);
  const { arrays } = run;
  // A word with readings is embedded with them, as in a search.
  const asked = run.query.words.map((word) => ({ ...word, off: false }));
  const rows = vectorsOf(
    asked,
    (word) =>
      arrays.embedder?.embed(askedCounts(askedTerms([word], arrays))).vector.slice() ?? new Float32Array(),
  );
  const columns = vectorsOf(engine.analyzer.words(`${document.title}\n${passage.text}`), ({ text }) =>
    embedText(engine, arrays, text),
  );
  return {
    id,
    title: document.title,
    rows: rows.map(({ word }) => word),
    columns: columns.map(({ word }) => word),
    cosines: rows.map((row) => columns.map((column) => bounded(dot(row.vector, column.vector)))),
  };
}

/** The first distinct words that have terms, each with its embedding. */
function vectorsOf<T extends Pick<Word, 'text' | 'terms'>>(
  words: readonly T[],
  embed: (word: T) => Float32Array,
): { word: string; vector: Float32Array }[] {
  return distinctWords(words)
    .slice(0, MAP_LIMITS.words)
    .map((word) => ({ word: word.text, vector: embed(word) }));
}
