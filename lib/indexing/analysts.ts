import { Worker } from 'node:worker_threads';
import { packageFile } from '../root.ts';
import { type Analysis, Analyst, type Analyzed, type Given } from '../store/analysis.ts';
import type { Analyzer } from '../text/analyzer.ts';

/** UTF-16 units analysed in this thread before a worker is worth its start: a few hundred notes. */
const WORKER_THRESHOLD = 500_000;

/**
 * An analysed document, with the terms that its term numbers stand for, and their ids in the index as far as known.
 */
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
 * Analyses documents while others are written: at first in this thread, and once WORKER_THRESHOLD is reached in a
 * worker. The result does not depend on the thread.
 */
export class Analysts {
  readonly #analyst: Analyst;
  readonly #numbering: Numbering = { terms: [], ids: [] };
  #workerNumbering = this.#numbering;
  #seen = 0;
  #worker: Worker | null = null;
  readonly #waiting: Waiting[] = [];

  constructor(analyzer: Analyzer) {
    this.#analyst = new Analyst(analyzer);
  }

  /** Ends the worker. */
  close(): void {
    this.#seen = 0;
    void this.#worker?.terminate();
    this.#worker = null;
  }

  /** Batches resolve in the order in which they were given. */
  async analyze(documents: readonly Given[]): Promise<Numbered[]> {
    for (const { document } of documents) this.#seen += document.title.length + document.content.length;
    if (this.#seen < WORKER_THRESHOLD) return this.analyzeHere(documents);
    this.#worker ??= this.#startWorker();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ documents, resolve, reject });
      this.#worker?.postMessage(documents);
    });
  }

  /** The same, synchronously in this thread. */
  analyzeHere(documents: readonly Given[]): Numbered[] {
    return withTerms(this.#analyst.analyze(documents), this.#numbering);
  }

  /** Ids will be looked up again: another process may have rebuilt the index, with other ids. */
  forgetIds(): void {
    for (const { ids } of [this.#numbering, this.#workerNumbering]) ids.length = 0;
  }

  #startWorker(): Worker {
    const worker = new Worker(packageFile('dist/lib/indexing/analysis-worker.js'));
    const numbering: Numbering = { terms: [], ids: [] }; // a new worker numbers terms from 0
    this.#workerNumbering = numbering;
    worker.on('message', (analysis: Analysis) =>
      this.#waiting.shift()?.resolve(withTerms(analysis, numbering)),
    );
    worker.on('error', () => {
      // For instance out of memory: what was asked, and everything after it, is done in this thread.
      this.#seen = Number.NEGATIVE_INFINITY;
      for (const { documents, resolve, reject } of this.#waiting.splice(0)) {
        try {
          resolve(this.analyzeHere(documents));
        } catch (error) {
          reject(error);
        }
      }
    });
    return worker;
  }
}

function withTerms({ documents, newTerms }: Analysis, numbering: Numbering): Numbered[] {
  for (const term of newTerms) numbering.terms.push(term);
  return documents.map((document) => ({ ...document, numbering }));
}
