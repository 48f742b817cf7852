import { parentPort, workerData } from 'node:worker_threads';
import { Engine, SearchError } from '../lib/index.ts';
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
      onSync: ({ added, updated, removed, moved, failed }) => {
        const reasons = failed
          .slice(0, SHOWN)
          .map(({ path, reason }) => `\n  ${terminalLine(`${path}: ${reason}`)}`);
        say(
          `${added} added, ${updated} updated, ${removed} removed, ${moved} moved, ${failed.length} failed${reasons.join('')}`,
        );
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
