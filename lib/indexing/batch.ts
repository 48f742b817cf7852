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

/** The steps of each transaction. */
export async function* inTransactions(steps: AsyncIterable<Step>): AsyncGenerator<Step[]> {
  let batch: Step[] = [];
  let documents = 0;
  let bytes = 0;
  for await (const step of steps) {
    batch.push(step);
    documents += step.documents.length;
    bytes += step.bytes;
    if (documents < BATCH && bytes < BATCH_BYTES) continue;
    yield batch;
    batch = [];
    documents = 0;
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}
