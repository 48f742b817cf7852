import { strongest } from './attention/attend.ts';
import { type KeyQuery, keyAttention } from './attention/keys.ts';
import type { QueryVector } from './attention/scores.ts';
import { type Scaling, type SelfAttention, selfAttention } from './attention/self.ts';
import { embedCounts, type TermCounts } from './embedding/embedder.ts';
import type { Engine } from './engine.ts';
import { SearchError } from './errors.ts';
import { remainderOf } from './math/softmax.ts';
import { quantize } from './math/vector.ts';
import type { SearchArrays } from './store/arrays.ts';
import { type Span, sentences } from './text/sentences.ts';

/** A part of a document and its place in the content, UTF-16 offsets. */
export interface Unit {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface DocumentSelfAttention extends SelfAttention {
  readonly id: number;
  readonly title: string;
  /** What the units are: sentences, passages of a long document, or the words of one sentence. */
  readonly of: 'sentences' | 'passages' | 'words';
  readonly units: readonly Unit[];
  readonly temperature: number;
}

export interface SelfAttentionOptions {
  readonly scaling?: Scaling;
  /** T of the scaling `temperature`; default 0.1. */
  readonly temperature?: number;
  /** Attend among the words of this sentence (its number) instead. */
  readonly sentence?: number;
}

/** More sentences than this, and passages stand for them: a map of 200 × 200 shows nothing. */
const MOST_UNITS = 80;

/**
 * A document attending to itself: its sentences among each other, or the words of one of them.
 *
 * @throws {SearchError} NOT_FOUND, INVALID_PARAMETER
 */
export function documentSelfAttention(
  engine: Engine,
  id: number,
  { scaling = 'sqrt', temperature = 0.1, sentence }: SelfAttentionOptions = {},
): DocumentSelfAttention {
  const { title, content } = engine.document(id);
  const all = sentences(content);
  const chosen = chooseUnits(engine, id, content, all, sentence);
  const units = chosen.spans.slice(0, MOST_UNITS).map(([start, end]) => ({
    text: content.slice(start, end),
    start,
    end,
  }));
  const arrays = engine.arrays();
  const vectors = units.map(({ text }) => embedText(engine, arrays, text));
  return { id, title, of: chosen.of, units, temperature, ...selfAttention(vectors, scaling, temperature) };
}

function chooseUnits(
  engine: Engine,
  id: number,
  content: string,
  all: readonly Span[],
  sentence: number | undefined,
): { of: DocumentSelfAttention['of']; spans: readonly Span[] } {
  if (sentence !== undefined) {
    const span = all[sentence];
    if (!span) {
      throw new SearchError(
        'INVALID_PARAMETER',
        `Expected sentence to be a whole number from 0 to ${all.length - 1}, got ${sentence}.`,
      );
    }
    const words = engine.analyzer.words(content.slice(...span)).filter(({ terms }) => terms.length > 0);
    return { of: 'words', spans: words.map(({ start, end }) => [span[0] + start, span[0] + end]) };
  }
  if (all.length <= MOST_UNITS) return { of: 'sentences', spans: all };
  const flat = engine.store.passageSpans(id);
  const spans = Array.from(
    { length: flat.length / 2 },
    (_, i): Span => [flat[2 * i] ?? 0, flat[2 * i + 1] ?? 0],
  );
  return { of: 'passages', spans };
}

/** E(text); empty before anything is fitted. */
export function embedText(engine: Engine, arrays: SearchArrays, text: string): Float32Array {
  const counts = new Map<number, number>();
  for (const term of engine.analyzer.terms(text)) {
    const id = arrays.terms.get(term) ?? -1;
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return embedCounts(arrays, counts);
}

export interface RelatedDocument {
  readonly id: number;
  readonly title: string;
  readonly weight: number;
  readonly logit: number;
  readonly scores: Readonly<Record<string, number>>;
}

export interface Related {
  readonly id: number;
  readonly attention: {
    readonly bias: number;
    readonly heads: Readonly<Record<string, number>>;
    readonly nothing: number;
    readonly remainder: number;
  };
  readonly documents: readonly RelatedDocument[];
}

/**
 * Key–key attention: a document as the query, all others as keys; `keyAttention` says how.
 *
 * @throws {SearchError} NOT_FOUND
 */
export function relatedDocuments(engine: Engine, id: number, limit = 8): Related {
  engine.document(id);
  const arrays = engine.arrays();
  const record = keyAttention(
    engine.calibration.first,
    arrays,
    keyQuery(engine, arrays, id),
    arrays.ids.indexOf(id),
  );
  const listed = strongest(record, limit);
  const given = listed.reduce((sum, { weight }) => sum + weight, 0);
  return {
    id,
    attention: {
      bias: record.bias,
      heads: Object.fromEntries(record.heads.map(({ name, coefficient }) => [name, coefficient])),
      nothing: record.softmax.nothing,
      remainder: remainderOf(record.softmax.nothing + given),
    },
    documents: listed.map(({ index: at, weight, logit, scores: shown }) => {
      const found = engine.document(arrays.ids[at] as number);
      return { id: found.id, title: found.title, weight, logit, scores: shown };
    }),
  };
}

/** A document as a query, from its stored terms; without direction when it is not there (any more). */
export function keyQuery(engine: Engine, arrays: SearchArrays, id: number): KeyQuery {
  const { title, passages } = engine.store.documentTerms(id);
  return { title: embedded(arrays, [title]), content: embedded(arrays, [title, ...passages]) };
}

function embedded(arrays: SearchArrays, lists: readonly TermCounts[]): QueryVector {
  const sum = new Map<number, number>();
  for (const { ids, counts } of lists)
    for (let k = 0; k < ids.length; k++)
      sum.set(ids[k] as number, (sum.get(ids[k] as number) ?? 0) + (counts[k] as number));
  const vector = embedCounts(arrays, sum);
  const values = new Int8Array(vector.length);
  return { values, inverseNorm: quantize(vector, values) };
}

/** Words of a text at most. */
const MOST_WORDS = 12;

/** The distinct topical words of any text attending to each other. */
export function wordsSelfAttention(
  engine: Engine,
  text: string,
  scaling: Scaling = 'sqrt',
  temperature = 0.1,
): SelfAttention & { readonly words: readonly string[] } {
  const topical = engine.analyzer.words(text).filter(({ terms }) => terms.length > 0);
  const words = [...new Map(topical.map((word) => [word.terms.join(' '), word.text])).values()].slice(
    0,
    MOST_WORDS,
  );
  const arrays = engine.arrays();
  const vectors = words.map((word) => embedText(engine, arrays, word));
  return { words, ...selfAttention(vectors, scaling, temperature) };
}
