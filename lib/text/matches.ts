import type { Word } from './analyzer.ts';
import type { Span } from './sentences.ts';

/** Where each term stands in a text, ascending. */
export type Places = ReadonlyMap<string, readonly Span[]>;

/** @param words in the order of their text */
export function placesOf(words: readonly Word[]): Places {
  const found = new Map<string, Span[]>();
  for (const { start, terms, places } of words) {
    for (let t = 0; t < terms.length; t++) {
      const term = terms[t] as string;
      const [from, to] = places[t] as Span;
      const known = found.get(term);
      if (known) known.push([start + from, start + to]);
      else found.set(term, [[start + from, start + to]]);
    }
  }
  return found;
}

/**
 * Where terms that are asked for stand: ascending, and joined where they touch or overlap
 * (pairs of Hangul do).
 *
 * @param asked each once
 */
export function findMatches(places: Places, asked: Iterable<string>): Span[] {
  const found: Span[] = [];
  for (const term of asked) {
    const there = places.get(term);
    if (there) for (const span of there) found.push(span);
  }
  found.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const spans: [number, number][] = [];
  for (const [from, to] of found) {
    const last = spans.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else spans.push([from, to]);
  }
  return spans;
}
