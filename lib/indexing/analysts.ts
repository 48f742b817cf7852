import { Worker } from 'node:worker_threads';
import { packageFile } from '../root.ts';
import { type Analysis, Analyst, type Analyzed, type Given } from '../store/analysis.ts';
import type { Analyzer } from '../text/analyzer.ts';

/** UTF-16 units analysed here before a thread is worth its start: a few hundred notes. */
const ENOUGH = 500_000;

/** An analysed document with the terms that its analyst's numbers stand for, and their ids where those are known. */
export interface Numbered extends Analyzed {
  readonly numbering: Numbering;
}

interface Numbering {
  readonly terms: string[];
  readonly ids: number[];
}

interface Waiting {
  readonly documents: readonly Given[];
  readonly resolve: (numbered: Numbered[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Analyses documents while others are written: the first here, and once they have become many,
 * in a thread of its own. What comes out does not depend on where it was made.
 */
export class Analysts {
  readonly #here: Analyst;
  readonly #numbering: Numbering = { terms: [], ids: [] };
  #ofThread = this.#numbering;
  #seen = 0;
  #thread: Worker | null = null;
  readonly #waiting: Waiting[] = [];

  constructor(analyzer: Analyzer) {
    this.#here = new Analyst(analyzer);
  }

  /** Ends the thread. */
  close(): void {
    this.#seen = 0;
    void this.#thread?.terminate();
    this.#thread = null;
  }

  /** The batches come back in the order in which they are given. */
  async analyze(documents: readonly Given[]): Promise<Numbered[]> {
    for (const { document } of documents) this.#seen += document.title.length + document.content.length;
    if (this.#seen < ENOUGH) return this.analyzeHere(documents);
    this.#thread ??= this.#hire();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ documents, resolve, reject });
      this.#thread?.postMessage(documents);
    });
  }

  /** The same at once, while others wait. */
  analyzeHere(documents: readonly Given[]): Numbered[] {
    return withTerms(this.#here.analyze(documents), this.#numbering);
  }

  /** Ids are asked for anew: another process may have given the index others. */
  forgetIds(): void {
    for (const { ids } of [this.#numbering, this.#ofThread]) ids.length = 0;
  }

  #hire(): Worker {
    const thread = new Worker(packageFile('dist/lib/indexing/analysis-worker.js'));
    const numbering: Numbering = { terms: [], ids: [] }; // a new thread numbers from 0
    this.#ofThread = numbering;
    thread.on('message', (analysis: Analysis) =>
      this.#waiting.shift()?.resolve(withTerms(analysis, numbering)),
    );
    thread.on('error', () => {
      // No memory for it, say: what it was asked, and all else, is done here.
      this.#seen = Number.NEGATIVE_INFINITY;
      for (const { documents, resolve, reject } of this.#waiting.splice(0)) {
        try {
          resolve(this.analyzeHere(documents));
        } catch (error) {
          reject(error);
        }
      }
    });
    return thread;
  }
}

function withTerms({ documents, newTerms }: Analysis, numbering: Numbering): Numbered[] {
  for (const term of newTerms) numbering.terms.push(term);
  return documents.map((document) => ({ ...document, numbering }));
}
