import { weightOf } from '../math/softmax.ts';
import { largest } from '../math/topk.ts';
import type { AttentionRecord } from './attend.ts';
import type { DocumentKeys } from './keys.ts';

/** The passages of all documents. */
export type PassageKeys = Pick<DocumentKeys, 'passageKeys' | 'passageOffsets'>;

/** Documents blended at most, the strongest: in a large library the rest is a haze that costs a pass over all values. */
export const BLENDED = 1000;
/** Weights below this move no digit that is shown. */
const NOTHING = 1e-8;

/** Documents and their weights, in the order of the documents. */
interface Blend {
  readonly documents: Int32Array;
  readonly weights: Float64Array;
}

/** What the output is made of: the 1,000 documents with the largest weights, down to 10⁻⁸. */
export function blendOf({ logits, peaks, temperature, softmax }: AttentionRecord): Blend {
  // A little less than the logit of that weight, whatever rounding does to it.
  const least = temperature * (softmax.shift + Math.log(NOTHING * softmax.sum) - 1e-6);
  const near = largest(logits, BLENDED, peaks, least);
  const weights = new Float64Array(near.length);
  let count = 0;
  for (const index of near) {
    const weight = weightOf(logits[index]!, temperature, softmax);
    if (weight < NOTHING) continue;
    near[count] = index;
    weights[count++] = weight;
  }
  return { documents: near.subarray(0, count), weights: weights.subarray(0, count) };
}

/**
 * The output o = Σ wᵢ vᵢ in the embedding space (Vaswani et al. 2017, eq. 1).
 *
 * vᵢ is E(passage) of document i's passage with the largest cosine, the one whose score
 * counted; the null key's value is the zero vector, so ‖o‖ ≤ 1 − w(nothing). The sum runs over
 * the documents of `blendOf`. `Looks.output` does it in the kernel.
 *
 * @returns (dimension)
 */
export function outputVector(record: AttentionRecord, query: Int8Array, passages: PassageKeys): Float64Array {
  const output = new Float64Array(passages.passageKeys.dimension);
  const { documents, weights } = blendOf(record);
  documents.forEach((index, i) => {
    addValue(passages, query, index, weights[i]!, output);
  });
  return output;
}

/** Vₖ of the embedder, rows × dimension, row-major: from terms to the embedding space, and back. */
interface Basis {
  readonly basis: Float32Array;
  readonly dimension: number;
}

/** Vₜ · vector for rows t of a basis, in their order: how far terms point along a vector. */
export type Project = (basis: Basis, rows: Int32Array, vector: Float64Array) => Float64Array;

/** One row after another, in the order of additions that the kernel has. */
export const projectPlainly: Project = ({ basis, dimension }, rows, vector) => {
  const whole = dimension - (dimension & 7);
  return Float64Array.from(rows, (row) => {
    const from = row * dimension;
    const eight = new Float64Array(8);
    for (let j = 0; j < whole; j++) eight[j & 7] = eight[j & 7]! + basis[from + j]! * vector[j]!;
    const half = (k: number) => eight[k]! + eight[k + 2]! + (eight[k + 4]! + eight[k + 6]!);
    let sum = half(0) + half(1);
    for (let j = whole; j < dimension; j++) sum += basis[from + j]! * vector[j]!;
    return sum;
  });
};

/** Adds weight · vᵢ to `output`. */
export function addValue(
  passages: PassageKeys,
  query: Int8Array,
  index: number,
  weight: number,
  output: Float64Array,
): void {
  const { stride, keys, inverseNorms } = passages.passageKeys;
  const row = nearestPassage(query, passages, index);
  if (row < 0) return;
  const scale = weight * inverseNorms[row]!;
  for (let j = 0, at = row * stride; j < output.length; j++, at++) output[j] = output[j]! + scale * keys[at]!;
}

/** The row of a document's passage with the largest cosine to the query; −1 for none. */
export function nearestPassage(
  query: Int8Array,
  { passageKeys: { dimension, stride, keys, inverseNorms }, passageOffsets }: PassageKeys,
  index: number,
): number {
  const [from, to] = [passageOffsets[index]!, passageOffsets[index + 1]!];
  if (to - from <= 1) return from < to ? from : -1;
  let best = Number.NEGATIVE_INFINITY;
  let nearest = -1;
  for (let row = from; row < to; row++) {
    let sum = 0;
    for (let j = 0; j < dimension; j++) sum += query[j]! * keys[row * stride + j]!;
    const score = sum * inverseNorms[row]!;
    if (score > best) [best, nearest] = [score, row];
  }
  return nearest;
}
