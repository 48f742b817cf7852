import { attend, strongest } from '../attention/attend.ts';
import { breadthOf, sharpnessOf } from '../attention/scaling.ts';
import { seededRandom } from '../math/random.ts';
import type { JudgedQuery } from './beir.ts';
import { expectedCalibrationError, type Prediction, resultPredictions } from './calibration-error.ts';
import { type Fit, fitAttention, type JudgedScores, type ScoredQuery } from './fit.ts';
import { auroc, mean, ndcgAt } from './metrics.ts';
import { bestRatios, combine, type RatioQuality, ratioGrid, ratioQuality } from './ratios.ts';

/** The head scores of one collection, for its own queries and for off-topic ones. */
export interface CalibrationSet {
  readonly name: string;
  /** The collection it was made from. All sets of a collection are left out together. */
  readonly collection: string;
  /** Document ids, by position in the scores. */
  readonly ids: readonly string[];
  readonly onTopic: readonly (ScoredQuery & { readonly query: JudgedQuery })[];
  readonly offTopic: readonly ScoredQuery[];
}

/** How good a calibration is on one collection. */
export interface CalibrationQuality {
  readonly 'ndcg@10': number | null;
  readonly auroc: number | null;
  readonly calibrationError: number | null;
}

/** The part of a fit that `weigh` applies to a query. */
interface ToScale extends Pick<Fit, 'bias' | 'explained'> {
  /** aₕ, in the order of the heads. */
  readonly coefficients: ArrayLike<number>;
}

/** Assumed share of questions that a library does not answer. */
export const OFF_TOPIC_SHARE = 0.2;

/** Fits sets of head scores. */
export type Fitter = (sets: readonly CalibrationSet[]) => Fit;

/**
 * aₕ and b by maximum likelihood alone. All sets have equal weight; within a set, off-topic queries have the total
 * weight OFF_TOPIC_SHARE.
 *
 * @param least lower bound of each coefficient, so that every head can also be used alone
 */
export function fitLikelihood(sets: readonly CalibrationSet[], least: readonly number[]): Fit {
  return fitAttention(sets.flatMap(judged), least.length, { least });
}

/**
 * Fits the order of results by ranking quality, and the confidence by likelihood: first the ratios of the heads by
 * nDCG@10 (`bestRatios`), then their common scale, b, β and γ by maximum likelihood. Likelihood alone ranks 0.010
 * nDCG@10 worse, because it distrusts what off-topic queries share with others.
 *
 * @param sets   all sets that will be fitted: their quality under every combination of ratios is computed once
 * @param anchor the head whose ratio is 1
 */
export function rankingFitter(sets: readonly CalibrationSet[], heads: number, anchor: number): Fitter {
  const grid = ratioGrid(heads, anchor);
  const qualities = new Map(sets.map((set) => [set, ratioQuality(set, grid, anchor)]));
  return (chosen) => {
    const ratios = bestRatios(
      grid,
      chosen.map((set) => qualities.get(set) as RatioQuality),
    );
    return fitScale(chosen, ratios);
  };
}

/** The scale, b, β and γ of a single head by maximum likelihood. @param head its position in the scores */
export function fitHead(sets: readonly CalibrationSet[], head: number): Fit {
  const ratios = new Float64Array(head + 1);
  ratios[head] = 1;
  return fitScale(sets, ratios);
}

/** The scale, b, β and γ of heads blended in fixed ratios. */
function fitScale(sets: readonly CalibrationSet[], ratios: ArrayLike<number>): Fit {
  const blend = <T extends ScoredQuery>(query: T): T => ({
    ...query,
    scores: [combine(query.scores, ratios)],
  });
  const queries = sets.flatMap((set) =>
    judged({ ...set, onTopic: set.onTopic.map(blend), offTopic: set.offTopic.map(blend) }),
  );
  const fit = fitAttention(queries, 1, { scaled: true });
  return { ...fit, coefficients: Float64Array.from(ratios, (ratio) => ratio * (fit.coefficients[0] ?? 0)) };
}

function judged({ ids, onTopic, offTopic }: CalibrationSet): JudgedScores[] {
  const index = new Map(ids.map((id, i) => [id, i]));
  const own = onTopic.map(({ query, ...scored }) => ({
    ...scored,
    relevant: [...query.relevance.keys()].map((id) => index.get(id)).filter((i) => i !== undefined),
    weight: (1 - OFF_TOPIC_SHARE) / onTopic.length,
  }));
  const weight = OFF_TOPIC_SHARE / offTopic.length;
  const others = offTopic.map((scored) => ({ ...scored, relevant: [], weight }));
  // Otherwise, a query whose relevant documents are all missing would count as off-topic.
  return [...own.filter(({ relevant }) => relevant.length > 0), ...others];
}

/** Leave-one-collection-out: fits on the others, measures on the one left out. */
export function crossValidate(sets: readonly CalibrationSet[], fitter: Fitter) {
  return sets.map((held) => {
    const fit = fitter(sets.filter(({ collection }) => collection !== held.collection));
    return { name: held.name, fit, quality: qualityOf(held, fit) };
  });
}

/** nDCG@10, AUROC of on-topic against off-topic evidence, and calibration error of the ten largest weights. */
export function qualityOf(set: CalibrationSet, fit: ToScale): CalibrationQuality {
  const ndcg: number[] = [];
  const predictions: Prediction[] = [];
  const answered: number[] = [];
  for (const scored of set.onTopic) {
    const { query } = scored;
    const { top, nothing } = weigh(scored, fit);
    answered.push(-nothing); // 1 − nothing would round confident queries to a tie at 1
    const listed = top.map(({ index, weight }) => ({ id: set.ids[index] ?? '', weight }));
    const ranking = listed.map(({ id }) => id);
    ndcg.push(ndcgAt(ranking, query.relevance, 10));
    predictions.push(...resultPredictions(listed, query.relevance));
  }
  const unanswered = set.offTopic.map((scored) => -weigh(scored, fit).nothing);
  return {
    'ndcg@10': mean(ndcg),
    auroc: auroc(answered, unanswered),
    calibrationError: expectedCalibrationError(predictions),
  };
}

/** A query's attention under a fit, with its ten largest weights. */
function weigh(
  { scores, explained, doubt }: ScoredQuery,
  { coefficients, bias, explained: { bias: beta, sharpness: slope } }: ToScale,
) {
  const documents = scores[0]?.length ?? 0;
  const breadth = breadthOf(explained);
  const coefficient = sharpnessOf(slope, breadth, documents);
  const all = { name: 'all', coefficient, scores: Float32Array.from(combine(scores, coefficients)) };
  const record = attend([all], bias + beta * breadth + doubt, documents, 1);
  return { nothing: record.softmax.nothing, top: strongest(record, 10) };
}

/** `count` of `items` drawn with a seed, in their original order; all if there are fewer. */
export function drawSome<T>(items: readonly T[], count: number, seed: number): T[] {
  const uniform = seededRandom(seed);
  const keyed = items.map((item, i) => ({ item, i, key: uniform() }));
  return keyed
    .sort((a, b) => a.key - b.key)
    .slice(0, count)
    .sort((a, b) => a.i - b.i)
    .map(({ item }) => item);
}
