import type { KeyMatrix } from '../math/keys.ts';
import { type SoftmaxSummary, summarize } from '../math/softmax.ts';
import { addCubes, addTerms, type Overlap, type TermSum } from '../math/term-sum.ts';
import { type Peaks, peaksOf } from '../math/topk.ts';
import { type Head, logitsOf, type Mask } from './attend.ts';
import { cosineScores, largestCosines, type QueryVector } from './scores.ts';

/** The scores of one embedding head to be computed: a query's cosines with a matrix of keys. */
interface Scan {
  readonly keys: KeyMatrix;
  /**
   * (N + 1); the keys of document i are the rows offsets[i] … offsets[i + 1) − 1, and the largest
   * cosine is its score. null: row i is the only key of document i.
   */
  readonly offsets: Int32Array | null;
  readonly query: QueryVector;
  /** (N) Where the scores go; a buffer of `Looks.scoresOf`. */
  readonly scores: Float32Array;
  /** Added to the cosines, see `addCubes`. At most one scan of a look may have it. */
  readonly overlap?: Overlap;
}

export interface LookOptions {
  /** Embedding scores to compute in this look; those of earlier looks are reused. At most two. */
  readonly scans: readonly Scan[];
  /** The sum that is the score of `words`; given when this look is to compute it. */
  readonly terms?: TermSum;
  /** The heads that make up the logit. Their scores are the buffers of `Looks.scoresOf`. */
  readonly heads: readonly Head[];
  /** Bias before the prior −ln N is added. */
  readonly b: number;
  /** T; null when no softmax is needed because another look follows. */
  readonly temperature: number | null;
  readonly mask: Mask | null;
}

/** The result of a look. Its arrays are overwritten by the next one. */
export interface Looked {
  /** b − ln N. */
  readonly bias: number;
  /** (N) */
  readonly logits: Float64Array;
  /** Block maxima of the logits. */
  readonly peaks: Peaks;
  /** null when no temperature was given. */
  readonly softmax: SoftmaxSummary | null;
}

/**
 * One attention pass in plain TypeScript, step by step: what the kernel does in a single pass over
 * the keys. Read this to understand `Looks`; it is also the fallback and the tests' reference.
 *
 * @param documents N
 * @param words     (N), where the sum of `terms` goes
 */
export function plainLook(
  { scans, terms, heads, b, temperature, mask }: LookOptions,
  documents: number,
  words: Float32Array,
): Looked {
  if (terms) {
    const sums = new Float64Array(documents);
    addTerms(terms, sums);
    words.set(sums);
  }
  for (const { keys, offsets, query, scores, overlap } of scans) {
    scores.set(offsets ? largestCosines(query, keys, offsets) : cosineScores(query, keys));
    if (overlap) addCubes(overlap, scores);
  }
  const { bias, logits } = logitsOf(heads, b, documents, mask);
  return {
    bias,
    logits,
    peaks: peaksOf(logits),
    softmax: temperature === null ? null : summarize(logits, temperature),
  };
}
