import { distribute } from '../math/softmax.ts';
import { type Peaks, topK } from '../math/topk.ts';
import { quantize } from '../math/vector.ts';
import { addValue, type PassageKeys } from './output.ts';
import type { QueryVector } from './scores.ts';

/** Measured on seven collections: 10 documents at T = 0.4 improve six, and lose least where a single document answers. */
const FEEDBACK = { documents: 10, temperature: 0.4 } as const;

/** A document in a blend, with its share of the blend; shares sum to 1. */
export interface Source {
  /** Position among the N documents. */
  readonly index: number;
  readonly share: number;
}

/** The output of one attention pass, used as a query of the next. */
export interface Feedback {
  /** The blended documents, strongest first; empty when no logit exceeds the bias. */
  readonly sources: readonly Source[];
  /** The blend o, quantised. Its product with a unit key is o · k = ‖o‖ · cosine, the score of the head `feedback`. */
  readonly vector: QueryVector;
}

/**
 * The documents that feedback is built from: p = softmax(ℓ / 0.4) over the ten largest logits.
 * A document whose logit does not exceed the bias is left out: no head found any evidence for it.
 *
 * @param logits (N), −∞ where masked
 * @param bias   b − ln N of those logits
 * @param peaks  block maxima of those logits, if already computed
 * @returns at most 10, strongest first; shares sum to 1
 */
export function sourcesOf(logits: Float64Array, bias: number, peaks?: Peaks): Source[] {
  const strongest = Array.from(topK(logits, FEEDBACK.documents, peaks)).filter(
    (index) => logits[index]! > bias,
  );
  const shares = distribute(
    strongest.map((index) => logits[index]!),
    FEEDBACK.temperature,
  );
  return strongest.map((index, i) => ({ index, share: shares[i] ?? 0 }));
}

/**
 * The output of one attention pass, as a query of the next. This is pseudo-relevance feedback
 * (Rocchio 1971) with attention weights as relevance, and one update step of a modern Hopfield
 * network (Ramsauer et al. 2021, eq. 3):
 *
 *     o = Σᵢ pᵢ vᵢ        pᵢ the shares of `sourcesOf`
 *
 * vᵢ (d) is the unit embedding of document i's passage nearest to the query. So ‖o‖ ≤ 1, and the
 * less the documents agree, the shorter o: a scattered blend adds little to any score.
 */
export function feedbackOf(sources: readonly Source[], query: QueryVector, passages: PassageKeys): Feedback {
  const output = new Float64Array(passages.passageKeys.dimension);
  for (const { index, share } of sources) addValue(passages, query.values, index, share, output);
  const values = new Int8Array(output.length);
  const inverseNorm = quantize(output, values) * Math.hypot(...output);
  return { sources, vector: { values, inverseNorm } };
}

/**
 * Each source's part pᵢ vᵢ · k of the feedback score of one key, in the order of the sources.
 * The parts sum to the score, up to the quantisation of o.
 *
 * @param row row of the key k in the passage matrix
 */
export function feedbackParts(
  { sources }: Feedback,
  query: QueryVector,
  passages: PassageKeys,
  row: number,
): number[] {
  const { dimension, stride, inverseNorms, keys } = passages.passageKeys;
  return sources.map(({ index, share }) => {
    const value = new Float64Array(dimension);
    addValue(passages, query.values, index, share, value);
    let sum = 0;
    for (let j = 0; j < value.length; j++) sum += value[j]! * keys[row * stride + j]!;
    return sum * inverseNorms[row]!;
  });
}
