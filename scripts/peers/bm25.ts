import { stemOf } from './english.ts';
import type { Peer } from './peer.ts';

const K1 = 1.2;
const B = 0.75;

interface Postings {
  readonly documents: number[];
  readonly counts: number[];
}

/**
 * Textbook BM25 for reference (Robertson & Zaragoza 2009):
 *
 *     score = Σ_t idf_t · tf · (k₁ + 1) / (tf + k₁ · (1 − b + b · length / mean length))
 *     idf_t = ln(1 + (N − n_t + 0.5) / (n_t + 0.5))
 *
 * over the Porter stems of title and text as one field, without stop words; k₁ = 1.2, b = 0.75. Uses
 * plain maps and arrays on purpose: it shares no code with lib/.
 */
export function createBm25(): Peer {
  const ids: string[] = [];
  const lengths: number[] = [];
  const index = new Map<string, Postings>();
  let meanLength = 0;
  return {
    name: 'bm25',
    version: 'k1=1.2, b=0.75',
    index(documents) {
      for (const { id, title, text } of documents) {
        const terms = termsOf(`${title} ${text}`);
        for (const [term, count] of countsOf(terms)) {
          const postings = index.get(term) ?? { documents: [], counts: [] };
          postings.documents.push(ids.length);
          postings.counts.push(count);
          index.set(term, postings);
        }
        ids.push(id);
        lengths.push(terms.length);
      }
      meanLength = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    },
    search(query, limit) {
      const scores = new Map<number, number>();
      for (const term of termsOf(query)) {
        const { documents = [], counts = [] } = index.get(term) ?? {};
        const idf = Math.log(1 + (ids.length - documents.length + 0.5) / (documents.length + 0.5));
        documents.forEach((document, i) => {
          const count = counts[i] ?? 0;
          const norm = 1 - B + (B * (lengths[document] ?? 0)) / meanLength;
          const gained = (idf * count * (K1 + 1)) / (count + K1 * norm);
          scores.set(document, (scores.get(document) ?? 0) + gained);
        });
      }
      return Array.from(scores)
        .sort(([a, x], [b, y]) => y - x || a - b)
        .slice(0, limit)
        .map(([document]) => ids[document] ?? '');
    },
  };
}

function termsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.map(stemOf).filter((stem) => stem !== null);
}

function countsOf(terms: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}
