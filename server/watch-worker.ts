import { setTimeout } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { Engine, SearchError } from '../lib/index.ts';
import { describe, describeNews } from '../lib/report-text.ts';
import { lowerPriority } from '../lib/turns.ts';
import { demoNotice } from '../lib/upkeep/sources.ts';
import { watch } from '../lib/upkeep/watch.ts';
import { type Trouble, troubleOf } from './following.ts';

/** What the server passes to the worker. */
export interface WatchJob {
  readonly database: string;
  readonly paths: readonly string[];
}

/** What the worker posts to the server: a line for the log, or the current trouble (null: none). */
export type WatchMessage = string | { readonly trouble: Trouble | null };

/** Milliseconds before another attempt to write an index that could not be written. */
const PAUSE = 5000;

const { database, paths } = workerData as WatchJob;
const abort = new AbortController();
const say = (message: WatchMessage) => parentPort?.postMessage(message);

/** The last error message logged, so that it is logged once. */
let trouble = '';

/**
 * Follows the folders until aborted.
 *
 * @throws {SearchError} NO_INDEX when the index was deleted, INDEX_UNREADABLE on a full disk, and others
 */
async function follow(): Promise<void> {
  const engine = Engine.open({ path: database });
  let isFirst = true;
  try {
    await watch(engine, paths, {
      signal: abort.signal,
      onSync: (report, news) => {
        trouble = '';
        say({ trouble: null });
        say(isFirst ? describe(report, paths) : describeNews(news, paths));
        const notice = isFirst ? demoNotice(engine.store) : null;
        if (notice !== null) say(notice);
        isFirst = false;
      },
      onNotice: say,
    });
  } finally {
    engine.close();
  }
}

/**
 * Waits before the next attempt, since errors may pass: a full disk is cleared, a damaged index deleted.
 * Rethrows what is not a SearchError.
 */
async function rest(error: unknown): Promise<void> {
  if (!(error instanceof SearchError)) throw error;
  if (error.code === 'NO_INDEX') {
    say(`The index was deleted or replaced: indexing ${paths.join(', ')} again from the beginning.`);
    return;
  }
  const { message } = error;
  if (message !== trouble) say(`${message} Until then changes are not indexed; the server keeps trying.`);
  trouble = message;
  say({ trouble: troubleOf(error) });
  await setTimeout(PAUSE, undefined, { signal: abort.signal }).catch(() => {}); // aborted
}

/**
 * The worker follows folders with a database connection of its own, at a low thread priority, so that
 * reading, fitting and embedding never hold up searches. Any message stops it.
 */
lowerPriority();
parentPort?.once('message', () => abort.abort());
try {
  while (!abort.signal.aborted) await follow().catch(rest);
} finally {
  parentPort?.close();
}
