import type { Word } from './analyzer.ts';
import type { Span } from './sentences.ts';

/**
 * Where terms that are asked for stand among words: ascending, and joined where they touch or
 * overlap (pairs of Hangul do).
 *
 * @param words in the order of their text
 */
export function findMatches(words: readonly Word[], asked: { has(term: string): boolean }): Span[] {
  const spans: [number, number][] = [];
  for (const { start, terms, places } of words) {
    for (let t = 0; t < terms.length; t++) {
      if (!asked.has(terms[t] as string)) continue;
      const [from, to] = places[t] as Span;
      const last = spans.at(-1);
      if (last && start + from <= last[1]) last[1] = Math.max(last[1], start + to);
      else spans.push([start + from, start + to]);
    }
  }
  return spans;
}
