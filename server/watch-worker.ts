import { setTimeout } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { Engine, SearchError } from '../lib/index.ts';
import { describe, describeNews } from '../lib/report-text.ts';
import { demoNotice } from '../lib/sources.ts';
import { stepBack } from '../lib/turns.ts';
import { watch } from '../lib/watch.ts';
import { type Trouble, troubleOf } from './following.ts';

/** What the server tells its worker. */
export interface WatchJob {
  readonly database: string;
  readonly paths: readonly string[];
}

/** What it tells the server: a line for its log, or what trouble there is. */
export type WatchMessage = string | { readonly trouble: Trouble | null };

/** Milliseconds until an index that could not be written is tried again. */
const PAUSE = 5000;

const { database, paths } = workerData as WatchJob;
const abort = new AbortController();
const say = (message: WatchMessage) => parentPort?.postMessage(message);

/** Why nothing is indexed just now; said once. */
let trouble = '';

/** Until it is told to end. @throws {SearchError} NO_INDEX when the index is deleted, INDEX_UNREADABLE on a full disk, and the like */
async function follow(): Promise<void> {
  const engine = Engine.open({ path: database });
  let isFirst = true;
  try {
    await watch(engine, paths, {
      signal: abort.signal,
      onSync: (report, news) => {
        trouble = '';
        say({ trouble: null });
        say(isFirst ? describe(report) : describeNews(news));
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

/** What keeps it from following may pass: a disk is full for a while, an index damaged until somebody deletes it. */
async function rest(error: unknown): Promise<void> {
  if (!(error instanceof SearchError)) throw error;
  if (error.code === 'NO_INDEX') {
    say(`The index was deleted, or another one put in its place: ${paths.join(', ')} from the beginning.`);
    return;
  }
  const { message } = error;
  if (message !== trouble) say(`${message} Until then what changes is not indexed; it is tried again.`);
  trouble = message;
  say({ trouble: troubleOf(error) });
  await setTimeout(PAUSE, undefined, { signal: abort.signal }).catch(() => {}); // told to end
}

/**
 * Follows folders beside the server, with a connection of its own: reading, fitting and
 * embedding never hold up who is searching. Any message ends it.
 */
stepBack();
parentPort?.once('message', () => abort.abort());
try {
  while (!abort.signal.aborted) await follow().catch(rest);
} finally {
  parentPort?.close();
}
