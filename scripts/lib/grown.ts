import type { DocumentInput } from '../../lib/document.ts';
import { Engine } from '../../lib/engine.ts';
import type { Collection } from '../../lib/evaluate/beir.ts';
import { drawSome } from '../../lib/evaluate/calibrate.ts';
import { LIMITS } from '../../lib/options.ts';
import type { Verdict } from '../../lib/response.ts';
import { readWordNet } from '../wordnet.ts';
import { formatTable } from './table.ts';

/** What becomes of a library's verdicts when documents that do not answer are added. */
export interface GrownReport {
  readonly name: string;
  readonly documents: number;
  readonly added: number;
  readonly queries: number;
  /** Share of the queries whose verdict stays. */
  readonly unchanged: number;
  /** How many went from one verdict to another, as "strong → weak". */
  readonly changes: Readonly<Record<string, number>>;
}

/**
 * Verdicts of a collection's queries alone, and among `factor` WordNet glosses for each of its
 * documents, drawn with a seed. Demo queries that paraphrase are left out: no word of theirs is there.
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

/** The same for people. */
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
