import { positionOf } from '../math/sorted.ts';
import type { Overlap } from '../math/term-sum.ts';
import { commonDocuments, type ForwardIndex } from './postings.ts';
import type { Terms } from './terms.ts';

/**
 * Inverted index of the titles: term t occurs in the titles of the documents documentIds[k], ascending,
 * for k in [offsets[t], offsets[t + 1]). shares[k] is its entry in the title's unit term vector, weighted
 * as the embedding weights terms.
 */
export interface TitleTerms {
  readonly offsets: Int32Array;
  readonly documentIds: Int32Array;
  readonly shares: Float32Array;
}

/** A term of a query: its id (−1 when no document contains it) and its entry in the query's unit term vector. */
export interface TermShare {
  readonly id: number;
  readonly share: number;
}

/** Number of entries that `fillTitleTerms` will write: distinct pairs of a title and a term. */
export function countTitleTerms({ ownTitleCounts }: ForwardIndex): number {
  let entries = 0;
  for (let k = 0; k < ownTitleCounts.length; k++) if (ownTitleCounts[k] !== 0) entries++;
  return entries;
}

/**
 * Fills title terms, whose arrays must be all zeros, by a counting sort like `fillPostings`.
 *
 * @param weightOf weight of a term that occurs `count` times in a title; above 0
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
 * The word overlap of a query with every title: factor · q̂ · t̂, the cosine of their term vectors, as a sum
 * over the terms of the query. `addCubes` evaluates it and adds its cube to the title scores:
 *
 *     s_title = x · cos(E(q), E(t)) + (1 − x) · (q̂ · t̂)³
 *
 * The embedding expresses a share x of the query; the rest is compared word for word. A query equal to the
 * title scores 1. The cube keeps the gain small for titles that merely share a word with the query, since
 * the head `words` measures that.
 *
 * @param factor ∛(1 − x), since the sum is cubed
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

/** Positions, ascending, of the documents without a term in their title: no title, or one without any word. */
export function untitledOf({ documentIds }: TitleTerms, documents: number): Int32Array {
  const isTitled = new Uint8Array(documents);
  for (let k = 0; k < documentIds.length; k++) isTitled[documentIds[k]!] = 1;
  const found: number[] = [];
  for (let i = 0; i < documents; i++) if (isTitled[i] === 0) found.push(i);
  return Int32Array.from(found);
}

/** The entry of a term in the unit term vector of a document's title; 0 when the title does not contain it. */
export function titleShare(
  { offsets, documentIds, shares }: TitleTerms,
  term: number,
  document: number,
): number {
  const at = positionOf(documentIds, document, ...entriesOf(offsets, term));
  return at < 0 ? 0 : shares[at]!;
}

/** The documents whose titles contain all of these terms, ascending. */
export function titlesWith(
  { terms, titleTerms }: { readonly terms: Pick<Terms, 'get'>; readonly titleTerms: TitleTerms },
  wanted: readonly string[],
): number[] {
  const { offsets, documentIds } = titleTerms;
  const ids = wanted.map((term) => terms.get(term) ?? -1);
  return commonDocuments({ offsets, documentIds, termCount: offsets.length - 1 }, ids);
}

/** [from, to) of a term's entries; empty for −1 and for an id assigned after the arrays were filled. */
function entriesOf(offsets: Int32Array, term: number): readonly [number, number] {
  return term >= 0 && term + 1 < offsets.length ? [offsets[term]!, offsets[term + 1]!] : [0, 0];
}
