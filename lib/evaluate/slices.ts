import { seededRandom } from '../math/random.ts';
import type { Collection, JudgedQuery } from './beir.ts';

/**
 * Small libraries cut out of a collection. A slice starts with the relevant documents of queries in random order,
 * while they fill at most half of it, and is filled up with random documents. Its queries are those whose relevant
 * documents are all in it. A collection of at most `size` documents is its own and only slice.
 *
 * @param size  documents per slice
 * @param count number of slices
 * @param seed  the same seed gives the same slices
 */
export function slices(collection: Collection, size: number, count: number, seed = 2026): Collection[] {
  if (collection.documents.length <= size) return [collection];
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i) =>
    slice(collection, size, `${collection.name} ${i + 1}`, random),
  );
}

function slice(
  { documents, queries, unanswerable, warnings }: Collection,
  size: number,
  name: string,
  random: () => number,
): Collection {
  const known = new Set(documents.map(({ uri }) => uri));
  const kept = new Set<string>();
  for (const { relevance } of shuffled(queries, random)) {
    // Judgements may name documents that the corpus lacks: no slice answers such a query.
    if (![...relevance.keys()].every((id) => known.has(id))) continue;
    const missing = [...relevance.keys()].filter((id) => !kept.has(id));
    if (kept.size + missing.length <= size / 2) for (const id of missing) kept.add(id);
  }
  for (const { uri } of shuffled(documents, random)) if (kept.size < size) kept.add(uri);
  const isWhole = ({ relevance }: JudgedQuery) => [...relevance.keys()].every((id) => kept.has(id));
  return {
    name,
    documents: documents.filter(({ uri }) => kept.has(uri)),
    queries: queries.filter(isWhole),
    unanswerable,
    warnings,
  };
}

/** Fisher–Yates shuffle. */
function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}
