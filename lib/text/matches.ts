import type { TermOccurrence } from './analyzer.ts';
import type { Span } from './passages.ts';

/**
 * Where the terms of a query stand among the terms of a text: ascending, and joined where they
 * touch or overlap (pairs of Hangul do).
 */
export function findMatches(
  occurrences: readonly TermOccurrence[],
  terms: Pick<ReadonlySet<string>, 'has'>,
): Span[] {
  const spans: [number, number][] = [];
  for (const { term, start, end } of occurrences) {
    if (!terms.has(term)) continue;
    const last = spans.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else spans.push([start, end]);
  }
  return spans;
}
