import type { Analyzer } from './analyzer.ts';
import type { Span } from './passages.ts';

/**
 * Where the terms of a query stand in text.slice(start, end): offsets into `text`,
 * ascending, and joined where they touch or overlap (pairs of Hangul do).
 */
export function findMatches(
  text: string,
  [start, end]: Span,
  terms: ReadonlySet<string>,
  analyzer: Analyzer,
): Span[] {
  const spans: [number, number][] = [];
  for (const found of analyzer.occurrences(text.slice(start, end))) {
    if (!terms.has(found.term)) continue;
    const last = spans.at(-1);
    if (last && found.start + start <= last[1]) last[1] = Math.max(last[1], found.end + start);
    else spans.push([found.start + start, found.end + start]);
  }
  return spans;
}
