import type { KeyMatrix } from '../math/keys.ts';
import { type SoftmaxSummary, summarize } from '../math/softmax.ts';
import { addCubes, addTerms, type Overlap, type TermSum } from '../math/term-sum.ts';
import { type Peaks, peaksOf } from '../math/topk.ts';
import { type Head, logitsOf, type Mask } from './attend.ts';
import { cosineScores, largestCosines, type QueryVector } from './scores.ts';

/** Keys to be scanned: one for each document, or, with offsets, the largest of several. */
export interface Scan {
  readonly keys: KeyMatrix;
  /** Passages of document i at rows offsets[i] … offsets[i + 1); null where row i is document i. */
  readonly offsets: Int32Array | null;
  readonly query: QueryVector;
  /** (N), one of `scoresOf`. */
  readonly scores: Float64Array;
  /** What is added to the cosines; of one scan of a look at most. */
  readonly overlap?: Overlap;
}

export interface LookOptions {
  /** What of the scores is not there yet. */
  readonly scans: readonly Scan[];
  /** Whose sum is the score of `words`, likewise. */
  readonly terms?: TermSum;
  /** Their scores are those of `scoresOf`, there already or about to be. */
  readonly heads: readonly Head[];
  readonly b: number;
  /** null when no softmax is wanted: another look follows. */
  readonly temperature: number | null;
  readonly mask: Mask | null;
}

/** What a look has seen. The arrays are overwritten by the next one. */
export interface Looked {
  /** b − ln N. */
  readonly bias: number;
  /** (N) */
  readonly logits: Float64Array;
  /** Of the logits. */
  readonly peaks: Peaks;
  /** null without temperature. */
  readonly softmax: SoftmaxSummary | null;
}

/** A look at all documents, step by step: what `Looks` does in one pass. @param words (N), where the sum of `terms` belongs */
export function plainLook(
  { scans, terms, heads, b, temperature, mask }: LookOptions,
  documents: number,
  words: Float64Array,
): Looked {
  if (terms) addTerms(terms, words.fill(0));
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
