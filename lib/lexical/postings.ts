import { positionOf } from '../math/sorted.ts';
import type { Terms } from './terms.ts';

/**
 * The terms of documents as flat arrays: document i holds entries offsets[i] … offsets[i+1),
 * each a term id with its count in the title and in the content.
 */
export interface ForwardIndex {
  readonly documents: number;
  /** Term ids are below this. */
  readonly termCount: number;
  readonly offsets: Int32Array;
  readonly terms: Int32Array;
  readonly titleCounts: Uint16Array;
  /** The same without other names of the document. */
  readonly ownTitleCounts: Uint16Array;
  readonly contentCounts: Uint16Array;
}

/** The same entries by term: term t stands in documents[k], counts[k] for k in [offsets[t], offsets[t+1]). */
export interface Postings {
  readonly documents: number;
  readonly termCount: number;
  readonly offsets: Int32Array;
  readonly documentIds: Int32Array;
  /** Title count · titleWeight + content count. */
  readonly counts: Float32Array;
  /** |d|: Σ counts of each document, of a long one as `lengthThatCounts` has it. */
  readonly lengths: Float32Array;
  /** Terms of each document, a title word once: how much text there is. */
  readonly textLengths: Float32Array;
  /** The mean of `lengths`. */
  readonly averageLength: number;
  /** s of `lengthThatCounts`. */
  readonly longLength: number;
}

/** The arrays of postings, all zeros: as many offsets as terms and one more, as many documents and counts as entries. */
export type PostingArrays = Pick<Postings, 'offsets' | 'documentIds' | 'counts' | 'lengths' | 'textLengths'>;

/**
 * Turns documents → terms into terms → documents by a counting sort: two passes, no
 * per-term allocation, document ids ascending within a term.
 *
 * @param titleWeight how many times a title word counts, as in BM25F with one shared
 *                    length normalisation (Robertson & Zaragoza 2009, §3.6)
 */
export function fillPostings(
  { documents, termCount, terms, titleCounts, contentCounts, offsets: starts }: ForwardIndex,
  titleWeight: number,
  { offsets, documentIds, counts, lengths, textLengths }: PostingArrays,
): void {
  for (let k = 0; k < terms.length; k++) offsets[terms[k]! + 1] = offsets[terms[k]! + 1]! + 1;
  for (let t = 0; t < termCount; t++) offsets[t + 1] = offsets[t + 1]! + offsets[t]!;
  const next = offsets.slice(0, termCount);
  for (let d = 0; d < documents; d++) {
    let [length, textLength] = [0, 0];
    for (let k = starts[d]!; k < starts[d + 1]!; k++) {
      const term = terms[k]!;
      const at = next[term]!;
      next[term] = at + 1;
      const count = titleWeight * titleCounts[k]! + contentCounts[k]!;
      documentIds[at] = d;
      counts[at] = count;
      length += count;
      textLength += titleCounts[k]! + contentCounts[k]!;
    }
    lengths[d] = length;
    textLengths[d] = textLength;
  }
  const long = longFrom(lengths);
  for (let d = 0; d < documents; d++) lengths[d] = lengthThatCounts(lengths[d]!, long);
}

/** The longest that a document counts as, in s: five times the ordinary length. */
const MOST = 2.5;

/**
 * Beyond s a length counts by its logarithm, up to a bound:
 *
 *     |d|' = s · min(2.5, 1 + ln(|d| / s))        s = 2 · max(100, the median of |d|)
 *
 * A document of ten thousand words is no hundred times as wordy as a note: it is about many things, and what
 * it says of one of them is not worth less (Lv & Zhai 2011, on BM25 and very long documents). And one book
 * among notes makes none of them short.
 *
 * @param length |d| ≥ 0
 * @param long   s
 */
export function lengthThatCounts(length: number, long: number): number {
  return length <= long ? length : long * Math.min(MOST, 1 + Math.log(length / long));
}

/** Lengths above it are as good as the same where the median is looked for. */
const LONGEST = 10_000;

/** s, of lengths as they are or as they count: those up to the median are the same. */
function longFrom(lengths: Float32Array): number {
  const documents = new Int32Array(LONGEST + 1);
  for (const length of lengths) {
    const at = Math.min(LONGEST, Math.round(length));
    documents[at] = documents[at]! + 1;
  }
  let median = 0;
  for (let below = documents[0]!; 2 * below < lengths.length; below += documents[median]!) median++;
  return 2 * Math.max(100, median);
}

/** The postings that filled arrays hold. */
export function postingsIn({ offsets, documentIds, counts, lengths, textLengths }: PostingArrays): Postings {
  const documents = lengths.length;
  const total = lengths.reduce((sum, length) => sum + length, 0);
  return {
    ...{ documents, termCount: offsets.length - 1, offsets, documentIds, counts, lengths, textLengths },
    averageLength: documents > 0 ? total / documents : 0,
    longLength: longFrom(lengths),
  };
}

/**
 * In how many documents a term stands; 0 for a term id that is not there: −1, or one that was
 * given to a term after the postings were built.
 */
export function documentFrequency(postings: Postings, term: number): number {
  if (term < 0 || term >= postings.termCount) return 0;
  return postings.offsets[term + 1]! - postings.offsets[term]!;
}

/** How often a term stands in a document, as `counts` has it; 0 for a term id that is not there, as of `documentFrequency`. */
export function frequencyIn(
  { offsets, documentIds, counts, termCount }: Postings,
  term: number,
  document: number,
): number {
  if (term < 0 || term >= termCount) return 0;
  const at = positionOf(documentIds, document, offsets[term], offsets[term + 1]);
  return at < 0 ? 0 : counts[at]!;
}

/** How many documents have all of these terms, counted up to `most`; −1 is a term that none has. */
export function commonDocuments(
  { offsets, documentIds, termCount }: Postings,
  terms: readonly number[],
  most = Number.POSITIVE_INFINITY,
): number {
  if (terms.length === 0 || terms.some((term) => term < 0 || term >= termCount)) return 0;
  const lists = terms
    .map((term) => documentIds.subarray(offsets[term]!, offsets[term + 1]!))
    .sort((a, b) => a.length - b.length);
  const at = lists.map(() => 0);
  let common = 0;
  for (const document of lists[0]!) {
    const isInAll = lists.every((list, i) => {
      while (list[at[i]!]! < document) at[i] = at[i]! + 1;
      return list[at[i]!] === document;
    });
    if (isInAll) common++;
    if (common >= most) break;
  }
  return common;
}

/** The same of terms by their text. */
export function documentsWith(
  { terms, postings }: { readonly terms: Pick<Terms, 'get'>; readonly postings: Postings },
  wanted: readonly string[],
  most?: number,
): number {
  const ids = wanted.map((term) => terms.get(term) ?? -1);
  return commonDocuments(postings, ids, most);
}
