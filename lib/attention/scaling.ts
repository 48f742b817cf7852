import type { Mask } from './attend.ts';
import type { Calibration, Coefficients, Scalable } from './calibration.ts';

/** Added to N in the sharpness: a library of one document has a scale too. */
const LEAST = 10;

/**
 * x as it counts: of the queries that β and γ were fitted on one in twenty is explained further. A pasted
 * page, or a title in a library of four, is much further, and is about that page all the same.
 */
export function breadthOf(explained: number): number {
  return Math.min(explained, 0.4);
}

/**
 * How much the scores of one query count in one library:
 *
 *     κ = ln(N + 10) · e^{γx}        γ < 0
 *
 * The more documents there are, the more of them come near a good one by chance, so a softmax over N
 * needs logits that grow with ln N, or its attention fades (Nakanishi 2025, Scalable-Softmax, eq. 2). And the
 * more of a query the embedding explains (x), the more documents there are about it, and the less one
 * of them should take it all.
 *
 * @param slope     γ
 * @param breadth   x, see `breadthOf`
 * @param documents N ≥ 0
 */
export function sharpnessOf(slope: number, breadth: number, documents: number): number {
  return Math.log(documents + LEAST) * Math.exp(slope * breadth);
}

/** Words of a query up to which a document can be expected to have most of them. */
const ORDINARY_LENGTH = 16;

/**
 * How much more the head `words` counts in a query of n words:
 *
 *     λ = max(1, n / 16)^¾
 *
 * Its score is a share of the most that the query could earn, and of a pasted paragraph no document earns
 * much, though the cosines of the other heads stay as large as ever.
 *
 * @param length n, stop words not counted
 */
export function lengthGainOf(length: number): number {
  return Math.max(1, length / ORDINARY_LENGTH) ** 0.75;
}

/** Terms of a document from which on its embedding is as good as any. */
const ORDINARY_TEXT = 50;

/**
 * How far the embedding can be trusted where the documents at hand have L terms:
 *
 *     g = √min(1, L / 50)
 *
 * A dozen words make a direction that any of them could have turned elsewhere, and a document with one word
 * of the query lies as near to it as one that answers it. So `content` and `feedback` count g times, and
 * `words` has what they lose.
 *
 * @param textLength L, 0 where none was found; of what a first look found and not of the library, so that
 *                   a thousand short notes do not change what is found among pages
 * @returns in (0, 1]
 */
export function trustOf(textLength: number): number {
  return textLength > 0 ? Math.sqrt(Math.min(1, textLength / ORDINARY_TEXT)) : 1;
}

/** Heads that compare with what a document's text means. */
const OF_THE_TEXT = ['content', 'feedback'];

/**
 * What λ and g make of the coefficients: `words` of a and of what the heads of the text lose, times λ.
 * Linear in a, so that it makes scores to be fitted of scores, too.
 */
export function balanced(
  heads: Readonly<Record<string, number>>,
  lengthGain: number,
  trust: number,
): Record<string, number> {
  const entries = Object.entries(heads);
  const lost = OF_THE_TEXT.reduce((sum, name) => sum + (1 - trust) * (heads[name] ?? 0), 0);
  return Object.fromEntries(
    entries.map(([name, a]) => {
      if (name === 'words') return [name, lengthGain * (a + lost)];
      return [name, OF_THE_TEXT.includes(name) ? trust * a : a];
    }),
  );
}

/** How often what a word is near to in meaning is what was asked for. */
export const MEANT = 0.05;
/** What a translation is of such a guess. */
export const TRANSLATED = 0.25;

/**
 * What is added to the log-odds that something here answers a query m of whose n words are read by their meaning,
 * those counting a quarter that are read as the same in another language:
 *
 *     d = m / n · ln 0.05
 *
 * The library has no insomnia. What it says of sleep is the first to look at, and may all the same say nothing of it.
 *
 * @param read m
 * @param length n, stop words not counted
 * @returns d ≤ 0
 */
export function doubtOf(read: number, length: number): number {
  return read > 0 ? (read / length) * Math.log(MEANT) : 0;
}

/** What the coefficients need to know of a query and of what it is asked. */
export interface Measures {
  /** x: the share of the query that the embedding can express, in [0, 1]. */
  readonly explained: number;
  /** n: its different words, stop words not counted. */
  readonly length: number;
  /** d: what some of its words being read by meaning costs, see `doubtOf`. */
  readonly doubt: number;
  /** L: terms of the documents that a first look found, title and text, in the mean by their shares. */
  readonly textLength: number;
  /** N: documents, or what a filter leaves of them. */
  readonly documents: number;
}

/** b and aₕ as one query meets them. */
export interface Scaled extends Coefficients {
  /** What is in the bias beside b: βx, of the heads that are on. */
  readonly lift: number;
  /** d, in the bias too. */
  readonly doubt: number;
  /** γ. */
  readonly slope: number;
  /** λ, a factor of the coefficient of `words`. */
  readonly lengthGain: number;
  /** L. */
  readonly textLength: number;
  /** g, a factor of those of `content` and `feedback`. */
  readonly trust: number;
  /** x as it counts, at most 0.4. */
  readonly breadth: number;
  /** κ, a factor of every coefficient. */
  readonly sharpness: number;
}

/**
 * The coefficients for a query of which the embedding explains x, among N documents:
 *
 *     b + d + βx · Σ aₕ min(1, mₕ) / Σ aₕ        κ · aₕ        mₕ the caller's multipliers, not in κ · aₕ yet
 *
 * with λ and g in aₕ (`balanced`).
 *
 * β > 0: a query about what the library is about is rather one that something here answers. Where all heads
 * but the title's are off, b, a, β and γ are those of titles alone.
 *
 * @param multipliers 1 where nothing is said: the lift is that of the heads that are on
 */
export function scaledTo(
  calibration: Calibration,
  { explained, length, doubt, textLength, documents }: Measures,
  multipliers: Readonly<Record<string, number>> = {},
): Scaled {
  const multiplierOf = (name: string) => multipliers[name] ?? 1;
  const names = Object.keys(calibration.heads);
  const isTextbook = names.every((name) => (name === 'title') === multiplierOf(name) > 0);
  const { bias, heads, explained: by }: Scalable = isTextbook ? calibration.textbook : calibration;
  const { bias: beta, sharpness: slope } = by;
  const breadth = breadthOf(explained);
  const sharpness = sharpnessOf(slope, breadth, documents);
  const lengthGain = lengthGainOf(length);
  let [on, all] = [0, 0];
  for (const [name, a] of Object.entries(heads)) {
    on += a * Math.min(1, multiplierOf(name));
    all += a;
  }
  const lift = all > 0 ? beta * breadth * (on / all) : 0;
  const trust = trustOf(textLength);
  const balance = balanced(heads, lengthGain, trust);
  const scaled = Object.fromEntries(names.map((name) => [name, sharpness * (balance[name] ?? 0)]));
  const of = { lift, doubt, breadth, slope, sharpness, lengthGain, textLength, trust };
  return { bias: bias + lift + doubt, heads: scaled, ...of };
}

/**
 * How near the documents that are not masked come to a query, of how near all come: with a filter the
 * embedding, learned from all of them, explains what none of those that remain is about.
 *
 * @param scores (N), the largest cosine of a passage
 */
export function shareLeft(scores: Float64Array, { masked }: Mask): number {
  let [all, left] = [0, 0];
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number;
    if (score > all) all = score;
    if (score > left && masked[i] !== 1) left = score;
  }
  return all > 0 ? left / all : 1;
}
