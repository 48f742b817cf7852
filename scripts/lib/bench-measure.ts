import { existsSync, rmSync, statSync } from 'node:fs';
import type { DocumentInput } from '../../lib/document.ts';
import { Engine } from '../../lib/index.ts';
import { arraysPath } from '../../lib/store/saved-arrays.ts';
import { createPeer, type PeerName } from '../peers/index.ts';
import { readAtScale } from './wordnet.ts';

/** One measurement, made in a process of its own. */
export interface Job {
  readonly system: string;
  /**
   * What to do:
   *
   * - `index` builds the index.
   * - `search` opens it and searches.
   * - `anew` opens it without the arrays saved beside it, as after a change.
   * - `both` indexes and searches in one process, for systems that live in memory.
   */
  readonly phase: 'index' | 'search' | 'anew' | 'both';
  /** File of the index, for systems that have one. */
  readonly path: string;
  readonly documents: number;
  readonly queries: readonly string[];
  /** Other queries, asked before timing starts so that code is compiled and memory is touched. */
  readonly warmUp: readonly string[];
  /** Time limit, in milliseconds, for indexing and for searching, each. What remains is skipped. */
  readonly budgetMs: number;
}

export interface IndexMeasurement {
  readonly documents: number;
  /** Includes reading the corpus and, for attention, fitting and embedding. */
  readonly tookMs: number;
  /** Peak resident memory so far, in bytes. */
  readonly peakBytes: number;
  readonly complete: boolean;
  readonly bytesOnDisk: number | null;
}

export interface SearchMeasurement {
  /** Milliseconds until the first query can be asked; null for systems that would have to index again. */
  readonly openMs: number | null;
  /** Milliseconds per query, in the order of the queries. */
  readonly times: readonly number[];
  /** The same for each step that a system reports. */
  readonly steps: Readonly<Record<string, readonly number[]>>;
  /** Number of queries without a result. */
  readonly empty: number;
  readonly complete: boolean;
  /** Median resident memory between queries, in bytes. */
  readonly residentBytes: number;
  /** Resident memory after all queries, when garbage is collected and its memory returned to the system. */
  readonly restBytes: number;
}

export interface Measurement {
  readonly version: string;
  readonly index: IndexMeasurement | null;
  /** Milliseconds to open without the saved arrays; null in the other phases. */
  readonly openAnewMs: number | null;
  readonly search: SearchMeasurement | null;
}

export type OnProgress = (progress: { phase: string; done: number; total: number | null }) => void;

/** Results per query: the engine's default. */
const LIMIT = 10;
/** Milliseconds of idling after which V8 shrinks its young generation (see `measureSearching`). */
const REST_MS = 6000;
/** Milliseconds that warming up may take. */
const WARM_UP_MS = 5000;

interface Subject {
  readonly version: string;
  index(documents: Iterable<DocumentInput>, onProgress: OnProgress): void | Promise<void>;
  /** Searches and returns the number of results. */
  search(query: string): number | Promise<number>;
  /** Milliseconds of each step of the last search. */
  steps?(): Readonly<Record<string, number>>;
  close(): void;
}

/** Measures a system in this process. */
export async function measure(job: Job, onProgress: OnProgress = () => {}): Promise<Measurement> {
  if (job.phase === 'anew') rmSync(arraysPath(job.path), { force: true });
  const started = performance.now();
  const subject = await createSubject(job);
  const tookMs = performance.now() - started;
  const indexes = job.phase === 'index' || job.phase === 'both';
  const index = indexes ? await measureIndexing(subject, job, onProgress) : null;
  const openMs = job.phase === 'search' ? tookMs : null;
  const search =
    job.phase === 'search' || job.phase === 'both'
      ? { openMs, ...(await measureSearching(subject, job, onProgress)) }
      : null;
  subject.close();
  // Measured after closing, which checkpoints the write-ahead log into the file.
  const bytesOnDisk = existsSync(job.path) ? statSync(job.path).size : null;
  const openAnewMs = job.phase === 'anew' ? tookMs : null;
  return { version: subject.version, index: index && { ...index, bytesOnDisk }, openAnewMs, search };
}

async function createSubject({ system, path }: Job): Promise<Subject> {
  if (system === 'attention') return attentionSubject(path);
  const peer = await createPeer(system as PeerName, { path });
  const asPeers = function* (documents: Iterable<DocumentInput>) {
    for (const { uri, title, content } of documents) yield { id: uri, title, text: content };
  };
  return {
    version: peer.version,
    index: (documents) => peer.index(asPeers(documents)),
    search(query) {
      const found = peer.search(query, LIMIT);
      return found instanceof Promise ? found.then(({ length }) => length) : found.length;
    },
    close: () => peer.close?.(),
  };
}

function attentionSubject(path: string): Subject {
  const engine = Engine.open({ path });
  engine.status(); // loads the arrays, as a server does at start
  let steps: Readonly<Record<string, number>> = {};
  return {
    version: 'this checkout',
    async index(documents, onProgress) {
      await engine.index(documents, { onProgress });
    },
    // The whole response with its passages, as GET /api/search serves it.
    search(query) {
      const { results, tookMs } = engine.search(query, { limit: LIMIT });
      steps = tookMs;
      return results.length;
    },
    steps: () => steps,
    close: () => engine.close(),
  };
}

async function measureIndexing(
  subject: Subject,
  job: Job,
  onProgress: OnProgress,
): Promise<Omit<IndexMeasurement, 'bytesOnDisk'>> {
  const started = performance.now();
  let read = 0;
  let complete = true;
  const corpus = function* () {
    for (const document of readAtScale(job.documents)) {
      if (performance.now() - started > job.budgetMs) {
        complete = false;
        return;
      }
      if (read++ % 1000 === 0) onProgress({ phase: 'documents', done: read - 1, total: job.documents });
      yield document;
    }
  };
  await subject.index(corpus(), onProgress);
  const tookMs = performance.now() - started;
  return { documents: read, tookMs, complete, peakBytes: process.resourceUsage().maxRSS * 1024 };
}

async function measureSearching(
  subject: Subject,
  { queries, warmUp, budgetMs }: Job,
  onProgress: OnProgress,
): Promise<Omit<SearchMeasurement, 'openMs'>> {
  const warm = performance.now() + Math.min(WARM_UP_MS, budgetMs);
  for (const query of warmUp) {
    if (performance.now() > warm) break;
    await subject.search(query);
  }
  const started = performance.now();
  const times: number[] = [];
  const steps: Record<string, number[]> = {};
  const resident: number[] = [];
  let empty = 0;
  for (const query of queries) {
    const before = performance.now();
    if (before - started > budgetMs) break;
    const found = subject.search(query);
    if ((typeof found === 'number' ? found : await found) === 0) empty++;
    times.push(performance.now() - before);
    for (const [name, took] of Object.entries(subject.steps?.() ?? {})) {
      steps[name] ??= [];
      steps[name].push(took);
    }
    if (times.length % 20 !== 0) continue;
    resident.push(process.memoryUsage.rss());
    onProgress({ phase: 'search', done: times.length, total: queries.length });
  }
  // Memory that opening has freed is returned in a separate task. The spare room of the young generation,
  // 32 MB for any engine, V8 returns at a collection after five seconds with little allocation.
  globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const restBytes = process.memoryUsage.rss();
  const residentBytes = resident.sort((a, b) => a - b)[resident.length >> 1] ?? restBytes;
  const complete = times.length === queries.length;
  return { times, steps, empty, complete, residentBytes, restBytes };
}
