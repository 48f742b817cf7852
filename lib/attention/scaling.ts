import type { Mask } from './attend.ts';
import type { Calibration, Coefficients, Scalable } from './calibration.ts';

/** Added to N in the sharpness, so that ln(N + 10) is well above 0 even in a library of one document. */
const SMOOTHING = 10;

/**
 * Caps x, the share of the query that the embedding explains, at 0.4.
 *
 * Only one in twenty of the queries that β and γ were fitted on has a larger x, so beyond 0.4 they would
 * extrapolate. A pasted page, or a title in a library of four documents, has a far larger x, although it
 * still asks for that one page and for nothing broader.
 */
export function breadthOf(explained: number): number {
  return Math.min(explained, 0.4);
}

/**
 * κ, the factor that all coefficients aₕ are multiplied by: how sharply scores are told apart.
 *
 *     κ = ln(N + 10) · e^{γx}        γ < 0
 *
 * ln N: the more documents there are, the more of them score close to a good one by chance. A softmax
 * over N keys therefore needs logits that grow with ln N, or its attention fades (Nakanishi 2025,
 * Scalable-Softmax, eq. 2).
 * e^{γx}: the more of a query the embedding explains, the more documents are about it, and the less
 * a single one of them should take all the weight.
 *
 * @param slope     γ
 * @param breadth   x, capped by `breadthOf`
 * @param documents N ≥ 0
 * @returns κ > 0
 */
export function sharpnessOf(slope: number, breadth: number, documents: number): number {
  return Math.log(documents + SMOOTHING) * Math.exp(slope * breadth);
}

/** Up to this many words in a query, one document can be expected to contain most of them. */
const ORDINARY_LENGTH = 16;

/**
 * λ, the factor by which the head `words` counts more in a long query of n words:
 *
 *     λ = max(1, n / 16)^¾
 *
 * The score of `words` is a share of the most that the query could earn. No document earns a large share
 * of a pasted paragraph, while the cosines of the other heads stay as large as for a short query.
 *
 * @param length n, the number of distinct words, stop words excluded
 * @returns λ ≥ 1
 */
export function lengthGainOf(length: number): number {
  return Math.max(1, length / ORDINARY_LENGTH) ** 0.75;
}

/** From this many terms on, the embedding of a document is fully trusted. */
const ORDINARY_TEXT = 50;

/**
 * g, how far the embeddings of short documents are trusted, given their mean length of L terms:
 *
 *     g = √min(1, L / 50)
 *
 * Any single word can turn the embedding of a dozen words elsewhere, and a document that shares one word
 * with the query then lies as close to it as one that answers it. So `content` and `feedback` are
 * multiplied by g, and `words` gets what they lose (`balanced`).
 *
 * @param textLength L: measured on the documents that the first pass found, not on the library, so that a
 *                   thousand short notes do not change the ranking of long pages; 0 when none was found
 * @returns in (0, 1]
 */
export function trustOf(textLength: number): number {
  return textLength > 0 ? Math.sqrt(Math.min(1, textLength / ORDINARY_TEXT)) : 1;
}

/** Heads that compare with the embedding of a document's text. */
const TEXT_HEADS = ['content', 'feedback'];

/**
 * Applies λ and g to the coefficients:
 *
 *     a'_content = g · a_content        a'_feedback = g · a_feedback        a'_title = a_title
 *     a'_words   = λ · (a_words + (1 − g) · (a_content + a_feedback))
 *
 * The coefficients stay linear in a. Calibration relies on it: it rescales scores instead of coefficients.
 */
export function balanced(
  heads: Readonly<Record<string, number>>,
  lengthGain: number,
  trust: number,
): Record<string, number> {
  const entries = Object.entries(heads);
  const lost = TEXT_HEADS.reduce((sum, name) => sum + (1 - trust) * (heads[name] ?? 0), 0);
  return Object.fromEntries(
    entries.map(([name, a]) => {
      if (name === 'words') return [name, lengthGain * (a + lost)];
      return [name, TEXT_HEADS.includes(name) ? trust * a : a];
    }),
  );
}

/** How often a word near in meaning to a query word is what was asked for: one time in twenty. */
export const MEANING_ODDS = 0.05;
/** A word read as its translation counts as this fraction of a guess at its meaning. */
export const TRANSLATION_FACTOR = 0.25;

/**
 * d, the doubt added to the log-odds that something here answers, when m of the query's n words are not in
 * the library and are read as words near in meaning:
 *
 *     d = m / n · ln 0.05
 *
 * When no document mentions insomnia, one about sleep is the best guess, and may still say nothing about
 * insomnia. A word read as its translation adds 0.25 to m instead of 1 (`TRANSLATION_FACTOR`).
 *
 * @param read   m, in [0, n]
 * @param length n, the number of distinct words, stop words excluded
 * @returns d ≤ 0
 */
export function doubtOf(read: number, length: number): number {
  return read > 0 ? (read / length) * Math.log(MEANING_ODDS) : 0;
}

/** What the coefficients are scaled by: properties of the query and of the library it is asked in. */
export interface Measures {
  /** x: the share of the query that the embedding can express, in [0, 1]. */
  readonly explained: number;
  /** n: its distinct words, stop words excluded. */
  readonly length: number;
  /** d ≤ 0: see `doubtOf`. */
  readonly doubt: number;
  /** L: terms (title and text) of the documents that the first pass found; their mean, weighted by their shares. */
  readonly textLength: number;
  /** N: documents that pass the filter; all documents when there is none. */
  readonly documents: number;
}

/** b and aₕ scaled to one query, with the factors that went into them. */
export interface Scaled extends Coefficients {
  /** Part of the bias: βx times the share of the heads that are on, see `scaledTo`. */
  readonly lift: number;
  /** Σₕ aₕ min(1, mₕ) / Σₕ aₕ, that share. */
  readonly on: number;
  /** Whether `title` is the only head that is on, so that the coefficients are those of titles alone. */
  readonly isTextbook: boolean;
  /** d, also part of the bias. */
  readonly doubt: number;
  /** γ. */
  readonly slope: number;
  /** λ, a factor of the coefficient of `words`. */
  readonly lengthGain: number;
  /** L. */
  readonly textLength: number;
  /** g, a factor of the coefficients of `content` and `feedback`. */
  readonly trust: number;
  /** x, capped at 0.4. */
  readonly breadth: number;
  /** κ, a factor of every coefficient. */
  readonly sharpness: number;
}

/**
 * The coefficients for one query, of which the embedding explains x, among N documents:
 *
 *     bias         b + d + βx · Σₕ aₕ min(1, mₕ) / Σₕ aₕ        mₕ the caller's multipliers
 *     coefficient  κ · a'ₕ                                       a'ₕ as in `balanced`
 *
 * The result does not contain −ln N, which `attend` adds, and mₕ is not multiplied into the coefficients.
 * β > 0: a query on the library's own subjects is more likely to have an answer in it. The sum over mₕ
 * reduces this lift to the heads that are on. When `title` is the only head that is on, b, a, β and γ are
 * those fitted for titles alone (`textbook`).
 *
 * @param multipliers mₕ ≥ 0 by name of head; 1 by default
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
  const share = all > 0 ? on / all : 0;
  const lift = beta * breadth * share;
  const trust = trustOf(textLength);
  const balance = balanced(heads, lengthGain, trust);
  const scaled = Object.fromEntries(names.map((name) => [name, sharpness * (balance[name] ?? 0)]));
  const of = { lift, on: share, isTextbook, doubt, breadth, slope, sharpness, lengthGain, textLength, trust };
  return { bias: bias + lift + doubt, heads: scaled, ...of };
}

/**
 * The best score among unmasked documents as a share of the best among all. It corrects x under a filter:
 * the embedding was learned from all documents, so it may explain a query that none of those left is about.
 *
 * @param scores (N), largest cosine of a passage of each document
 * @returns in [0, 1]; 1 when no score is positive
 */
export function filteredShare(scores: Float32Array, { masked }: Mask): number {
  let [all, left] = [0, 0];
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number;
    if (score > all) all = score;
    if (score > left && masked[i] !== 1) left = score;
  }
  return all > 0 ? left / all : 1;
}
