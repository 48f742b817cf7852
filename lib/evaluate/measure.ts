import { sampleIndices, seededRandom } from '../math/random.ts';
import type { Collection, JudgedQuery } from './beir.ts';
import { expectedCalibrationError, resultPredictions } from './calibration-error.ts';
import { auroc, hitAt, mean, ndcgAt, recallAt, reciprocalRankAt } from './metrics.ts';

/** A system that ranks the documents of a collection. */
export interface RankingSystem {
  readonly name: string;
  /** Distinct ids of at most `limit` documents, best first. */
  search(query: string, limit: number): readonly string[] | Promise<readonly string[]>;
}

/** What an attention engine claims besides an order. */
export interface AttentionClaim {
  /** Weight of the null key, [0, 1]. */
  readonly nothing: number;
  /** The ten documents with the largest weights, largest first. */
  readonly listed: readonly { readonly id: string; readonly weight: number }[];
}

/** Documents asked for; recall@100 needs them all. */
const RESULTS = 100;

const MEASURES = ['ndcg@10', 'recall@100', 'mrr@10', 'hit@3'] as const;

/** The measures of one query, or their means over queries; each in [0, 1]. */
export type Measures = Readonly<Record<(typeof MEASURES)[number], number>>;

/** The measures of one query. nDCG has linear gain, as reported by BEIR. */
function measureRanking(ranking: readonly string[], { relevance }: JudgedQuery): Measures {
  return {
    'ndcg@10': ndcgAt(ranking, relevance, 10),
    'recall@100': recallAt(ranking, relevance, RESULTS),
    'mrr@10': reciprocalRankAt(ranking, relevance, 10),
    'hit@3': hitAt(ranking, relevance, 3),
  };
}

/**
 * Runs a system over queries; one record per query, in order. The document that a query is a copy of is removed
 * from the ranking first.
 */
export async function measureSystem(
  system: RankingSystem,
  queries: readonly JudgedQuery[],
  onQuery: () => void = () => {},
): Promise<Measures[]> {
  const measured: Measures[] = [];
  for (const query of queries) {
    const { text, itself } = query;
    const found = await system.search(text, itself === undefined ? RESULTS : RESULTS + 1);
    const others = found.filter((id) => id !== itself);
    measured.push(measureRanking(others, query));
    onQuery();
  }
  return measured;
}

/** Means over queries; all 0 without queries. */
export function meanMeasures(measured: readonly Measures[]): Measures {
  const of = (name: keyof Measures) => mean(measured.map((measures) => measures[name])) ?? 0;
  return Object.fromEntries(MEASURES.map((name) => [name, of(name)])) as Measures;
}

/**
 * Groups queries by language and kind, in order of first appearance. `members` are their positions. Queries that give
 * neither are in no group.
 */
export function groupQueries(queries: readonly JudgedQuery[]) {
  const groups = new Map<string, { language: string | null; kind: string | null; members: number[] }>();
  queries.forEach(({ language, kind }, i) => {
    if (language === null && kind === null) return;
    const key = JSON.stringify([language, kind]);
    const group = groups.get(key) ?? { language, kind, members: [] };
    group.members.push(i);
    groups.set(key, group);
  });
  return [...groups.values()];
}

/**
 * Queries of other collections, which the collection is assumed not to answer: at most `most` per collection,
 * always the same sample. A query that the collection has itself, word for word, is left out (the 35 queries of ADI
 * are also queries of CISI).
 */
export function offTopicQueries(collection: Collection, all: readonly Collection[], most = 200): string[] {
  const own = new Set(collection.queries.map(({ text }) => text));
  return all.flatMap(({ queries }) => {
    const foreign = queries.map(({ text }) => text).filter((text) => !own.has(text));
    const chosen = sampleIndices(foreign.length, most, seededRandom(1));
    return Array.from(chosen, (i) => foreign[i] ?? '');
  });
}

/** How well an engine recognises queries without an answer. */
interface NoneReport {
  /**
   * AUROC of 1 − weight of the null key: the collection's queries against off-topic ones, or against its own
   * unanswerable ones if no other collection is given; null with neither.
   */
  readonly auroc: number | null;
  readonly offTopic: number;
  /** AUROC against the collection's own unanswerable queries; null when it has none. */
  readonly unanswerableAuroc: number | null;
  readonly unanswerable: number;
}

/** How far the claims of an engine can be trusted. */
export interface ClaimReport {
  readonly none: NoneReport;
  /**
   * Expected calibration error of the weights of the ten results, with ten equal-mass bins; see
   * `resultPredictions`.
   */
  readonly calibrationError: number | null;
}

/** Checks an engine's claims on a collection's queries, its unanswerable ones, and off-topic ones. */
export function measureClaims(
  attend: (query: string) => AttentionClaim,
  { queries, unanswerable }: Collection,
  offTopic: readonly string[],
): ClaimReport {
  const claims = queries.map(({ text }) => attend(text));
  // −nothing has the same order as 1 − nothing, but does not round confident queries to a tie at 1.
  const evidence = (claim: AttentionClaim) => -claim.nothing;
  const answerable = claims.map(evidence);
  const against = (texts: readonly string[]) =>
    auroc(
      answerable,
      texts.map((text) => evidence(attend(text))),
    );
  const own = against(unanswerable.map(({ text }) => text));
  const predictions = claims.flatMap(({ listed }, i) => {
    const { relevance, itself } = queries[i] as JudgedQuery;
    const others = listed.filter(({ id }) => id !== itself);
    return resultPredictions(others, relevance);
  });
  return {
    none: {
      auroc: offTopic.length > 0 ? against(offTopic) : own,
      offTopic: offTopic.length,
      unanswerableAuroc: own,
      unanswerable: unanswerable.length,
    },
    calibrationError: expectedCalibrationError(predictions),
  };
}
