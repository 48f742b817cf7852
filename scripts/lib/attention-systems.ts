import { strongest } from '../../lib/attention/attend.ts';
import type { DocumentInput } from '../../lib/document.ts';
import { Engine } from '../../lib/engine.ts';
import type { AttentionClaim, RankingSystem } from '../../lib/evaluate/measure.ts';
import type { IndexProgress } from '../../lib/indexer.ts';
import { LIMITS } from '../../lib/query.ts';

/** Our own engine over one collection, as the systems to measure. */
export interface AttentionSystems {
  /** `attention`, all heads as shipped; then one per head, with the others at 0. */
  readonly systems: readonly RankingSystem[];
  /** What `attention` claims. */
  attend(query: string): AttentionClaim;
  close(): void;
}

/** Indexes a collection in memory with the calibration that is shipped. */
export async function createAttentionSystems(
  documents: readonly DocumentInput[],
  onProgress: (progress: IndexProgress) => void = () => {},
): Promise<AttentionSystems> {
  const engine = Engine.open({ path: ':memory:' });
  await engine.index(documents, { onProgress });
  const { heads: coefficients, first } = engine.calibration;
  const names = Object.keys(coefficients);
  const alone = (kept: string) => Object.fromEntries(names.map((name) => [name, name === kept ? 1 : 0]));
  const uris = Array.from(engine.arrays().ids, (id) => engine.document(id).uri);
  // Feedback alone would have nothing to look at again.
  // The run that `search` writes its response from, without the passages and sentences: they
  // take most of the time at 100 results, and ranks and weights are settled before them.
  const rank = (query: string, limit: number, heads: Record<string, number>) => {
    const { record } = engine.attend(shorten(query), { heads });
    const listed = strongest(record, limit).map(({ index, weight }) => ({ id: uris[index] ?? '', weight }));
    return { listed, nothing: record.softmax.nothing };
  };
  const systemOf = (name: string, heads: Record<string, number>): RankingSystem => ({
    name,
    search: (query, limit) => rank(query, limit, heads).listed.map(({ id }) => id),
  });
  return {
    systems: [
      systemOf('attention', {}),
      ...Object.keys(first.heads).map((name) => systemOf(name, alone(name))),
    ],
    attend(query) {
      return rank(query, 10, {});
    },
    close: () => engine.close(),
  };
}

/** The engine refuses longer queries than anyone types; CISI has one that is a whole abstract. */
function shorten(query: string): string {
  return query.length <= LIMITS.queryLength ? query : query.slice(0, LIMITS.queryLength);
}
