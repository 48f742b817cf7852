import { attended } from '../attention/attend.ts';
import { feedbackParts } from '../attention/feedback.ts';
import { nearestPassage } from '../attention/output.ts';
import type { Engine } from '../engine.ts';
import { noDocument, SearchError } from '../errors.ts';
import { explainBm25, type WordsTerm } from '../lexical/bm25.ts';
import { titleShare } from '../lexical/title-terms.ts';
import type { KeyMatrix } from '../math/keys.ts';
import { positionOf } from '../math/sorted.ts';
import { askedCounts, type Run } from '../query/query.ts';
import { readFor } from '../read.ts';
import type { Named } from '../store/store.ts';

/** One summand of a cosine: of a query term, or of a document that the feedback blends. */
interface CosineTerm {
  readonly term: string;
  /** The contributions sum to the score, except for `rounding`. */
  readonly contribution: number;
}

/** A score as a sum of parts. `rounding` is what quantisation to int8 changes. */
interface CosineParts {
  readonly terms: readonly CosineTerm[];
  readonly rounding: number;
}

/** One document's row in the arithmetic of a search: every number from scores to weight. */
export interface Explanation extends Named {
  /** 1 for the largest weight, among all documents. */
  readonly rank: number;
  /** b, βx, d, −ln N and their sum, in this order. */
  readonly bias: {
    readonly b: number;
    readonly explained: number;
    readonly doubt: number;
    readonly prior: number;
    readonly total: number;
  };
  /** κ, a factor of every coefficient. */
  readonly sharpness: number;
  readonly heads: readonly {
    readonly name: string;
    readonly score: number;
    readonly coefficient: number;
    /** score · coefficient. */
    readonly product: number;
  }[];
  readonly logit: number;
  readonly temperature: number;
  /** ℓ / T. */
  readonly scaled: number;
  /** Subtracted from every ℓ / T before exp, for numeric range. The exp of the null key is exp(−shift). */
  readonly shift: number;
  /** exp(ℓ / T − shift). */
  readonly exp: number;
  /** Σ exp over all documents and the null key; weight = exp / sum. */
  readonly sum: number;
  readonly weight: number;
  /** L: cosine of query and title as term vectors. The title score is x · cos + (1 − x) · L³. */
  readonly overlap: number;
  /**
   * ρ for a document without a title, whose title score is ρ · its content score; null for any other document, and
   * where such documents score 0.
   */
  readonly standIn: number | null;
  /** The title and content cosines by query term, largest first. */
  readonly cosines: Readonly<Record<'title' | 'content', CosineParts>>;
  /** The feedback score by blended document, largest first; null with 0 hops. */
  readonly feedback: CosineParts | null;
  /** The BM25 share by query term. */
  readonly words: readonly WordsTerm[];
}

/**
 * Why a document ranks where it does, listed or not: its row of the record that ranked it.
 *
 * @throws {SearchError} NOT_FOUND for an unknown document, or one outside the filter
 */
export function explainDocument(engine: Engine, run: Run, id: number): Explanation {
  const { arrays, query, record, documents } = run;
  const index = positionOf(arrays.ids, id);
  if (index < 0) throw noDocument(id);
  const { logit, weight, scores } = attended(record, index);
  if (logit === Number.NEGATIVE_INFINITY)
    throw new SearchError('NOT_FOUND', `Document ${id} is outside the filter.`);
  const { shift, sum } = record.softmax;
  const { document } = readFor(engine, run, id);
  const names = query.terms.map(({ term }) => term);
  const nearest = nearestPassage(query.vector.values, arrays, index);
  const content = contributionsTo(arrays.passageKeys, nearest, run);
  const isStoodInFor = run.titlePerContent > 0 && positionOf(arrays.untitled, index) >= 0;
  const standIn = isStoodInFor ? run.titlePerContent : null;
  // The words of a title add (1 − x) · L³ with L = Σₜ q̂ₜ · t̂ₜ. Each term contributes its part of one factor L.
  const overlaps = isStoodInFor
    ? []
    : query.shares.map(({ id, share }) => share * titleShare(arrays.titleTerms, id, index));
  const overlap = overlaps.reduce((sum, part) => sum + part, 0);
  const title =
    standIn === null
      ? contributionsTo(arrays.titleKeys, index, run).map(
          (part, i) => part + (1 - query.explained) * (overlaps[i] ?? 0) * overlap ** 2,
        )
      : content.map((part) => standIn * part);
  return {
    id,
    title: document.title,
    uri: document.uri,
    rank: rankOf(record.logits, index),
    bias: {
      b: run.coefficients.bias - run.coefficients.lift - run.coefficients.doubt,
      explained: run.coefficients.lift,
      doubt: run.coefficients.doubt,
      prior: documents > 0 ? -Math.log(documents) : 0,
      total: record.bias,
    },
    sharpness: run.coefficients.sharpness,
    heads: record.heads.map(({ name, coefficient }) => {
      const score = scores[name] ?? 0;
      return { name, score, coefficient, product: score * coefficient };
    }),
    logit,
    temperature: record.temperature,
    scaled: logit / record.temperature,
    shift,
    exp: Math.exp(logit / record.temperature - shift),
    sum,
    weight,
    overlap,
    standIn,
    cosines: {
      title: partsOf(names, title, scores.title ?? 0),
      content: partsOf(names, content, scores.content ?? 0),
    },
    feedback: feedbackTerms(engine, run, index, scores.feedback ?? 0),
    words: explainBm25(arrays.postings, query.terms, index),
  };
}

/** 1 for the largest logit; ties go to the document that comes first. */
function rankOf(logits: Float64Array, index: number): number {
  const logit = logits[index] as number;
  let rank = 1;
  for (let i = 0; i < logits.length; i++) {
    const other = logits[i] as number;
    if (other > logit || (other === logit && i < index)) rank++;
  }
  return rank;
}

/** cos = Σₜ xₜ · (Vₜ · k) / (‖x‖ · ‖k‖): one summand per query term; [] if there is no such key. */
function contributionsTo(keys: KeyMatrix, row: number, { arrays, query }: Run): number[] {
  if (!arrays.embedder || row < 0) return [];
  const key = keys.keys.subarray(row * keys.stride, row * keys.stride + keys.dimension);
  const parts = arrays.embedder.contributions(askedCounts(query.terms), key);
  return Array.from(parts, (part) => part * (keys.inverseNorms[row] ?? 0));
}

/** s = Σᵢ pᵢ vᵢ · k: one summand per document that was fed back. */
function feedbackTerms(engine: Engine, run: Run, index: number, score: number): CosineParts | null {
  const { arrays, query, feedback } = run;
  if (!feedback) return null;
  const row = nearestPassage(feedback.vector.values, arrays, index);
  if (row < 0) return { terms: [], rounding: 0 };
  const titles = feedback.sources.map(
    (source) => readFor(engine, run, arrays.ids[source.index] as number).document.title,
  );
  return partsOf(titles, feedbackParts(feedback, query.vector, arrays, row), score);
}

/** Named parts of a score, largest first. */
function partsOf(names: readonly string[], contributions: readonly number[], score: number): CosineParts {
  const terms = contributions.map((contribution, i) => ({ term: names[i] ?? '', contribution }));
  const sum = contributions.reduce((total, contribution) => total + contribution, 0);
  return { terms: terms.sort((a, b) => b.contribution - a.contribution), rounding: score - sum };
}
