import type { Candidate, Prepared } from './indexer.ts';

/** Documents of one transaction: large enough to be fast, small enough that a kill loses little. */
export const BATCH = 256;
/** Bytes read ahead of a transaction at most. */
const BATCH_BYTES = 8_000_000;

type Step = (prepared: readonly Prepared[]) => void;

/** What one transaction writes. */
export interface Group {
  /** To be analysed before; the steps are given what came of it. */
  readonly documents: Candidate[];
  readonly steps: Step[];
}

/** What a file brings, and what is written before, for and after its documents. */
export interface FileWrites {
  readonly documents: readonly Candidate[];
  begin(): void;
  put(prepared: Prepared): void;
  end(): void;
}

/** Writes waiting for a transaction. A file of many documents is spread over several. */
export class Batch {
  #groups: Group[] = [emptyGroup()];
  #bytes = 0;
  #documents = 0;

  /** A write without documents. */
  push(step: () => void): void {
    this.#last.steps.push(step);
  }

  add({ documents, begin, put, end }: FileWrites, bytes: number): void {
    const isLarge = documents.length > BATCH;
    this.push(begin);
    for (let at = 0; at < documents.length; at += BATCH) {
      if (isLarge) this.#groups.push(emptyGroup());
      const { documents: all, steps } = this.#last;
      const [from, to] = [all.length, all.push(...documents.slice(at, at + BATCH))];
      steps.push((prepared) => {
        for (const one of prepared.slice(from, to)) put(one);
      });
    }
    if (isLarge) this.#groups.push(emptyGroup());
    this.push(end);
    this.#documents += documents.length;
    this.#bytes += bytes;
  }

  isFull(): boolean {
    return this.#documents >= BATCH || this.#bytes >= BATCH_BYTES;
  }

  drain(): Group[] {
    const groups = this.#groups.filter(({ steps }) => steps.length > 0);
    this.#groups = [emptyGroup()];
    this.#bytes = 0;
    this.#documents = 0;
    return groups;
  }

  get #last(): Group {
    return this.#groups.at(-1) as Group;
  }
}

function emptyGroup(): Group {
  return { documents: [], steps: [] };
}
