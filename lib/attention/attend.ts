import { type SoftmaxSummary, summarize, weightOf } from '../math/softmax.ts';
import { type Peaks, topK } from '../math/topk.ts';

/** One head: what it makes of each of N documents, and how much that counts. */
export interface Head {
  readonly name: string;
  /** aₕ after the caller's multiplier. */
  readonly coefficient: number;
  /** sₕᵢ ∈ [−1, 1], length N. */
  readonly scores: Float64Array;
}

/** The record of one attention step over all documents: ranking, JSON and page read it, nothing computes it again. */
export interface AttentionRecord {
  readonly heads: readonly Head[];
  /** b − ln N. */
  readonly bias: number;
  readonly temperature: number;
  /** ℓᵢ, length N. */
  readonly logits: Float64Array;
  readonly softmax: SoftmaxSummary;
  /** Of the logits, where they are known. */
  readonly peaks?: Peaks;
}

/** Documents that are not attended to, like the future in a causal mask: their logit is −∞, their weight 0. */
export interface Mask {
  /** (N), 1 for a document that is left out. */
  readonly masked: Uint8Array;
  /** How many are not. */
  readonly count: number;
}

/**
 * A query's attention over N documents and the null key.
 *
 *     ℓᵢ = b − ln N + Σₕ aₕ · sₕᵢ
 *     wᵢ = exp(ℓᵢ / T) / (1 + Σⱼ exp(ℓⱼ / T))
 *
 * Vaswani et al. 2017, eq. 1, with cosines (and a BM25 share) for scores and one extra key
 * with logit 0. −ln N is the prior of one document in N: it keeps the null key's weight the
 * same when a library grows by documents that do not answer.
 *
 * @param heads each with N scores
 * @param b     bias before the prior; N counts the documents that are not masked
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

/** ℓᵢ of all documents and b − ln N, without the softmax; arguments as of `attend`. */
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

/** b − ln N: the bias with the prior of one document in N; b alone where there is none. */
export function biasOf(b: number, documents: number): number {
  return documents > 0 ? b - Math.log(documents) : b;
}

/** One document's part of an attention record. */
export interface Attended {
  /** Position among the N documents. */
  readonly index: number;
  readonly logit: number;
  readonly weight: number;
  readonly scores: Readonly<Record<string, number>>;
}

/** What a record says of the document at `index`. */
export function attended(record: AttentionRecord, index: number): Attended {
  const logit = record.logits[index]!;
  const scores: Record<string, number> = {};
  for (const head of record.heads) scores[head.name] = head.scores[index]!;
  return { index, logit, weight: weightOf(logit, record.temperature, record.softmax), scores };
}

/** The k documents with the largest weights, largest first; equal weights in the order of the documents, masked ones never. */
export function strongest(record: AttentionRecord, k: number): Attended[] {
  return Array.from(topK(record.logits, k, record.peaks), (index) => attended(record, index)).filter(
    ({ logit }) => logit > Number.NEGATIVE_INFINITY,
  );
}
