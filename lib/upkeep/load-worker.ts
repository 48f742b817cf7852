import { parentPort, workerData } from 'node:worker_threads';
import { type Sent, send } from '../store/arrays.ts';
import { type Facets, facets } from '../store/library.ts';
import { openArrays, saveArrays } from '../store/saved-arrays.ts';
import { Store } from '../store/store.ts';
import { lowerPriority } from '../turns.ts';

/** The answer of this thread: the arrays of the state asked for, or null if it sees another state. */
export type LoadAnswer = { readonly sent: Sent; readonly facets: Facets } | null;

/**
 * Reads the arrays of an index in a worker thread, in the state named in the message. The asking thread holds a
 * transaction in that state. If somebody wrote in between, the answer is null and it asks again.
 */
lowerPriority();
const store = new Store({ path: workerData as string, mustExist: true });
const answer = (message: LoadAnswer) => parentPort?.postMessage(message);

parentPort?.on('message', (wanted: string | null) => {
  store.database.exec('BEGIN');
  if (store.state() !== wanted) {
    store.database.exec('ROLLBACK');
    answer(null);
    return;
  }
  const loaded = openArrays(store, false);
  answer({ sent: send(loaded), facets: facets(store) });
  store.database.exec('ROLLBACK');
  // Not kept if the library has changed again: the kept arrays would be outdated at once.
  if (wanted !== null && store.state() === wanted) saveArrays(store.path, wanted, loaded);
  // A checkpoint here delays nobody; see `Live`.
  store.database.pragma('wal_checkpoint(PASSIVE)');
  store.close();
  parentPort?.close();
});
