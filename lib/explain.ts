import { attended } from './attention/attend.ts';
import { feedbackParts } from './attention/feedback.ts';
import { nearestPassage } from './attention/output.ts';
import type { Engine } from './engine.ts';
import { noDocument, SearchError } from './errors.ts';
import { explainBm25, type WordsTerm } from './lexical/bm25.ts';
import { titleShare } from './lexical/title-terms.ts';
import type { KeyMatrix } from './math/keys.ts';
import { positionOf } from './math/sorted.ts';
import { askedCounts, type Query, type Run } from './query.ts';
import { readDocument } from './read.ts';
import type { SearchArrays } from './store/arrays.ts';

/** One part of a cosine: a query term's, or a document's of which the feedback is made. */
interface CosineTerm {
  readonly term: string;
  /** The parts sum to the cosine, but for `rounding`. */
  readonly contribution: number;
}

/** A score as a sum of parts; what quantisation to int8 changes is `rounding`. */
interface CosineParts {
  readonly terms: readonly CosineTerm[];
  readonly rounding: number;
}

/** One document's row in the arithmetic of a search: every number between score and weight. */
export interface Explanation {
  readonly id: number;
  readonly title: string;
  readonly uri: string;
  /** 1 for the largest weight, over all documents. */
  readonly rank: number;
  /** b, βx, d, −ln N and their sum. */
  readonly bias: {
    readonly b: number;
    readonly explained: number;
    readonly doubt: number;
    readonly prior: number;
    readonly total: number;
  };
  /** κ, a factor of each coefficient. */
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
  /** Subtracted from every ℓ / T before exp; the null key's exp is exp(−shift). */
  readonly shift: number;
  /** exp(ℓ / T − shift). */
  readonly exp: number;
  /** Σ exp over all documents and the null key. */
  readonly sum: number;
  readonly weight: number;
  /** L: the cosine of query and title as term vectors; the title score is x · cos + (1 − x) · L³. */
  readonly overlap: number;
  /** ρ of a document without a title, whose title score is ρ · that of its content; null of any other, and where it scores 0. */
  readonly standIn: number | null;
  /** The title and content cosines by query term, largest first. */
  readonly cosines: Readonly<Record<'title' | 'content', CosineParts>>;
  /** The feedback score by the documents whose blend it is; null without hops. */
  readonly feedback: CosineParts | null;
  readonly words: readonly WordsTerm[];
}

/**
 * Why a document stands where it stands, for any document, listed or not: its row of the very
 * record that ranks.
 *
 * @throws {SearchError} NOT_FOUND
 */
export function explainDocument(engine: Engine, run: Run, id: number): Explanation {
  const { arrays, query, record, documents } = run;
  const index = positionOf(arrays.ids, id);
  if (index < 0) throw noDocument(id);
  const { logit, weight, scores } = attended(record, index);
  if (logit === Number.NEGATIVE_INFINITY)
    throw new SearchError('NOT_FOUND', `Document ${id} is outside the filter.`);
  const { shift, sum } = record.softmax;
  const { document } = readDocument(engine, arrays, id);
  const content = cosineTerms(
    arrays,
    query,
    arrays.passageKeys,
    nearestPassage(query.vector.values, arrays, index),
    scores.content ?? 0,
  );
  const isStoodInFor = run.titlePerContent > 0 && positionOf(arrays.untitled, index) >= 0;
  const standIn = isStoodInFor ? run.titlePerContent : null;
  const title =
    standIn === null
      ? titleParts(arrays, query, index, scores.title ?? 0)
      : { overlap: 0, parts: timesContent(standIn, content, scores.title ?? 0) };
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
    overlap: title.overlap,
    standIn,
    cosines: { title: title.parts, content },
    feedback: feedbackTerms(engine, run, index, scores.feedback ?? 0),
    words: explainBm25(arrays.postings, query.terms, index),
  };
}

/** 1 for the largest logit; among equal ones the document that comes first. */
function rankOf(logits: Float64Array, index: number): number {
  const logit = logits[index] as number;
  let rank = 1;
  for (let i = 0; i < logits.length; i++) {
    const other = logits[i] as number;
    if (other > logit || (other === logit && i < index)) rank++;
  }
  return rank;
}

/** cos = Σₜ xₜ · (Vₜ · k) / (‖x‖ · ‖k‖): one summand per query term. */
function cosineTerms(
  arrays: SearchArrays,
  query: Query,
  keys: KeyMatrix,
  row: number,
  score: number,
): CosineParts {
  const parts = arrays.embedder?.contributions(
    askedCounts(query.terms),
    keys.keys.subarray(row * keys.stride, row * keys.stride + keys.dimension),
  );
  if (!parts || row < 0) return { terms: [], rounding: 0 };
  const terms = query.terms.map(({ term }, i) => ({
    term,
    contribution: (parts[i] ?? 0) * (keys.inverseNorms[row] ?? 0),
  }));
  return sorted(terms, score);
}

/** The cosine with a title and what its words add, (1 − x) · L³ with L = Σₜ q̂ₜ · t̂ₜ, each term its part of L. */
function titleParts(
  arrays: SearchArrays,
  query: Query,
  index: number,
  score: number,
): { readonly overlap: number; readonly parts: CosineParts } {
  const { terms, shares, explained } = query;
  const overlaps = shares.map(({ id, share }) => share * titleShare(arrays.titleTerms, id, index));
  const overlap = overlaps.reduce((sum, part) => sum + part, 0);
  const added = new Map(overlaps.map((part, i) => [terms[i]?.term, (1 - explained) * part * overlap ** 2]));
  const parts = cosineTerms(arrays, query, arrays.titleKeys, index, score).terms.map(
    ({ term, contribution }) => ({ term, contribution: contribution + (added.get(term) ?? 0) }),
  );
  return { overlap, parts: sorted(parts, score) };
}

/** Of a document without a title: each term has ρ times its part of the content's cosine. */
function timesContent(ratio: number, { terms }: CosineParts, score: number): CosineParts {
  const parts = terms.map(({ term, contribution }) => ({ term, contribution: ratio * contribution }));
  return sorted(parts, score);
}

/** s = Σᵢ pᵢ vᵢ · k: one summand per document that was fed back. */
function feedbackTerms(engine: Engine, run: Run, index: number, score: number): CosineParts | null {
  const { arrays, query, feedback } = run;
  if (!feedback) return null;
  const row = nearestPassage(feedback.vector.values, arrays, index);
  if (row < 0) return { terms: [], rounding: 0 };
  const parts = feedbackParts(feedback, query.vector, arrays, row);
  const terms = feedback.sources.map((source, i) => ({
    term: readDocument(engine, arrays, arrays.ids[source.index] as number).document.title,
    contribution: parts[i] ?? 0,
  }));
  return sorted(terms, score);
}

function sorted(terms: readonly CosineTerm[], score: number): CosineParts {
  const sum = terms.reduce((total, { contribution }) => total + contribution, 0);
  return { terms: terms.toSorted((a, b) => b.contribution - a.contribution), rounding: score - sum };
}
