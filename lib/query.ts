import { type AttentionRecord, attend } from './attention/attend.ts';
import { cosineScores, largestCosines, type QueryVector } from './attention/scores.ts';
import type { Engine } from './engine.ts';
import { SearchError } from './errors.ts';
import { addBm25Shares, type QueryTerm } from './lexical/bm25.ts';
import { quantize } from './math/vector.ts';
import type { ByHead, SearchOptions } from './response.ts';
import type { SearchArrays } from './store/arrays.ts';

/** A word of the query as typed, with the terms the analyser makes of it. */
export interface QueryWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly terms: readonly string[];
  /** Switched off by `without`. */
  readonly off: boolean;
}

/** A query in every form the heads need. */
export interface Query {
  readonly text: string;
  readonly words: readonly QueryWord[];
  /** Distinct terms of the words that are on, in the order of the text. */
  readonly terms: readonly QueryTerm[];
  readonly vector: QueryVector;
  /** Share of the query that the embedding space can express, in [0, 1]. */
  readonly explained: number;
}

export interface CheckedOptions {
  readonly limit: number;
  readonly temperature: number;
  readonly multipliers: ByHead;
  readonly without: readonly string[];
  /** Stop listing once this share of what the documents get is held; 1 for no such stop. */
  readonly mass: number;
}

export const LIMITS = { queryLength: 2000, limit: 100, temperature: 1000, head: 100 } as const;

/** @throws {SearchError} EMPTY_QUERY, QUERY_TOO_LONG */
export function checkQuery(text: string): void {
  if (typeof text !== 'string' || text.trim() === '') {
    throw new SearchError(
      'EMPTY_QUERY',
      'Expected a query with at least one character, got an empty one. Add ?q=words.',
    );
  }
  if (text.length > LIMITS.queryLength) {
    throw new SearchError(
      'QUERY_TOO_LONG',
      `Expected a query of at most ${LIMITS.queryLength} characters, got ${text.length}. Shorten it.`,
    );
  }
}

/** @throws {SearchError} INVALID_PARAMETER, UNKNOWN_PARAMETER */
export function checkOptions(options: SearchOptions, heads: ByHead): CheckedOptions {
  const number = (name: string, value: number, least: number, most: number, whole = false) => {
    if (
      typeof value !== 'number' ||
      !(value >= least && value <= most) ||
      (whole && !Number.isInteger(value))
    ) {
      throw new SearchError(
        'INVALID_PARAMETER',
        `Expected ${name} to be a ${whole ? 'whole ' : ''}number from ${least} to ${most}, got ${String(value)}.`,
      );
    }
    return value;
  };
  for (const name of Object.keys(options.heads ?? {})) {
    if (!Object.hasOwn(heads, name)) {
      throw new SearchError(
        'UNKNOWN_PARAMETER',
        `There is no head "${name}". Heads are ${Object.keys(heads).join(', ')}.`,
      );
    }
  }
  return {
    limit: number(
      'limit',
      options.limit ?? (options.mass === undefined ? 10 : LIMITS.limit),
      1,
      LIMITS.limit,
      true,
    ),
    temperature: number('temperature', options.temperature ?? 1, 0.001, LIMITS.temperature),
    multipliers: Object.fromEntries(
      Object.keys(heads).map((name) => [name, number(name, options.heads?.[name] ?? 1, 0, LIMITS.head)]),
    ),
    without: options.without ?? [],
    mass: number('mass', options.mass ?? 1, 0.01, 1),
  };
}

/** Analyses and embeds a query against the index at hand. */
export function readQuery(
  engine: Engine,
  arrays: SearchArrays,
  text: string,
  without: readonly string[],
): Query {
  const off = new Set(without.map(fold));
  const words = engine.analyzer.words(text).map((word) => ({ ...word, off: off.has(fold(word.text)) }));
  const counts = new Map<string, number>();
  for (const word of words) {
    if (!word.off) for (const term of word.terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  const terms = Array.from(counts, ([term, count]) => ({ term, count, id: arrays.terms.get(term) ?? -1 }));
  const values = new Int8Array(arrays.embedder?.dimension ?? 0);
  const embedding = arrays.embedder?.embed({
    ids: terms.map(({ id }) => id),
    counts: terms.map(({ count }) => count),
  });
  const explained = embedding?.explained ?? 0;
  // Cosines are taken with the query's whole term vector: what the space cannot express of it counts as distance.
  const inverseNorm = embedding ? quantize(embedding.vector, values) * explained : 0;
  return { text, words, terms, vector: { values, inverseNorm }, explained };
}

function fold(word: string): string {
  return word.normalize('NFKC').toLowerCase();
}

/** One query attended to: what the response, the page and every explanation are written from. */
export interface Run {
  readonly options: CheckedOptions;
  readonly arrays: SearchArrays;
  readonly query: Query;
  readonly record: AttentionRecord;
  /** Milliseconds per step. */
  readonly tookMs: Readonly<Record<string, number>>;
}

/**
 * Reads a query and attends to all documents.
 *
 * @throws {SearchError} EMPTY_QUERY, QUERY_TOO_LONG, INVALID_PARAMETER, UNKNOWN_PARAMETER
 */
export function runQuery(engine: Engine, text: string, options: SearchOptions): Run {
  const checked = checkOptions(options, engine.calibration.heads);
  checkQuery(text);
  const started = performance.now();
  const arrays = engine.arrays();
  const query = readQuery(engine, arrays, text, checked.without);
  const read = performance.now();
  const record = attendToQuery(engine, arrays, query, checked);
  return {
    options: checked,
    arrays,
    query,
    record,
    tookMs: { query: read - started, attention: performance.now() - read },
  };
}

/** The one place where a query meets the documents: every number that is shown comes from this record. */
export function attendToQuery(
  engine: Engine,
  arrays: SearchArrays,
  query: Query,
  { multipliers, temperature }: CheckedOptions,
): AttentionRecord {
  const documents = arrays.ids.length;
  const words = new Float64Array(documents);
  addBm25Shares(arrays.postings, query.terms, words);
  const scores: Record<string, Float64Array> = {
    title:
      arrays.titleKeys.rows === documents
        ? cosineScores(query.vector, arrays.titleKeys)
        : new Float64Array(documents),
    content: largestCosines(query.vector, arrays.passageKeys, arrays.passageOffsets),
    words,
  };
  const { bias, heads } = engine.calibration;
  const used = Object.entries(heads).map(([name, a]) => ({
    name,
    coefficient: a * (multipliers[name] ?? 1),
    scores: scores[name] ?? new Float64Array(documents),
  }));
  return attend(used, bias, documents, temperature);
}
