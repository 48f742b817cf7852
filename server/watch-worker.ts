import { parentPort, workerData } from 'node:worker_threads';
import { Engine, SearchError } from '../lib/index.ts';
import { describe, describeNews } from '../lib/report-text.ts';
import { demoNotice } from '../lib/sources.ts';
import { stepBack } from '../lib/turns.ts';
import { watch } from '../lib/watch.ts';

/** What the server tells its worker. */
export interface WatchJob {
  readonly database: string;
  readonly paths: readonly string[];
}

const { database, paths } = workerData as WatchJob;
const abort = new AbortController();
const say = (text: string) => parentPort?.postMessage(text);

/** Until it is told to end. @throws {SearchError} NO_INDEX when the index is deleted */
async function follow(): Promise<void> {
  const engine = Engine.open({ path: database });
  let isFirst = true;
  try {
    await watch(engine, paths, {
      signal: abort.signal,
      onSync: (report, news) => {
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

/**
 * Follows folders beside the server, with a connection of its own: reading, fitting and
 * embedding never hold up who is searching. Any message ends it.
 */
stepBack();
parentPort?.once('message', () => abort.abort());
try {
  while (!abort.signal.aborted) {
    await follow().catch((error: unknown) => {
      if (!(error instanceof SearchError) || error.code !== 'NO_INDEX') throw error;
      say(`The index was deleted, or another one put in its place: ${paths.join(', ')} from the beginning.`);
    });
  }
} finally {
  parentPort?.close();
}
