import { type SoftmaxSummary, summarize, weightOf } from '../math/softmax.ts';
import { type Peaks, topK } from '../math/topk.ts';

/** One head: its score for each of N documents, and the coefficient of that score in the logit. */
export interface Head {
  readonly name: string;
  /** aₕ as used in the logit: for a typed query, scaled to it (see `scaledTo`) and times the caller's multiplier. */
  readonly coefficient: number;
  /** sₕᵢ ∈ [−1, 1], length N. float32: a search writes and reads all of them, so their size is its time. */
  readonly scores: Float32Array;
}

/** One attention step over all documents. Ranking, JSON and page all read this record; none recomputes it. */
export interface AttentionRecord {
  readonly heads: readonly Head[];
  /** b − ln N. */
  readonly bias: number;
  readonly temperature: number;
  /** ℓᵢ, length N. */
  readonly logits: Float64Array;
  readonly softmax: SoftmaxSummary;
  /** Block maxima of the logits, if already computed. */
  readonly peaks?: Peaks;
}

/** Documents excluded from attention, as a causal mask excludes the future: logit −∞, weight 0. */
export interface Mask {
  /** (N), 1 for an excluded document, 0 otherwise. */
  readonly masked: Uint8Array;
  /** Number of documents that are not excluded. */
  readonly count: number;
}

/**
 * Attention of one query over N documents and the null key.
 *
 *     ℓᵢ = b − ln N + Σₕ aₕ · sₕᵢ
 *     wᵢ = exp(ℓᵢ / T) / (1 + Σⱼ exp(ℓⱼ / T))
 *
 * This is Vaswani et al. 2017, eq. 1, with cosines (and a BM25 share) as scores and one extra
 * key with logit 0, the null key "nothing here". −ln N is the prior that a given one of N
 * documents is the answer: it keeps the null key's weight the same when a library grows by
 * documents that do not answer.
 *
 * @param heads       N scores each
 * @param b           bias before the prior; the prior's N counts only unmasked documents
 * @param documents   N, masked documents included
 * @param temperature T > 0, dimensionless; at 1 the weights are calibrated
 * @throws {SearchError} INVALID_PARAMETER when T is not a positive finite number
 */
export function attend(
  heads: readonly Head[],
  b: number,
  documents: number,
  temperature: number,
  mask: Mask | null = null,
): AttentionRecord {
  const { bias, logits } = logitsOf(heads, b, documents, mask);
  return { heads, bias, temperature, logits, softmax: summarize(logits, temperature) };
}

/** The logits ℓᵢ (N) and their bias b − ln N, without the softmax. Arguments as in `attend`. */
export function logitsOf(
  heads: readonly Head[],
  b: number,
  documents: number,
  mask: Mask | null,
): { readonly bias: number; readonly logits: Float64Array } {
  const bias = biasOf(b, mask?.count ?? documents);
  const logits = new Float64Array(documents).fill(bias);
  for (const { coefficient, scores } of heads) {
    if (coefficient === 0) continue;
    for (let i = 0; i < documents; i++) logits[i] = logits[i]! + coefficient * scores[i]!;
  }
  if (mask) {
    for (let i = 0; i < documents; i++) if (mask.masked[i] === 1) logits[i] = Number.NEGATIVE_INFINITY;
  }
  return { bias, logits };
}

/** b − ln N, the bias with the prior of one document in N; b when N = 0. */
export function biasOf(b: number, documents: number): number {
  return documents > 0 ? b - Math.log(documents) : b;
}

/** One document's entry in an attention record. */
export interface Attended {
  /** Position among the N documents. */
  readonly index: number;
  readonly logit: number;
  readonly weight: number;
  /** sₕᵢ by name of head. */
  readonly scores: Readonly<Record<string, number>>;
}

/** Logit, weight and scores of the document at position `index`. */
export function attended(record: AttentionRecord, index: number): Attended {
  const logit = record.logits[index]!;
  const scores: Record<string, number> = {};
  for (const head of record.heads) scores[head.name] = head.scores[index]!;
  return { index, logit, weight: weightOf(logit, record.temperature, record.softmax), scores };
}

/**
 * The k documents with the largest weights, largest first; ties in document order.
 *
 * @returns fewer than k when fewer documents are unmasked
 */
export function strongest(record: AttentionRecord, k: number): Attended[] {
  return Array.from(topK(record.logits, k, record.peaks), (index) => attended(record, index)).filter(
    ({ logit }) => logit > Number.NEGATIVE_INFINITY,
  );
}
