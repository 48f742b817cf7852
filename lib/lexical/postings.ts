import { positionOf } from '../math/sorted.ts';
import type { Terms } from './terms.ts';

/**
 * The terms of each document in flat arrays: document i has the entries offsets[i] … offsets[i+1) − 1,
 * each a term id with its count in the title (other names included) and in the content (with tags,
 * properties and folders).
 */
export interface ForwardIndex {
  readonly documents: number;
  /** Term ids are below this. */
  readonly termCount: number;
  readonly offsets: Int32Array;
  readonly terms: Int32Array;
  readonly titleCounts: Uint16Array;
  /** titleCounts without those from other names of the document. */
  readonly ownTitleCounts: Uint16Array;
  readonly contentCounts: Uint16Array;
}

/**
 * The inverted index in compressed sparse rows: term t occurs counts[k] times in document documentIds[k]
 * for k in [offsets[t], offsets[t+1]).
 */
export interface Postings {
  readonly documents: number;
  readonly termCount: number;
  readonly offsets: Int32Array;
  /** Positions among the N documents, ascending within a term. */
  readonly documentIds: Int32Array;
  /** tf = titleWeight · title count + content count. */
  readonly counts: Float32Array;
  /** (N) |d| = Σ counts of the document, damped by `dampedLength`. */
  readonly lengths: Float32Array;
  /** (N) Number of terms in title and content, without titleWeight and without damping. */
  readonly textLengths: Float32Array;
  /** Mean of `lengths`; 0 without documents. */
  readonly averageLength: number;
  /** s of `dampedLength`, in terms. */
  readonly longLength: number;
}

/** The arrays of postings: offsets (termCount + 1), documentIds and counts (entries), lengths and textLengths (N). */
type PostingArrays = Pick<Postings, 'offsets' | 'documentIds' | 'counts' | 'lengths' | 'textLengths'>;

/**
 * Inverts a forward index by a counting sort: two passes, no allocation per term, document ids
 * ascending within a term. Fills `arrays`, which must be all zeros.
 *
 * @param titleWeight how many times an occurrence in the title counts, as in BM25F with one shared
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
  const long = longLengthOf(lengths);
  for (let d = 0; d < documents; d++) lengths[d] = dampedLength(lengths[d]!, long);
}

/** Cap of the damped length in units of s, so it is 5 · max(100, median). */
const LENGTH_CAP = 2.5;

/**
 * Damps the length of long documents for BM25: logarithmic beyond s, and capped.
 *
 *     |d|' = |d|                                  for |d| ≤ s
 *     |d|' = s · min(2.5, 1 + ln(|d| / s))        otherwise, with s = 2 · max(100, median |d|)
 *
 * A document of ten thousand words is not a hundred times as verbose as a note of a hundred. It covers many
 * subjects, and what it says about one of them is worth no less (Lv & Zhai 2011, on BM25 and very long
 * documents). Damping also keeps a single book from raising the average length so far that all notes count
 * as short.
 *
 * @param length |d| ≥ 0, in terms
 * @param long   s
 */
export function dampedLength(length: number, long: number): number {
  return length <= long ? length : long * Math.min(LENGTH_CAP, 1 + Math.log(length / long));
}

/** Lengths above this fall into the last bucket when the median is determined. */
const LONGEST_BUCKET = 10_000;

/** s of `dampedLength`. Damped lengths give the same result: up to the median, damping changes nothing. */
function longLengthOf(lengths: Float32Array): number {
  const documents = new Int32Array(LONGEST_BUCKET + 1);
  for (const length of lengths) {
    const at = Math.min(LONGEST_BUCKET, Math.round(length));
    documents[at] = documents[at]! + 1;
  }
  let median = 0;
  for (let below = documents[0]!; 2 * below < lengths.length; below += documents[median]!) median++;
  return 2 * Math.max(100, median);
}

/** The postings held by arrays that `fillPostings` has filled. */
export function postingsIn({ offsets, documentIds, counts, lengths, textLengths }: PostingArrays): Postings {
  const documents = lengths.length;
  const total = lengths.reduce((sum, length) => sum + length, 0);
  return {
    ...{ documents, termCount: offsets.length - 1, offsets, documentIds, counts, lengths, textLengths },
    averageLength: documents > 0 ? total / documents : 0,
    longLength: longLengthOf(lengths),
  };
}

/**
 * The number of documents that contain a term. 0 for an id that is not in the postings: −1, or one
 * that was assigned after they were built.
 */
export function documentFrequency(postings: Postings, term: number): number {
  if (term < 0 || term >= postings.termCount) return 0;
  return postings.offsets[term + 1]! - postings.offsets[term]!;
}

/** tf of a term in a document, as in `counts`; 0 when the document or the postings do not have the term. */
export function frequencyIn(
  { offsets, documentIds, counts, termCount }: Postings,
  term: number,
  document: number,
): number {
  if (term < 0 || term >= termCount) return 0;
  const at = positionOf(documentIds, document, offsets[term], offsets[term + 1]);
  return at < 0 ? 0 : counts[at]!;
}

/**
 * The first `most` documents that contain all of the given terms, ascending.
 * None without terms, or when one of the ids is not in the postings (−1).
 */
export function commonDocuments(
  { offsets, documentIds, termCount }: Pick<Postings, 'offsets' | 'documentIds' | 'termCount'>,
  terms: readonly number[],
  most = Number.POSITIVE_INFINITY,
): number[] {
  if (terms.length === 0 || terms.some((term) => term < 0 || term >= termCount)) return [];
  const ranges = terms
    .map((term) => ({ from: offsets[term]!, end: offsets[term + 1]! }))
    .sort((a, b) => a.end - a.from - (b.end - b.from));
  const [shortest, ...others] = ranges;
  const common: number[] = [];
  for (let k = shortest!.from; k < shortest!.end && common.length < most; k++) {
    const document = documentIds[k]!;
    if (others.every(({ from, end }) => positionOf(documentIds, document, from, end) >= 0))
      common.push(document);
  }
  return common;
}

/** The number of documents that contain all of these terms; counting stops at `most`. */
export function documentsWith(
  { terms, postings }: { readonly terms: Pick<Terms, 'get'>; readonly postings: Postings },
  wanted: readonly string[],
  most = Number.POSITIVE_INFINITY,
): number {
  const ids = wanted.map((term) => terms.get(term) ?? -1);
  const [only] = ids;
  if (only !== undefined && ids.length === 1) return Math.min(documentFrequency(postings, only), most);
  return commonDocuments(postings, ids, most).length;
}
