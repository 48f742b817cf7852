import type { AttentionRecord, Head, Mask } from '../attention/attend.ts';
import type { Coefficients } from '../attention/calibration.ts';
import { type Feedback, feedbackOf, sourcesOf } from '../attention/feedback.ts';
import type { LookOptions } from '../attention/plain-look.ts';
import { doubtOf, filteredShare, type Scaled, scaledTo, TRANSLATION_FACTOR } from '../attention/scaling.ts';
import type { QueryVector } from '../attention/scores.ts';
import { standIn, titlePerContent } from '../attention/stand-in.ts';
import type { TermCounts } from '../embedding/texts.ts';
import type { Engine } from '../engine.ts';
import { bm25Shares, inverseDocumentFrequency } from '../lexical/bm25.ts';
import { documentFrequency } from '../lexical/postings.ts';
import { overlapOf, type TermShare } from '../lexical/title-terms.ts';
import { type SoftmaxSummary, summarize } from '../math/softmax.ts';
import { quantize } from '../math/vector.ts';
import { perWord } from '../per-index.ts';
import type { ReadDocument } from '../read.ts';
import type { DocumentFilter, QueryWord, SearchOptions } from '../response.ts';
import type { SearchArrays } from '../store/arrays.ts';
import { matchingIds } from '../store/library.ts';
import type { AskedWords } from '../text/matches.ts';
import { type CheckedOptions, checkOptions, checkQuery } from './options.ts';
import { type AskedTerm, readWords } from './words.ts';

/** A query in every form that the heads need. */
export interface Query {
  readonly text: string;
  readonly words: readonly QueryWord[];
  /** Words that are on, without stop words. */
  readonly topical: readonly QueryWord[];
  /** Distinct terms of the words that are on, in text order. */
  readonly terms: readonly AskedTerm[];
  /** What to highlight in a text. */
  readonly asked: AskedWords;
  /** Inverse document frequency of each term. */
  readonly idf: ReadonlyMap<string, number>;
  /** E(query), quantised (d). */
  readonly vector: QueryVector;
  /** The terms as entries of a unit vector, weighted as the embedding weights them. */
  readonly shares: readonly TermShare[];
  /** x: share of the query that the embedding space can express, in [0, 1]. */
  readonly explained: number;
  /** d ≤ 0: the penalty for words read by meaning, see `doubtOf`. */
  readonly doubt: number;
  /** n: number of distinct words that are on, without stop words. */
  readonly length: number;
}

/**
 * Queries read last: whoever moves the slider of the temperature, filters, or opens an explanation asks the same again.
 * Reading is a quarter of a search in a small library, and little in a large one, where each would take memory for nothing.
 */
const queries = perWord<Query>(512);
const SMALL_LIBRARY = 10_000;

/** Analyses and embeds a query against the given arrays. */
function readQuery(engine: Engine, arrays: SearchArrays, text: string, without: readonly string[]): Query {
  const read = readWords(engine, arrays, text, without);
  const { words, terms } = read;
  const topical = words.filter(({ terms, off }) => terms.length > 0 && !off);
  const values = new Int8Array(arrays.embedder?.dimension ?? 0);
  const counts = askedCounts(terms);
  const embedding = arrays.embedder?.embed(counts);
  const explained = embedding?.explained ?? 0;
  // Cosines are taken with the query's whole term vector, so that the part the space cannot express counts as
  // distance. Titles are the exception: their words are compared with that part directly.
  const inverseNorm = embedding ? quantize(embedding.vector, values) * explained : 0;
  const idfOf = (id: number) =>
    inverseDocumentFrequency(arrays.postings.documents, documentFrequency(arrays.postings, id));
  const idf = new Map(terms.map(({ term, id }) => [term, idfOf(id)]));
  const entries = arrays.embedder?.entries(counts);
  const shares = terms.map(({ id }, i) => ({ id, share: entries?.[i] ?? 0 }));
  const length = new Set(topical.map(nameOf)).size;
  const doubt = doubtOf(guesses(topical), length);
  return { text, ...read, topical, idf, vector: { values, inverseNorm }, shares, explained, length, doubt };
}

/** m: how many distinct words are read by their meaning; a translation is less of a guess and counts TRANSLATION_FACTOR. */
function guesses(words: readonly QueryWord[]): number {
  const read = words.flatMap((word) => {
    const [first] = word.readings;
    if (!first?.related || first.beside) return [];
    return [[nameOf(word), first.translates ? TRANSLATION_FACTOR : 1] as const];
  });
  return [...new Map(read).values()].reduce((sum, guess) => sum + guess, 0);
}

/** A key that is the same for a repeated word. */
function nameOf({ terms }: QueryWord): string {
  return terms.join(' ');
}

/** The query's terms in the form the embedder counts. */
export function askedCounts(terms: readonly AskedTerm[]): TermCounts {
  return {
    ids: terms.map(({ id }) => id),
    counts: terms.map(({ occurrences }) => occurrences),
    shares: terms.map(({ share }) => share),
  };
}

/**
 * One query attended to: the response, the page and every explanation are written from it. The arrays of its record
 * are reused by the next query; copy them with `keep` to hold on to them.
 */
export interface Run {
  readonly options: CheckedOptions;
  readonly arrays: SearchArrays;
  readonly query: Query;
  readonly record: AttentionRecord;
  /** b and aₕ for this query, before the caller's multipliers. */
  readonly coefficients: Scaled;
  /** The feedback that the last pass used; null with 0 hops. */
  readonly feedback: Feedback | null;
  /** ρ, which gives documents without a title a title score, see `titlePerContent`; 0 where they score 0. */
  readonly titlePerContent: number;
  /** 1 − weight of the null key at T = 1, whatever the temperature. `verdictOf` starts from it. */
  readonly evidence: number;
  /** N: all documents, or those that match the filter. */
  readonly documents: number;
  /** Documents read for the answer, by id. */
  readonly read: Map<number, ReadDocument>;
  /** Milliseconds per step. */
  readonly tookMs: Readonly<Record<string, number>>;
}

/**
 * Validates and reads a query and attends to all documents.
 *
 * @throws {SearchError} EMPTY_QUERY, QUERY_TOO_LONG, INVALID_PARAMETER, UNKNOWN_PARAMETER, NOT_READY
 */
export function runQuery(engine: Engine, text: string, options: SearchOptions): Run {
  const checked = checkOptions(options, engine.calibration.heads);
  checkQuery(text);
  const started = performance.now();
  const arrays = engine.arrays();
  arrays.looks.wakeUp();
  const make = () => readQuery(engine, arrays, text, checked.without);
  const isSmall = arrays.ids.length <= SMALL_LIBRARY;
  const query = isSmall ? queries(arrays, JSON.stringify([text, ...checked.without]), make) : make();
  const mask = maskOf(engine, arrays, checked.filter);
  const read = performance.now();
  const attended = attendToQuery(engine, arrays, query, checked, mask);
  return {
    options: checked,
    arrays,
    query,
    ...attended,
    documents: mask?.count ?? arrays.ids.length,
    read: new Map(),
    tookMs: { query: read - started, attention: performance.now() - read },
  };
}

/**
 * The one place where a query meets the documents: every number shown comes from this record. A look is one pass
 * over all documents. The first pass has only the heads that need nothing but the query. Each hop is a further
 * pass, with the output of the previous pass as the query of one more head, `feedback`.
 */
function attendToQuery(
  engine: Engine,
  arrays: SearchArrays,
  query: Query,
  { multipliers, temperature, hops }: CheckedOptions,
  mask: Mask | null,
): Pick<Run, 'record' | 'coefficients' | 'feedback' | 'titlePerContent' | 'evidence'> {
  const { looks, titleKeys, titleTerms, passageKeys: keys, passageOffsets: offsets } = arrays;
  const documents = arrays.ids.length;
  const { textLengths } = arrays.postings;
  const scoresOf = (name: string) => looks.scoresOf(name);
  const headsOf = ({ heads }: Coefficients): Head[] =>
    Object.entries(heads).map(([name, a]) => ({
      name,
      coefficient: a * (multipliers[name] ?? 1),
      scores: scoresOf(name),
    }));
  const look = (by: Coefficients, wanted: Pick<LookOptions, 'scans' | 'terms'>, isLast: boolean) =>
    looks.look({
      ...wanted,
      heads: headsOf(by),
      b: by.bias,
      temperature: isLast ? temperature : null,
      mask,
    });
  // `look` adds the cube of this sum to the cosine, so the title score gains (1 − x) · L³.
  const overlap = overlapOf(titleTerms, query.shares, Math.cbrt(1 - query.explained));
  let feedback: Feedback | null = null;
  let seen = look(
    engine.calibration.first,
    {
      terms: bm25Shares(arrays.postings, query.terms),
      scans: [
        { keys: titleKeys, offsets: null, query: query.vector, scores: scoresOf('title'), overlap },
        { keys, offsets, query: query.vector, scores: scoresOf('content') },
      ],
    },
    false,
  );
  const explained = query.explained * (mask ? filteredShare(scoresOf('content'), mask) : 1);
  const { length, doubt } = query;
  const found = () => sourcesOf(seen.logits, seen.bias, seen.peaks);
  let sources = found();
  const keyScores = { title: scoresOf('title'), content: scoresOf('content') };
  // Where only titles count, a document without a title has no evidence, so it keeps a score of 0.
  const ratio = multipliers.content === 0 ? 0 : titlePerContent(sources, arrays.untitled, keyScores);
  if (ratio > 0) standIn(arrays.untitled, ratio, keyScores);
  const textLength = sources.reduce(
    (sum, { index, share }) => sum + share * (textLengths[index] as number),
    0,
  );
  const measures = { explained, length, doubt, textLength, documents: mask?.count ?? documents };
  const scaled = scaledTo(engine.calibration, measures, multipliers);
  const coefficients = hops > 0 ? scaled : withoutFeedback(scaled);
  if (hops === 0) seen = look(coefficients, { scans: [] }, true);
  for (let hop = 1; hop <= hops; hop++) {
    if (hop > 1) sources = found();
    feedback = feedbackOf(sources, query.vector, arrays);
    const scan = { keys, offsets, query: feedback.vector, scores: scoresOf('feedback') };
    seen = look(coefficients, { scans: [scan] }, hop === hops);
  }
  const { bias, logits, peaks } = seen;
  const softmax = seen.softmax as SoftmaxSummary;
  const record = { heads: headsOf(coefficients), bias, temperature, logits, peaks, softmax };
  const { nothing } = temperature === 1 ? softmax : summarize(logits, 1);
  return { record, coefficients, feedback, titlePerContent: ratio, evidence: 1 - nothing };
}

function withoutFeedback(scaled: Scaled): Scaled {
  const { feedback: _, ...heads } = scaled.heads;
  return { ...scaled, heads };
}

/** A copy of a run whose record outlasts the next query. */
export function keep(run: Run): Run {
  const { heads, logits, peaks } = run.record;
  const record = {
    ...run.record,
    heads: heads.map((head) => ({ ...head, scores: head.scores.slice() })),
    logits: logits.slice(),
    ...(peaks ? { peaks: { fine: peaks.fine.slice(), coarse: peaks.coarse.slice() } } : {}),
  };
  return { ...run, record };
}

/** The documents excluded by a filter; null where there is no filter. */
function maskOf(engine: Engine, arrays: SearchArrays, filter: DocumentFilter): Mask | null {
  if (Object.keys(filter).length === 0) return null;
  const kept = matchingIds(engine.store, filter);
  const masked = Uint8Array.from(arrays.ids, (id) => (kept.has(id) ? 0 : 1));
  return { masked, count: masked.reduce((count, flag) => count + 1 - flag, 0) };
}
