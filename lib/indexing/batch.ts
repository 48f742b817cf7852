import type { Candidate, Prepared } from './indexer.ts';

/** Documents of one transaction: large enough to be fast, small enough that a kill loses little. */
export const BATCH = 256;
/** Bytes read ahead of a transaction at most. */
const BATCH_BYTES = 8_000_000;

/** What one transaction writes whole: a file, or as much of a large one as a transaction takes. */
export interface Step {
  /** To be analysed before. */
  readonly documents: readonly Candidate[];
  readonly bytes: number;
  /** @param prepared what the analysis of `documents` came to */
  write(prepared: readonly Prepared[]): void;
}

/** Begins a transaction. @returns tells of step after step whether that is enough for one */
export function transaction(): (step: Step) => boolean {
  let [documents, bytes] = [0, 0];
  return (step) => {
    documents += step.documents.length;
    bytes += step.bytes;
    return documents >= BATCH || bytes >= BATCH_BYTES;
  };
}
