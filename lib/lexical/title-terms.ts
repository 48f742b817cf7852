import { positionOf } from '../math/sorted.ts';
import type { Overlap } from '../math/term-sum.ts';
import type { ForwardIndex } from './postings.ts';

/**
 * The terms of titles: term t stands in the titles of documentIds[k], k in [offsets[t],
 * offsets[t + 1]), ascending, and is shares[k] of it: the entry of the title's term vector at
 * length 1, as the embedding weighs terms.
 */
export interface TitleTerms {
  readonly offsets: Int32Array;
  readonly documentIds: Int32Array;
  readonly shares: Float32Array;
}

/** A term of a query: its id (−1 where no document has it), and its entry in the query's term vector at length 1. */
export interface TermShare {
  readonly id: number;
  readonly share: number;
}

/** How many entries there are: pairs of a title and one of its terms. */
export function countTitleTerms({ ownTitleCounts }: ForwardIndex): number {
  let entries = 0;
  for (let k = 0; k < ownTitleCounts.length; k++) if (ownTitleCounts[k] !== 0) entries++;
  return entries;
}

/**
 * Fills arrays of zeros, by a counting sort as `fillPostings` does.
 *
 * @param weightOf what a term that occurs so often weighs, above 0
 */
export function fillTitleTerms(
  { documents, termCount, terms, ownTitleCounts, offsets: starts }: ForwardIndex,
  weightOf: (term: number, count: number) => number,
  { offsets, documentIds, shares }: TitleTerms,
): void {
  for (let k = 0; k < terms.length; k++) {
    if (ownTitleCounts[k] !== 0) offsets[terms[k]! + 1] = offsets[terms[k]! + 1]! + 1;
  }
  for (let t = 0; t < termCount; t++) offsets[t + 1] = offsets[t + 1]! + offsets[t]!;
  const next = offsets.slice(0, termCount);
  for (let d = 0; d < documents; d++) {
    let square = 0;
    for (let k = starts[d]!; k < starts[d + 1]!; k++) {
      if (ownTitleCounts[k] !== 0) square += weightOf(terms[k]!, ownTitleCounts[k]!) ** 2;
    }
    for (let k = starts[d]!; k < starts[d + 1]!; k++) {
      if (ownTitleCounts[k] === 0) continue;
      const at = next[terms[k]!]!;
      next[terms[k]!] = at + 1;
      documentIds[at] = d;
      shares[at] = weightOf(terms[k]!, ownTitleCounts[k]!) / Math.sqrt(square);
    }
  }
}

/**
 * factor · q̂ · t̂, the cosine of query and title as term vectors, as a sum over the terms of the query, see `addCubes`.
 *
 * The score of a title is x · cos(E(q), E(t)) + (1 − x) · (q̂ · t̂)³: of the query, the embedding expresses a
 * share x; what it does not is compared word for word. A query that is the title scores 1; the cube lets those
 * that merely share a word with it gain little, which is what `words` is for.
 */
export function overlapOf(
  { offsets, documentIds, shares }: TitleTerms,
  query: readonly TermShare[],
  factor: number,
): Overlap {
  const terms = query.map(({ id, share }) => {
    const [from, end] = entriesOf(offsets, id);
    return { from, end, factor: factor * share };
  });
  return { documentIds, shares, terms: terms.filter(({ from, end }) => from < end) };
}

/** Positions, ascending, of the documents that have no term in a title: without one, or with one that is no word. */
export function untitledOf({ documentIds }: TitleTerms, documents: number): Int32Array {
  const isTitled = new Uint8Array(documents);
  for (let k = 0; k < documentIds.length; k++) isTitled[documentIds[k]!] = 1;
  const found: number[] = [];
  for (let i = 0; i < documents; i++) if (isTitled[i] === 0) found.push(i);
  return Int32Array.from(found);
}

/** What a term is of the title of a document; 0 where it does not stand in it. */
export function titleShare(
  { offsets, documentIds, shares }: TitleTerms,
  term: number,
  document: number,
): number {
  const at = positionOf(documentIds, document, ...entriesOf(offsets, term));
  return at < 0 ? 0 : shares[at]!;
}

/** [from, to) of a term's entries; none where no document has it, or had it when they were made. */
function entriesOf(offsets: Int32Array, term: number): readonly [number, number] {
  return term >= 0 && term + 1 < offsets.length ? [offsets[term]!, offsets[term + 1]!] : [0, 0];
}
