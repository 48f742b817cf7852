import { parentPort, workerData } from 'node:worker_threads';
import { Engine } from '../lib/index.ts';
import { terminalLine } from '../lib/ingest/plain-text.ts';
import { stepBack } from '../lib/nice.ts';
import { demoNotice } from '../lib/sources.ts';
import { watch } from '../lib/watch.ts';

/** What the server tells its worker. */
export interface WatchJob {
  readonly database: string;
  readonly paths: readonly string[];
}

/** Files listed with why they could not be read; the rest is counted. */
const SHOWN = 10;

/**
 * Follows folders beside the server, with a connection of its own: reading, fitting and
 * embedding never hold up who is searching. Any message ends it.
 */
const { database, paths } = workerData as WatchJob;
stepBack();
const engine = Engine.open({ path: database });
let isFirst = true;
const abort = new AbortController();
parentPort?.once('message', () => abort.abort());
try {
  await watch(engine, paths, {
    signal: abort.signal,
    onSync: ({ added, updated, removed, failed }) => {
      const reasons = failed
        .slice(0, SHOWN)
        .map(({ path, reason }) => `\n  ${terminalLine(`${path}: ${reason}`)}`);
      parentPort?.postMessage(
        `${added} added, ${updated} updated, ${removed} removed, ${failed.length} failed${reasons.join('')}`,
      );
      const notice = isFirst ? demoNotice(engine.store) : null;
      if (notice !== null) parentPort?.postMessage(notice);
      isFirst = false;
    },
    onNotice: (text) => parentPort?.postMessage(text),
  });
} finally {
  engine.close();
  parentPort?.close();
}
