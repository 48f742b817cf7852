import { createHash } from 'node:crypto';
import { sampleIndices, seededRandom } from '../math/random.ts';
import { type SparseMatrix, truncatedSvd } from '../math/svd.ts';
import type { TermCounts, Texts } from './texts.ts';

/** What an LSA embedder needs to be made again: stored with the index. */
export interface LsaModel {
  readonly dimension: number;
  /** Passages in the collection when it was fitted. */
  readonly passages: number;
  /** Row of the basis for each term id, −1 where a term is not in it. */
  readonly rows: Int32Array;
  /** Inverse document frequency of each basis row. */
  readonly idf: Float32Array;
  /** Basis Vₖ, rows × dimension, row-major. */
  readonly basis: Float32Array;
}

const LSA_DEFAULTS = {
  /**
   * k. With 128 a cosine is nearer to what shared words alone would make it, which the head `words` knows already. Eight
   * collections of 200 to 1,500 documents lose .006 of nDCG@10, two larger ones are even, seven as one gain .003, and
   * among a hundred thousand other documents .01 is lost; and a scan takes twice as long.
   */
  dimension: 64,
  /**
   * Steps of the fit. Three are as good, but their last directions lean on the order of the documents: the demo notes
   * backwards have the same weights within .07, with twelve within .005, at a quarter more of indexing a thousand.
   */
  iterationsOf: (passages: number) => (passages < 5000 ? 12 : 3),
  /** Columns of the sketch: a wider one is more exact where singular values decay slowly. */
  sketch: 144,
  /** Rare terms count more than idf alone would have it: .002 in the mean of seven collections, .007 in all as one. */
  idfPower: 1.4,
  /**
   * A language that fewer passages are in than this share counts as if it had them: without, the
   * directions of a library are all spent on the other one, and a Korean note among a hundred
   * English ones is not found by meaning.
   */
  leastShare: 0.1,
  /** But no passage counts for more than so many, or a handful would have a direction each. */
  mostFor: 8,
  /** Larger collections are fitted on a seeded sample: directions settle long before. */
  sample: 50_000,
  /** Terms of the basis at most, the most frequent first. */
  vocabulary: 50_000,
  seed: 2026,
} as const;

/** Below this many passages a term that occurs once still says something. */
const SMALL_COLLECTION = 500;

interface FitLsaOptions {
  readonly dimension?: number;
  /** A number for the language of each passage; all are in one without it. */
  readonly languages?: Int32Array;
  readonly onProgress?: (share: number) => void;
}

/**
 * Fits latent semantic analysis (Deerwester et al. 1990) on passages.
 *
 *     x(text)ₜ = (1 + ln tfₜ) · idfₜ,  L2-normalised      idfₜ = ln(1 + P / nₜ)^1.4
 *     X ≈ Uₖ Σₖ Vₖᵀ                                        rows of X are passages, each of length √m
 *     E(text)  = normalise(Vₖᵀ · x(text)),   explained(text) = ‖Vₖᵀ · x(text)‖
 *
 * m is 1, and min(8, 0.1 · P / n) in a language that n < 0.1 · P passages are in: languages share hardly a
 * term, so X is nearly block diagonal, and a block's directions are among the k largest or lost.
 *
 * Uses truncated randomised SVD with a fixed seed: the same passages give the same model.
 * Few documents are no special case: P passages give at most rank P, the basis then spans
 * exactly the passages, and E behaves like plain tf–idf cosine among them. With no passages
 * at all the dimension is 0 and every cosine is 0.
 *
 * @param passages  titles included in their terms
 * @param termCount term ids are below this
 */
export function fitLsa(passages: Texts, termCount: number, options: FitLsaOptions = {}): LsaModel {
  const frequency = new Int32Array(termCount);
  for (const id of passages.ids) frequency[id] = (frequency[id] ?? 0) + 1;
  const { rows, idf } = chooseVocabulary(frequency, passages.length);
  const random = seededRandom(LSA_DEFAULTS.seed);
  const sample = sampleIndices(passages.length, LSA_DEFAULTS.sample, random);
  const matrix = passageTermMatrix(passages, sample, rows, idf);
  if (options.languages) raiseRareLanguages(matrix, sample, options.languages);
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

/** ln(1 + P / n)^1.4: what a term that stands in n of P passages weighs. */
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

/** Lengthens the rows of languages that few are in, as `fitLsa` says. */
function raiseRareLanguages(
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

/** Scales values[start … end) to length 1 and returns the length it had. */
function scaleToUnit(values: Float32Array, start: number, end: number): number {
  let square = 0;
  for (let i = start; i < end; i++) square += values[i]! ** 2;
  const length = Math.sqrt(square);
  if (length > 0) for (let i = start; i < end; i++) values[i] = values[i]! / length;
  return length;
}

interface Embedding {
  /** Length `dimension`, L2 norm 1; all zeros when nothing in the text is known. A buffer that the next call overwrites. */
  readonly vector: Float32Array;
  /**
   * How much of the text the embedding space can express, in [0, 1]: the length of the unit
   * term vector's projection, terms nobody has ever seen included. A query of unknown words
   * has a direction by accident; this says how little it means.
   */
  readonly explained: number;
}

/** Text as a direction, by a fitted model: two texts are close when their cosine is large. */
export class LsaEmbedder {
  /** Names the method and its numbers (`lsa-64-3f9a0c…`), so that vectors of two embedders are never compared. */
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

  /** What the fingerprint should be: computed from the numbers at hand. */
  actualFingerprint(): string {
    return fingerprintOf(this.model);
  }

  /** E(text). */
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

  /** Entries of the term vector at length 1, in the order of the terms: xₜ / ‖x‖. */
  entries({ ids, counts, shares }: TermCounts): Float64Array {
    const out = Float64Array.from(ids, (id, k) => {
      return (shares?.[k] ?? 1) * this.weight(this.model.rows[id] ?? -1, counts[k]!);
    });
    const length = Math.hypot(...out);
    return length > 0 ? out.map((value) => value / length) : out;
  }

  /** x of one term before normalisation: (1 + ln tf) · idf. */
  weight(row: number, count: number): number {
    const { idf, passages } = this.model;
    // A term in no passage weighs as if it were in half of one.
    return (1 + Math.log(count)) * (row < 0 ? inverseFrequency(passages, 0.5) : idf[row]!);
  }

  /**
   * What each term adds to the dot product of a text's unit term vector with `key`:
   * xₜ / ‖x‖ · (Vₜ · key), in the order of the terms; they sum to it.
   *
   * @param key (dimension)
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

/** E(·) of terms, by how often each id occurs; a copy, empty before anything is fitted. */
export function embedCounts(
  { embedder }: { readonly embedder: LsaEmbedder | null },
  counts: ReadonlyMap<number, number>,
): Float32Array {
  const embedded = embedder?.embed({ ids: [...counts.keys()], counts: [...counts.values()] });
  return new Float32Array(embedded?.vector ?? []);
}

/** `lsa-k-hash` over everything the embedding depends on. */
function fingerprintOf(model: LsaModel): string {
  const hash = createHash('sha256');
  for (const array of [model.rows, model.idf, model.basis]) {
    hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  }
  return `lsa-${model.dimension}-${hash.digest('hex').slice(0, 12)}`;
}

/** More than this share of the passages changed since the fit: the basis has drifted. */
export const REFIT_SHARE = 0.2;
/** Below this many passages a fit takes about 100 ms, so it is always made anew. */
export const ALWAYS_REFIT_BELOW = 600;

/**
 * The refit rule. New documents are folded in with the basis at hand until the passages
 * added or removed since the fit exceed REFIT_SHARE of those it was fitted on.
 */
export function needsRefit(model: LsaModel | null, passages: number, changedSinceFit: number): boolean {
  if (!model) return true;
  if (changedSinceFit === 0) return false;
  return passages < ALWAYS_REFIT_BELOW || changedSinceFit > REFIT_SHARE * model.passages;
}
