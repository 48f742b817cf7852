import { type AnswerMeasures, measureAnswers } from '../../lib/evaluate/answers.ts';
import type { Collection, JudgedQuery } from '../../lib/evaluate/beir.ts';
import {
  type ClaimReport,
  groupQueries,
  type Measures,
  meanMeasures,
  measureClaims,
  measureSystem,
  offTopicQueries,
  type RankingSystem,
} from '../../lib/evaluate/measure.ts';
import { mean } from '../../lib/evaluate/metrics.ts';
import { misspell } from '../../lib/evaluate/misspell.ts';
import { type Comparison, comparePaired } from '../../lib/evaluate/significance.ts';
import { PEER_NAMES, type PeerName } from '../peers/index.ts';
import { createAttentionSystems } from './attention-systems.ts';
import type { Progress } from './progress.ts';

/** The reference implementation, which is never the "best peer". */
const REFERENCE: PeerName = 'bm25';

interface MisspelledReport {
  readonly script: 'Latin' | 'Hangul';
  readonly queries: number;
  readonly written: number;
  readonly misspelled: number;
}

/** Measures another engine, one record per query. Rejects with the reason when it cannot. */
export type MeasurePeer = (
  name: PeerName,
  collection: Collection,
  onQuery: () => void,
) => Promise<Measures[]>;

type SystemMeasures = Readonly<Record<string, Measures>>;

export interface CollectionReport extends Partial<ClaimReport> {
  readonly name: string;
  readonly documents: number;
  readonly queries: number;
  readonly systems: SystemMeasures;
  /** Engines that could not be measured, and why. */
  readonly failed: readonly { readonly system: string; readonly reason: string }[];
  /** Inconsistencies of the collection, one sentence each. */
  readonly warnings: readonly string[];
  /** Results by language and kind of query, where queries state theirs. */
  readonly groups: readonly {
    readonly language: string | null;
    readonly kind: string | null;
    readonly queries: number;
    readonly systems: SystemMeasures;
  }[];
  /**
   * hit@3 of `attention` for the queries as written, and with one typing error in the longest word of
   * each.
   */
  readonly misspelled: readonly MisspelledReport[];
  /** Answer quality by system; {} where no query states its answer. */
  readonly answers: Readonly<Record<string, AnswerMeasures>>;
  /** Paired comparison, by nDCG@10, of `attention` with the best peer and with the reference. */
  readonly comparisons: readonly (Comparison & { readonly system: string })[];
}

export interface EvaluationReport {
  readonly collections: readonly CollectionReport[];
  /** Macro-average over collections. Systems that failed on one are left out. */
  readonly mean: SystemMeasures;
}

/** Measures the named systems on every collection. */
export async function evaluateCollections(
  collections: readonly Collection[],
  names: readonly string[],
  progress: Progress,
  measurePeer: MeasurePeer,
): Promise<EvaluationReport> {
  const reports: CollectionReport[] = [];
  for (const collection of collections) {
    reports.push(await evaluateCollection(collection, collections, names, progress, measurePeer));
  }
  progress.finish();
  const meanOf = (name: string) => meanMeasures(reports.flatMap(({ systems }) => systems[name] ?? []));
  return {
    collections: reports,
    mean: Object.fromEntries(
      names
        .filter((name) => reports.every(({ systems }) => systems[name] !== undefined))
        .map((name) => [name, meanOf(name)]),
    ),
  };
}

async function evaluateCollection(
  collection: Collection,
  all: readonly Collection[],
  names: readonly string[],
  progress: Progress,
  measurePeer: MeasurePeer,
): Promise<CollectionReport> {
  const measured = new Map<string, Measures[]>();
  const measure = async (system: RankingSystem) => {
    const phase = `${collection.name}: ${system.name}`;
    let done = 0;
    const total = collection.queries.length;
    const onQuery = () => progress.update({ phase, done: ++done, total });
    measured.set(system.name, await measureSystem(system, collection.queries, onQuery));
  };
  let claims: ClaimReport | null = null;
  const answers: Record<string, AnswerMeasures> = {};
  let misspelled: MisspelledReport[] = [];
  if (names.some((name) => !isPeer(name))) {
    const attention = await createAttentionSystems(collection.documents, ({ phase, ...counts }) =>
      progress.update({ phase: `${collection.name}: ${phase}`, ...counts }),
    );
    for (const system of attention.systems) if (names.includes(system.name)) await measure(system);
    if (names.includes('attention')) {
      claims = measureClaims(attention.attend, collection, offTopicQueries(collection, all));
      const system = attention.systems.find(({ name }) => name === 'attention');
      if (system) misspelled = await measureMisspelled(system, collection.queries);
      if (collection.queries.some((query) => query.answers.length > 0)) {
        for (const system of await attention.answering()) {
          progress.update({ phase: `${collection.name}: ${system.name}`, done: 0, total: null });
          const measures = measureAnswers(system, collection.queries);
          if (measures) answers[system.name] = measures;
        }
      }
    }
    attention.close();
  }
  const failed: { system: string; reason: string }[] = [];
  for (const name of names.filter(isPeer)) {
    const phase = `${collection.name}: ${name}`;
    progress.update({ phase, done: 0, total: null });
    let done = 0;
    const total = collection.queries.length;
    try {
      const onQuery = () => progress.update({ phase, done: ++done, total });
      measured.set(name, await measurePeer(name, collection, onQuery));
    } catch (error) {
      // Recorded, not rethrown: hours of measurements may have been made, and the remaining engines can
      // still be measured.
      failed.push({ system: name, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return {
    ...describe(collection, measured),
    failed,
    warnings: collection.warnings,
    ...claims,
    misspelled,
    answers,
  };
}

/**
 * Measures hit@3 with and without misspellings, by script. Queries that are misspelled as written are
 * left out.
 */
async function measureMisspelled(
  system: RankingSystem,
  queries: readonly JudgedQuery[],
): Promise<MisspelledReport[]> {
  const slips = queries.flatMap((query) => {
    const text = query.kind === 'typo' ? null : misspell(query.text);
    return text === null ? [] : [{ query, slip: { ...query, text } }];
  });
  const reports: MisspelledReport[] = [];
  for (const script of ['Latin', 'Hangul'] as const) {
    const chosen = slips.filter(
      ({ query }) => /\p{Script=Hangul}/u.test(query.text) === (script === 'Hangul'),
    );
    if (chosen.length === 0) continue;
    const hits = async (asked: readonly JudgedQuery[]) =>
      meanMeasures(await measureSystem(system, asked))['hit@3'];
    reports.push({
      script,
      queries: chosen.length,
      written: await hits(chosen.map(({ query }) => query)),
      misspelled: await hits(chosen.map(({ slip }) => slip)),
    });
  }
  return reports;
}

function isPeer(name: string): name is PeerName {
  return (PEER_NAMES as readonly string[]).includes(name);
}

function describe(
  collection: Collection,
  measured: ReadonlyMap<string, readonly Measures[]>,
): Omit<CollectionReport, 'answers' | 'misspelled' | 'failed' | 'warnings'> {
  const meansOf = (members: readonly number[] | null): SystemMeasures =>
    Object.fromEntries(
      Array.from(measured, ([name, list]) => [
        name,
        meanMeasures(members === null ? list : members.flatMap((i) => list[i] ?? [])),
      ]),
    );
  return {
    name: collection.name,
    documents: collection.documents.length,
    queries: collection.queries.length,
    systems: meansOf(null),
    groups: groupQueries(collection.queries).map(({ language, kind, members }) => ({
      language,
      kind,
      queries: members.length,
      systems: meansOf(members),
    })),
    comparisons: compare(measured),
  };
}

/** Compares `attention` with the best product and with the reference. */
function compare(measured: ReadonlyMap<string, readonly Measures[]>): CollectionReport['comparisons'] {
  const gains = (name: string) => measured.get(name)?.map((measures) => measures['ndcg@10']);
  const ours = gains('attention');
  if (!ours) return [];
  const quality = (name: string) => mean(gains(name) ?? []) ?? 0;
  const products = PEER_NAMES.filter((name) => name !== REFERENCE && measured.has(name));
  const best = products.toSorted((a, b) => quality(b) - quality(a))[0];
  return [best, REFERENCE].flatMap((system) => {
    const theirs = system === undefined ? undefined : gains(system);
    return theirs ? [{ system: system as string, ...comparePaired(ours, theirs) }] : [];
  });
}
