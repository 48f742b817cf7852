import { createHash } from 'node:crypto';
import { sampleIndices, seededRandom } from '../math/random.ts';
import { type SparseMatrix, truncatedSvd } from '../math/svd.ts';
import type { TermCounts, Texts } from './texts.ts';

/** A fitted LSA model: all that is needed to recreate the embedder. Stored with the index. */
export interface LsaModel {
  /** k: the rank of the basis, at most the dimension asked for. */
  readonly dimension: number;
  /** P: passages in the collection when the model was fitted. */
  readonly passages: number;
  /** Row of the basis for each term id; −1 for a term outside the vocabulary. */
  readonly rows: Int32Array;
  /** idf of each basis row, see `fitLsa`. */
  readonly idf: Float32Array;
  /** Basis Vₖ, vocabulary × k, row-major. */
  readonly basis: Float32Array;
}

export const LSA_DEFAULTS = {
  /**
   * k. Why not 128: a cosine then comes closer to plain word overlap, which the head `words` measures already, and
   * a scan takes twice as long. Measured, nDCG@10 with 128: −.006 on eight collections of 200 to 1,500 documents,
   * even on two larger ones, +.003 on seven collections merged into one, −.01 among 100,000 unrelated documents.
   */
  dimension: 64,
  /**
   * Subspace iterations of the SVD. Three give the same search quality, but the last directions then depend on the
   * order of the documents: reversing the demo notes changes weights by up to .07, with twelve by up to .005. Twelve
   * cost a quarter more time to index a thousand documents.
   */
  iterationsOf: (passages: number) => (passages < 5000 ? 12 : 3),
  /** Columns of the random sketch; a wider one is more exact when singular values decay slowly. */
  sketch: 144,
  /** Exponent of idf: rare terms count more. Gains .002 nDCG@10 in the mean of seven collections, .007 with all seven merged. */
  idfPower: 1.4,
  /**
   * A language with less than this share of the passages is weighted as if it had this share. Otherwise the
   * majority language takes all the directions, and a Korean note among a hundred English ones cannot be
   * found by meaning.
   */
  leastShare: 0.1,
  /** Limit on that weight of a passage; without it, each of a handful of passages would get a direction of its own. */
  mostFor: 8,
  /** Larger collections are fitted on a seeded sample of this many passages: the directions settle long before. */
  sample: 50_000,
  /** Most terms in the basis; the most frequent ones are kept. */
  vocabulary: 50_000,
  seed: 2026,
} as const;

/** Below this many passages, terms that occur in only one passage are kept in the vocabulary too. */
const SMALL_COLLECTION = 500;

interface FitLsaOptions {
  /** k; 64 by default. */
  readonly dimension?: number;
  /** A number for the language of each passage; without it, all count as one language. */
  readonly languages?: Int32Array;
  /** Called with the share of the work done, in (0, 1]. */
  readonly onProgress?: (share: number) => void;
}

/**
 * Fits latent semantic analysis (Deerwester et al. 1990) on passages.
 *
 *     x(text)ₜ = (1 + ln tfₜ) · idfₜ,  L2-normalised      idfₜ = ln(1 + P / nₜ)^1.4
 *     X ≈ Uₖ Σₖ Vₖᵀ                                        rows of X are passages, each of length √m
 *     E(text)  = normalise(Vₖᵀ · x(text)),   explained(text) = ‖Vₖᵀ · x(text)‖
 *
 * P is the number of passages, nₜ of those with term t. m = 1, except in a language with only n < 0.1 · P
 * passages, where m = min(8, 0.1 · P / n). Languages share hardly any terms, so X is nearly block diagonal
 * with a block per language; the directions of a small block would not be among the k largest, and be lost.
 *
 * The SVD is randomised with a fixed seed: the same passages give the same model.
 * Few documents need no special case: P passages give at most rank P, so the basis spans exactly
 * the passages, and E behaves like plain tf–idf cosine among them. Without passages the dimension
 * is 0 and every cosine is 0.
 *
 * @param passages  terms of each passage, those of its document's title included
 * @param termCount all term ids are below this
 */
export function fitLsa(passages: Texts, termCount: number, options: FitLsaOptions = {}): LsaModel {
  const frequency = new Int32Array(termCount);
  for (const id of passages.ids) frequency[id] = (frequency[id] ?? 0) + 1;
  const { rows, idf } = chooseVocabulary(frequency, passages.length);
  const random = seededRandom(LSA_DEFAULTS.seed);
  const sample = sampleIndices(passages.length, LSA_DEFAULTS.sample, random);
  const matrix = passageTermMatrix(passages, sample, rows, idf);
  if (options.languages) upweightRareLanguages(matrix, sample, options.languages);
  const dimension = options.dimension ?? LSA_DEFAULTS.dimension;
  const { basis, rank } = truncatedSvd(matrix, {
    rank: dimension,
    oversample: Math.max(16, LSA_DEFAULTS.sketch - dimension),
    iterations: LSA_DEFAULTS.iterationsOf(passages.length),
    seed: LSA_DEFAULTS.seed,
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
  });
  return { dimension: rank, passages: passages.length, rows, idf, basis };
}

function chooseVocabulary(frequency: Int32Array, passages: number): { rows: Int32Array; idf: Float32Array } {
  const least = passages < SMALL_COLLECTION ? 1 : 2;
  const kept: number[] = [];
  for (let t = 0; t < frequency.length; t++) if ((frequency[t] ?? 0) >= least) kept.push(t);
  if (kept.length > LSA_DEFAULTS.vocabulary) {
    kept.sort((a, b) => (frequency[b] ?? 0) - (frequency[a] ?? 0) || a - b).length = LSA_DEFAULTS.vocabulary;
    kept.sort((a, b) => a - b);
  }
  const rows = new Int32Array(frequency.length).fill(-1);
  const idf = new Float32Array(kept.length);
  kept.forEach((term, row) => {
    rows[term] = row;
    idf[row] = inverseFrequency(passages, frequency[term] ?? 1);
  });
  return { rows, idf };
}

/** idf of a term that occurs in n of P passages: ln(1 + P / n)^1.4. */
function inverseFrequency(passages: number, frequency: number): number {
  return Math.log(1 + passages / frequency) ** LSA_DEFAULTS.idfPower;
}

function passageTermMatrix(
  passages: Texts,
  sample: Int32Array,
  rows: Int32Array,
  idf: Float32Array,
): SparseMatrix {
  let entries = 0;
  for (const index of sample) entries += passages.offsets[index + 1]! - passages.offsets[index]!;
  const offsets = new Int32Array(sample.length + 1);
  const indices = new Int32Array(entries);
  const values = new Float32Array(entries);
  let at = 0;
  sample.forEach((index, r) => {
    const start = at;
    for (let k = passages.offsets[index]!; k < passages.offsets[index + 1]!; k++) {
      const row = rows[passages.ids[k]!] ?? -1;
      if (row < 0) continue;
      indices[at] = row;
      values[at] = (1 + Math.log(passages.counts[k]!)) * (idf[row] ?? 0);
      at++;
    }
    scaleToUnit(values, start, at);
    offsets[r + 1] = at;
  });
  return {
    rows: sample.length,
    columns: idf.length,
    offsets,
    indices: indices.subarray(0, at),
    values: values.subarray(0, at),
  };
}

/** Scales the rows of rare languages to length √m, with m as in `fitLsa`. */
function upweightRareLanguages(
  { offsets, values }: SparseMatrix,
  sample: Int32Array,
  languages: Int32Array,
): void {
  const counts = new Map<number, number>();
  for (const index of sample) counts.set(languages[index]!, (counts.get(languages[index]!) ?? 0) + 1);
  sample.forEach((index, r) => {
    const share = counts.get(languages[index]!)! / sample.length;
    if (share >= LSA_DEFAULTS.leastShare) return;
    const length = Math.sqrt(Math.min(LSA_DEFAULTS.mostFor, LSA_DEFAULTS.leastShare / share));
    for (let k = offsets[r]!; k < offsets[r + 1]!; k++) values[k] = values[k]! * length;
  });
}

/** Scales values[start … end) to length 1. @returns its length before; 0, and nothing is changed, for the zero vector */
function scaleToUnit(values: Float32Array, start: number, end: number): number {
  let square = 0;
  for (let i = start; i < end; i++) square += values[i]! ** 2;
  const length = Math.sqrt(square);
  if (length > 0) for (let i = start; i < end; i++) values[i] = values[i]! / length;
  return length;
}

interface Embedding {
  /** (k), L2 norm 1; all zeros when no term of the text is in the vocabulary. The next call overwrites this buffer. */
  readonly vector: Float32Array;
  /**
   * Share of the text that the embedding space can express, in [0, 1]: the length of the unit term vector
   * after projection. Terms the index has never seen are part of that unit vector. When most words of a
   * query are unknown, its direction is accidental, and a small share shows it.
   */
  readonly explained: number;
}

/** Embeds texts as unit vectors by a fitted model. Two texts are similar when their cosine is large. */
export class LsaEmbedder {
  /** Names the method and its numbers (`lsa-64-3f9a0c…`), so that vectors of different models are never compared. */
  readonly fingerprint: string;
  readonly dimension: number;
  readonly model: LsaModel;
  readonly #vector: Float32Array;

  constructor(model: LsaModel, fingerprint = fingerprintOf(model)) {
    this.model = model;
    this.dimension = model.dimension;
    this.fingerprint = fingerprint;
    this.#vector = new Float32Array(model.dimension);
  }

  /** The fingerprint computed from the model's numbers, to check the stored one against. */
  actualFingerprint(): string {
    return fingerprintOf(this.model);
  }

  /** E(text), see `fitLsa`. O(terms · k). */
  embed({ ids, counts, shares }: TermCounts): Embedding {
    const { rows, basis } = this.model;
    const vector = this.#vector.fill(0);
    const d = this.dimension;
    let square = 0;
    for (let k = 0; k < ids.length; k++) {
      const row = rows[ids[k]!] ?? -1;
      const weight = (shares?.[k] ?? 1) * this.weight(row, counts[k]!);
      square += weight * weight;
      if (row < 0) continue;
      const from = row * d;
      for (let j = 0; j < d; j++) vector[j] = vector[j]! + weight * basis[from + j]!;
    }
    const length = scaleToUnit(vector, 0, d);
    return { vector, explained: square > 0 ? Math.min(1, length / Math.sqrt(square)) : 0 };
  }

  /** Entries of the unit term vector, xₜ / ‖x‖, in the order of the given terms; unknown terms included. */
  entries({ ids, counts, shares }: TermCounts): Float64Array {
    const out = Float64Array.from(ids, (id, k) => {
      return (shares?.[k] ?? 1) * this.weight(this.model.rows[id] ?? -1, counts[k]!);
    });
    const length = Math.hypot(...out);
    return length > 0 ? out.map((value) => value / length) : out;
  }

  /** tf–idf weight of one term before normalisation: (1 + ln tf) · idf. @param row row of the basis, −1 for a term outside it */
  weight(row: number, count: number): number {
    const { idf, passages } = this.model;
    // A term outside the basis is weighted as if it were in half a passage: rarer than any other.
    return (1 + Math.log(count)) * (row < 0 ? inverseFrequency(passages, 0.5) : idf[row]!);
  }

  /**
   * What each term of a text contributes to the dot product of its projected unit term vector with a key (k):
   * (xₜ / ‖x‖) · (Vₜ · key). The contributions sum to that product.
   *
   * @returns one number per term, in the order of the terms; 0 for a term outside the basis
   */
  contributions(text: TermCounts, key: ArrayLike<number>): Float64Array {
    const { rows, basis } = this.model;
    const d = this.dimension;
    return this.entries(text).map((entry, k) => {
      const row = rows[text.ids[k]!] ?? -1;
      if (row < 0) return 0;
      let sum = 0;
      for (let j = 0; j < d; j++) sum += basis[row * d + j]! * key[j]!;
      return entry * sum;
    });
  }
}

/** E(·) of terms given as id → count. @returns a copy of the vector (k); empty before a model is fitted */
export function embedCounts(
  { embedder }: { readonly embedder: LsaEmbedder | null },
  counts: ReadonlyMap<number, number>,
): Float32Array {
  const embedded = embedder?.embed({ ids: [...counts.keys()], counts: [...counts.values()] });
  return new Float32Array(embedded?.vector ?? []);
}

/** `lsa-k-hash`, the hash being over rows, idf and basis. */
function fingerprintOf(model: LsaModel): string {
  const hash = createHash('sha256');
  for (const array of [model.rows, model.idf, model.basis]) {
    hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  }
  return `lsa-${model.dimension}-${hash.digest('hex').slice(0, 12)}`;
}

/** When more than this share of the passages has changed since the fit, the basis is taken to have drifted. */
export const REFIT_SHARE = 0.2;
/** Below this many passages a fit takes about 100 ms, so any change triggers one. */
export const ALWAYS_REFIT_BELOW = 600;

/**
 * Whether the model must be fitted again. New documents are folded in with the existing basis until the
 * number of passages added or removed since the fit exceeds REFIT_SHARE of those it was fitted on.
 *
 * @param passages        passages in the collection now
 * @param changedSinceFit passages added plus passages removed since the fit
 */
export function needsRefit(model: LsaModel | null, passages: number, changedSinceFit: number): boolean {
  if (!model) return true;
  if (changedSinceFit === 0) return false;
  return passages < ALWAYS_REFIT_BELOW || changedSinceFit > REFIT_SHARE * model.passages;
}
