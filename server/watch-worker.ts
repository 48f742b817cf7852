import { parentPort, workerData } from 'node:worker_threads';
import { Engine } from '../lib/index.ts';
import { stepBack } from '../lib/nice.ts';
import { watch } from '../lib/watch.ts';

/** What the server tells its worker. */
export interface WatchJob {
  readonly database: string;
  readonly paths: readonly string[];
}

/**
 * Follows folders beside the server, with a connection of its own: reading, fitting and
 * embedding never hold up who is searching. Any message ends it.
 */
const { database, paths } = workerData as WatchJob;
stepBack();
const engine = Engine.open({ path: database });
const abort = new AbortController();
parentPort?.once('message', () => abort.abort());
try {
  await watch(engine, paths, {
    signal: abort.signal,
    onSync: ({ added, updated, removed, failed }) =>
      parentPort?.postMessage(
        `${added} added, ${updated} updated, ${removed} removed, ${failed.length} failed`,
      ),
    onNotice: (text) => parentPort?.postMessage(text),
  });
} finally {
  engine.close();
  parentPort?.close();
}
