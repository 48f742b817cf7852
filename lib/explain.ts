import { attended } from './attention/attend.ts';
import type { Engine } from './engine.ts';
import { SearchError } from './errors.ts';
import { explainBm25, type WordsTerm } from './lexical/explain.ts';
import type { KeyMatrix } from './math/keys.ts';
import { cosine } from './math/vector.ts';
import type { Query, Run } from './query.ts';
import type { SearchArrays } from './store/arrays.ts';

/** One query term's part of a cosine. */
export interface CosineTerm {
  readonly term: string;
  /** The parts sum to the cosine, but for `rounding`. */
  readonly contribution: number;
}

/** One document's row in the arithmetic of a search: every number between score and weight. */
export interface Explanation {
  readonly id: number;
  readonly title: string;
  readonly uri: string;
  /** 1 for the largest weight, over all documents. */
  readonly rank: number;
  /** b, −ln N and their sum. */
  readonly bias: { readonly b: number; readonly prior: number; readonly total: number };
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
  /** The title and content cosines by query term, largest first; what quantisation to int8 changes is `rounding`. */
  readonly cosines: Readonly<
    Record<'title' | 'content', { readonly terms: readonly CosineTerm[]; readonly rounding: number }>
  >;
  readonly words: readonly WordsTerm[];
}

/**
 * Why a document stands where it stands, for any document, listed or not: its row of the very
 * record that ranks.
 *
 * @throws {SearchError} NOT_FOUND
 */
export function explainDocument(
  engine: Engine,
  { arrays, query, record, documents }: Run,
  id: number,
): Explanation {
  const index = arrays.ids.indexOf(id);
  if (index < 0) throw new SearchError('NOT_FOUND', `There is no document ${id}.`);
  const { logit, weight, scores } = attended(record, index);
  if (logit === Number.NEGATIVE_INFINITY)
    throw new SearchError('NOT_FOUND', `Document ${id} is outside the filter.`);
  const { shift, sum } = record.softmax;
  let rank = 1;
  record.logits.forEach((other, i) => {
    if (other > logit || (other === logit && i < index)) rank++;
  });
  const { title, uri } = engine.document(id);
  return {
    id,
    title,
    uri,
    rank,
    bias: { b: engine.calibration.bias, prior: -Math.log(documents), total: record.bias },
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
    cosines: {
      title: cosineTerms(arrays, query, arrays.titleKeys, index, scores.title ?? 0),
      content: cosineTerms(
        arrays,
        query,
        arrays.passageKeys,
        nearestPassage(arrays, query, index),
        scores.content ?? 0,
      ),
    },
    words: explainBm25(arrays.postings, query.terms, index),
  };
}

/** The passage whose cosine is the document's content score; −1 when it has none. */
function nearestPassage(arrays: SearchArrays, query: Query, index: number): number {
  let best = -1;
  let most = Number.NEGATIVE_INFINITY;
  for (let row = arrays.passageOffsets[index] ?? 0; row < (arrays.passageOffsets[index + 1] ?? 0); row++) {
    const score = cosine(query.vector.values, query.vector.inverseNorm, arrays.passageKeys, row);
    if (score > most) [best, most] = [row, score];
  }
  return best;
}

/** cos = Σₜ xₜ · (Vₜ · k) / (‖x‖ · ‖k‖): one summand per query term. */
function cosineTerms(arrays: SearchArrays, query: Query, keys: KeyMatrix, row: number, score: number) {
  const parts = arrays.embedder?.contributions(
    { ids: query.terms.map(({ id }) => id), counts: query.terms.map(({ occurrences }) => occurrences) },
    keys.keys.subarray(row * keys.stride, row * keys.stride + keys.dimension),
  );
  if (!parts || row < 0) return { terms: [], rounding: 0 };
  const terms = query.terms.map(({ term }, i) => ({
    term,
    contribution: (query.hop?.scale ?? 1) * (parts[i] ?? 0) * (keys.inverseNorms[row] ?? 0),
  }));
  if (query.hop) terms.push({ term: HOP_TERM, contribution: hopPart(query.hop.added, keys, row) });
  const sum = terms.reduce((total, { contribution }) => total + contribution, 0);
  return { terms: terms.sort((a, b) => b.contribution - a.contribution), rounding: score - sum };
}

/** What the output of the hops adds, beside the query's own terms. */
const HOP_TERM = '↺';

function hopPart(added: Float64Array, { keys, stride, inverseNorms }: KeyMatrix, row: number): number {
  let sum = 0;
  added.forEach((value, j) => {
    sum += value * (keys[row * stride + j] ?? 0);
  });
  return sum * (inverseNorms[row] ?? 0);
}
