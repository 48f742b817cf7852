import { evidenceOf } from '../attention/verdict.ts';
import { seededRandom } from '../math/random.ts';
import type { JudgedQuery } from './beir.ts';
import { expectedCalibrationError, type Prediction, resultPredictions } from './calibration-error.ts';
import { type Fit, fitAttention, type JudgedScores } from './fit.ts';
import { auroc, mean, ndcgAt } from './metrics.ts';
import { bestRatios, ratioGrid, ratioQuality } from './ratios.ts';

/** The head scores of one collection's queries, its own and other collections'. */
export interface CalibrationSet {
  readonly name: string;
  /** What it was made from: sets of one collection are left out together. */
  readonly collection: string;
  /** A document's id by its index in the scores. */
  readonly ids: readonly string[];
  readonly onTopic: readonly { readonly query: JudgedQuery; readonly scores: readonly Float64Array[] }[];
  readonly offTopic: readonly { readonly scores: readonly Float64Array[] }[];
}

/** What one calibration makes of one collection. */
export interface CalibrationQuality {
  readonly 'ndcg@10': number | null;
  readonly auroc: number | null;
  readonly calibrationError: number | null;
}

export interface CalibrationOptions {
  /** How much the off-topic queries of a collection weigh beside its own: the share of questions expected to have no answer. */
  readonly offTopicShare: number;
}

/** Fits sets of head scores. */
export type Fitter = (sets: readonly CalibrationSet[]) => Fit;

/**
 * aₕ and b by maximum likelihood alone, each set counting the same, its on-topic queries
 * 1 − offTopicShare and its off-topic ones offTopicShare.
 *
 * @param least lower bound of each coefficient: a head at 0 could not be looked at alone
 */
export function likelihoodFitter(
  heads: number,
  least: readonly number[],
  { offTopicShare }: CalibrationOptions,
): Fitter {
  return (sets) => {
    const queries = sets.flatMap((set) => judged(set, offTopicShare));
    return fitAttention(queries, heads, least);
  };
}

/**
 * How the heads rank is fitted to ranking, how sure they are to likelihood: the ratios of the heads
 * by nDCG@10 (`bestRatios`), then one scale for all of them and b by maximum likelihood.
 * Likelihood alone gives a ranking 0.010 worse: it distrusts what the off-topic queries share.
 *
 * @param sets   all that will be fitted: what each is worth under every ratio is measured once
 * @param anchor the head whose ratio is 1
 */
export function rankingFitter(
  sets: readonly CalibrationSet[],
  heads: number,
  anchor: number,
  options: CalibrationOptions,
): Fitter {
  const grid = ratioGrid(heads, anchor);
  const qualities = new Map(sets.map((set) => [set, ratioQuality(set, grid, anchor)]));
  const scale = likelihoodFitter(1, [], options);
  return (chosen) => {
    const ratios = bestRatios(
      grid,
      chosen.map((set) => qualities.get(set) ?? ratioQuality(set, grid, anchor)),
    );
    const blend = <T extends { readonly scores: readonly Float64Array[] }>(query: T): T => ({
      ...query,
      scores: [combine(query.scores, ratios)],
    });
    const fit = scale(
      chosen.map((set) => ({
        ...set,
        onTopic: set.onTopic.map(blend),
        offTopic: set.offTopic.map(blend),
      })),
    );
    const factor = fit.coefficients[0] ?? 0;
    return { ...fit, coefficients: ratios.map((ratio) => ratio * factor) };
  };
}

function judged({ ids, onTopic, offTopic }: CalibrationSet, offTopicShare: number): JudgedScores[] {
  const index = new Map(ids.map((id, i) => [id, i]));
  const own = onTopic.map(({ query, scores }) => ({
    scores,
    relevant: [...query.relevance.keys()].map((id) => index.get(id)).filter((i) => i !== undefined),
    weight: (1 - offTopicShare) / onTopic.length,
  }));
  const others = offTopic.map(({ scores }) => ({
    scores,
    relevant: [],
    weight: offTopicShare / offTopic.length,
  }));
  // A query whose relevant documents are all missing would otherwise count as off-topic.
  return [...own.filter(({ relevant }) => relevant.length > 0), ...others];
}

/** Leave one collection out: fits on the others, measures on it. */
export function crossValidate(sets: readonly CalibrationSet[], fitter: Fitter) {
  return sets.map((held) => {
    const fit = fitter(sets.filter(({ collection }) => collection !== held.collection));
    return { name: held.name, fit, quality: qualityOf(held, fit.coefficients, fit.bias) };
  });
}

/** nDCG@10, AUROC of on-topic against off-topic evidence, and calibration error of the ten largest weights. */
export function qualityOf(
  set: CalibrationSet,
  coefficients: ArrayLike<number>,
  bias: number,
): CalibrationQuality {
  const ndcg: number[] = [];
  const predictions: Prediction[] = [];
  const answered: number[] = [];
  for (const { query, scores } of set.onTopic) {
    const { top, nothing } = weigh(scores, coefficients, bias);
    answered.push(-nothing); // 1 − nothing would round strong queries to a tie at 1
    ndcg.push(
      ndcgAt(
        top.map(({ index }) => set.ids[index] ?? ''),
        query.relevance,
        10,
      ),
    );
    const listed = top.map(({ index, weight }) => ({ id: set.ids[index] ?? '', weight }));
    predictions.push(...resultPredictions(listed, query.relevance));
  }
  const unanswered = set.offTopic.map(({ scores }) => -weigh(scores, coefficients, bias).nothing);
  return {
    'ndcg@10': mean(ndcg),
    auroc: auroc(answered, unanswered),
    calibrationError: expectedCalibrationError(predictions),
  };
}

/** Share of a collection's off-topic queries that may pass for strong evidence. */
const FALSE_STRONG = 0.05;
/** "Nothing here" said of what is there is so many times as bad as a weak answer to what is not. */
const SILENCED = 2;

/**
 * The verdict's thresholds on the evidence (`evidenceOf`), each collection counting the same.
 *
 * - none: where 2 · (on-topic queries from it on) + (off-topic queries below) is largest (Youden
 *   1950, weighted): "nothing here" said wrongly hides a note, left unsaid it shows a weak answer;
 * - strong: the smallest from which on at most FALSE_STRONG of the off-topic queries are.
 *
 * @param sets         with the scores of the first look's heads
 * @param first of the first look, by head in the order of the scores
 */
export function verdictThresholds(
  sets: readonly CalibrationSet[],
  first: Readonly<Record<string, number>>,
): { readonly strong: number; readonly none: number } {
  const evidence = ({ scores }: { readonly scores: readonly Float64Array[] }) =>
    evidenceOf(
      Object.entries(first).map(([name, coefficient], h) => ({
        name,
        coefficient,
        scores: scores[h] ?? new Float64Array(0),
      })),
      scores[0]?.length ?? 0,
    );
  const measured = sets.map(({ onTopic, offTopic }) => ({
    on: onTopic.map(evidence),
    off: offTopic.map(evidence),
  }));
  const from = (side: 'on' | 'off', threshold: number) =>
    mean(measured.map((set) => set[side].filter((e) => e >= threshold).length / set[side].length)) ?? 0;
  const candidates = measured.flatMap(({ on, off }) => [...on, ...off]).sort((a, b) => b - a);
  let none = { threshold: 0, gain: Number.NEGATIVE_INFINITY };
  let strong = candidates[0] ?? 0;
  for (const threshold of candidates) {
    const wrong = from('off', threshold);
    const gain = SILENCED * from('on', threshold) - wrong;
    if (gain > none.gain) none = { threshold, gain };
    if (wrong <= FALSE_STRONG) strong = threshold;
  }
  return { strong: Math.max(strong, none.threshold), none: none.threshold };
}

/** Σₕ aₕ · sₕ of every document. */
function combine(scores: readonly Float64Array[], coefficients: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(scores[0]?.length ?? 0);
  scores.forEach((of, h) => {
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + (coefficients[h] ?? 0) * (of[i] ?? 0);
  });
  return sums;
}

function weigh(scores: readonly Float64Array[], coefficients: ArrayLike<number>, bias: number) {
  const documents = scores[0]?.length ?? 0;
  const logits = combine(scores, coefficients);
  const exps = logits.map((logit) => Math.exp(bias - Math.log(documents) + logit));
  const sum = exps.reduce((total, e) => total + e, 1);
  const order = Array.from(exps.keys()).sort((a, b) => (exps[b] ?? 0) - (exps[a] ?? 0) || a - b);
  return {
    nothing: 1 / sum,
    top: order.slice(0, 10).map((index) => ({ index, weight: (exps[index] ?? 0) / sum })),
  };
}

/** `count` of `items` in their order, drawn with a seed; all when there are fewer. */
export function drawSome<T>(items: readonly T[], count: number, seed: number): T[] {
  const uniform = seededRandom(seed);
  const keyed = items.map((item, i) => ({ item, i, key: uniform() }));
  return keyed
    .sort((a, b) => a.key - b.key)
    .slice(0, count)
    .sort((a, b) => a.i - b.i)
    .map(({ item }) => item);
}
