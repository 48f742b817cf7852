import { distribute } from '../math/softmax.ts';
import { type Peaks, topK } from '../math/topk.ts';
import { quantize } from '../math/vector.ts';
import { addValue, type PassageKeys } from './output.ts';
import type { QueryVector } from './scores.ts';

/** Measured on seven collections: 10 documents at T = 0.4 gain on six of them, and lose least where one document answers. */
const FEEDBACK = { documents: 10, temperature: 0.4 } as const;

/** A document that is part of a blend; the shares sum to 1. */
export interface Source {
  readonly index: number;
  readonly share: number;
}

/** What a look at the documents gives back to the next one. */
export interface Feedback {
  /** The documents blended, strongest first. None when no head says anything of any. */
  readonly sources: readonly Source[];
  /** The blend o, quantised. */
  readonly vector: QueryVector;
}

/**
 * What a look found: p = softmax(ℓ / 0.4) over the ten documents with the largest logits. A document of
 * which no head says anything (ℓ at the bias) takes no part.
 *
 * @param logits (N), −∞ where masked
 * @param bias   b − ln N of those logits
 * @param peaks  of those logits, if known
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
 * The output of one attention step, as the query of the next (Rocchio 1971 with attention for
 * relevance; one update of a modern Hopfield network, Ramsauer et al. 2021, eq. 3):
 *
 *     o = Σᵢ pᵢ vᵢ        pᵢ the shares of `sourcesOf`
 *
 * vᵢ is E(passage) of document i's passage nearest to the query. ‖o‖ ≤ 1, and it is the
 * smaller the less the ten agree, so that a scattered blend counts for little.
 */
export function feedbackOf(sources: readonly Source[], query: QueryVector, passages: PassageKeys): Feedback {
  const output = new Float64Array(passages.passageKeys.dimension);
  for (const { index, share } of sources) addValue(passages, query.values, index, share, output);
  const values = new Int8Array(output.length);
  const inverseNorm = quantize(output, values) * Math.hypot(...output);
  return { sources, vector: { values, inverseNorm } };
}

/** Each source's part of o · key, in their order; they sum to the score, but for quantisation. */
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
