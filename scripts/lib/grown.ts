import type { DocumentInput } from '../../lib/document.ts';
import { Engine } from '../../lib/engine.ts';
import type { Collection } from '../../lib/evaluate/beir.ts';
import { drawSome } from '../../lib/evaluate/calibrate.ts';
import { LIMITS } from '../../lib/query/options.ts';
import type { Verdict } from '../../lib/response.ts';
import { formatTable } from './table.ts';
import { readWordNet } from './wordnet.ts';

/** How the verdicts change when unrelated documents are added to a library. */
export interface GrownReport {
  readonly name: string;
  readonly documents: number;
  readonly added: number;
  readonly queries: number;
  /** Share of queries whose verdict does not change, 0 … 1. */
  readonly unchanged: number;
  /** Counts of the changes, by "strong → weak" and the like. */
  readonly changes: Readonly<Record<string, number>>;
}

/**
 * Compares the verdicts of a collection's queries before and after adding WordNet glosses, drawn with a
 * fixed seed. Queries of kind "paraphrase" are left out: they share no word with their answers.
 *
 * @param factor  glosses per document
 */
export async function measureGrown(collection: Collection, factor: number): Promise<GrownReport> {
  const { name, documents } = collection;
  const queries = collection.queries.filter(({ kind }) => kind !== 'paraphrase');
  const glosses = drawSome([...readWordNet()], factor * documents.length, 2026);
  const before = await verdictsOf(documents, queries);
  const after = await verdictsOf([...documents, ...glosses], queries);
  const changes: Record<string, number> = {};
  let unchanged = 0;
  before.forEach((verdict, i) => {
    if (verdict === after[i]) unchanged++;
    else changes[`${verdict} → ${after[i]}`] = (changes[`${verdict} → ${after[i]}`] ?? 0) + 1;
  });
  return {
    ...{ name, documents: documents.length, added: glosses.length, queries: queries.length, changes },
    unchanged: unchanged / queries.length,
  };
}

async function verdictsOf(
  documents: readonly DocumentInput[],
  queries: Collection['queries'],
): Promise<Verdict[]> {
  const engine = Engine.open({ path: ':memory:' });
  await engine.index(documents);
  const verdicts = queries.map(
    ({ text }) => engine.search(text.slice(0, LIMITS.queryLength), { limit: 1 }).attention.verdict,
  );
  engine.close();
  return verdicts;
}

/** Formats the reports as a table. */
export function formatGrown(reports: readonly GrownReport[]): string {
  return formatTable([
    ['verdicts', 'documents', 'added', 'queries', 'unchanged', 'changes'],
    ...reports.map(({ name, documents, added, queries, unchanged, changes }) => [
      name,
      String(documents),
      String(added),
      String(queries),
      `${(100 * unchanged).toFixed(1)} %`,
      Object.entries(changes)
        .map(([change, count]) => `${change} ${count}`)
        .join(', '),
    ]),
  ]);
}
