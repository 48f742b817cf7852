import { weightOf } from '../math/softmax.ts';
import { largest } from '../math/topk.ts';
import type { AttentionRecord } from './attend.ts';
import type { DocumentKeys } from './keys.ts';

export type PassageKeys = Pick<DocumentKeys, 'passageKeys' | 'passageOffsets'>;

/**
 * Most documents in a blend. In a large library the rest have next to no weight each, and including
 * them would cost a pass over all values.
 */
export const BLENDED = 1000;
/** Weights below this change no digit that is shown. */
const NEGLIGIBLE = 1e-8;

/** Positions of documents, ascending, and their weights. */
interface Blend {
  readonly documents: Int32Array;
  readonly weights: Float64Array;
}

/** The documents that the output is made of: the 1,000 largest weights, those below 10⁻⁸ left out. */
export function blendOf({ logits, peaks, temperature, softmax }: AttentionRecord): Blend {
  // The logit whose weight is NEGLIGIBLE, minus a margin for rounding: the exact test on the weight follows below.
  const least = temperature * (softmax.shift + Math.log(NEGLIGIBLE * softmax.sum) - 1e-6);
  const near = largest(logits, BLENDED, peaks, least);
  const weights = new Float64Array(near.length);
  let count = 0;
  for (const index of near) {
    const weight = weightOf(logits[index]!, temperature, softmax);
    if (weight < NEGLIGIBLE) continue;
    near[count] = index;
    weights[count++] = weight;
  }
  return { documents: near.subarray(0, count), weights: weights.subarray(0, count) };
}

/**
 * The output of attention in the embedding space (Vaswani et al. 2017, eq. 1):
 *
 *     o = Σᵢ wᵢ vᵢ
 *
 * vᵢ is the unit embedding of document i's passage with the largest cosine, the one whose score
 * counted. The null key's value is the zero vector, so ‖o‖ ≤ 1 − w(nothing). The sum runs over
 * the documents of `blendOf`. `Looks.output` computes the same in the kernel.
 *
 * @param query (dimension), quantised
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

/** Vₖ of the embedder, rows × dimension, row-major. Row t is the direction of term t in the embedding space. */
interface Basis {
  readonly basis: Float32Array;
  readonly dimension: number;
}

/** The dot product Vₜ · vector for each of the given rows t: how strongly a vector expresses those terms. */
export type Project = (basis: Basis, rows: Int32Array, vector: Float64Array) => Float64Array;

/** `Project` without the kernel. Adds in the kernel's order (eight partial sums), so that the results are bit-identical. */
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

/** output += weight · vᵢ, vᵢ as in `outputVector`; nothing for a document without passages. */
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

/** The row of a document's passage with the largest cosine to the query; −1 when it has no passage. */
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
