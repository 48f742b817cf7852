import type { TermOccurrence } from './analyzer.ts';
import type { Span } from './passages.ts';

/** Where each term of a text stands. */
export type Places = ReadonlyMap<string, readonly TermOccurrence[]>;

export function placesOf(occurrences: readonly TermOccurrence[]): Places {
  const places = new Map<string, TermOccurrence[]>();
  for (const one of occurrences) {
    const before = places.get(one.term);
    if (before) before.push(one);
    else places.set(one.term, [one]);
  }
  return places;
}

/**
 * Where the terms of a query stand in a text: ascending, and joined where they touch or overlap
 * (pairs of Hangul do).
 */
export function findMatches(places: Places, terms: Iterable<string>): Span[] {
  const found = Array.from(terms, (term) => places.get(term) ?? []).flat();
  const spans: [number, number][] = [];
  for (const { start, end } of found.sort((a, b) => a.start - b.start)) {
    const last = spans.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else spans.push([start, end]);
  }
  return spans;
}
