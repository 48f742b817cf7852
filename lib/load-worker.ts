import { parentPort, workerData } from 'node:worker_threads';
import { type Sent, send } from './store/arrays.ts';
import { keepArrays, openArrays } from './store/kept.ts';
import { type Facets, facets } from './store/library.ts';
import { Store } from './store/store.ts';
import { stepBack } from './turns.ts';

/** What this thread answers: null where it sees another state than was asked for, else the arrays of that state. */
export type LoadAnswer = { readonly sent: Sent; readonly facets: Facets } | null;

/**
 * Reads the arrays of an index in a thread of its own, in the state whose name it is sent. The
 * asking thread holds a transaction in that state; where somebody wrote between the two, it
 * asks again.
 */
stepBack();
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
  // Of a library that goes on changing nothing is kept: it would be thrown away at once.
  if (wanted !== null && store.state() === wanted) keepArrays(store.path, wanted, loaded);
  // Here nobody waits for it; see `Live`.
  store.database.pragma('wal_checkpoint(PASSIVE)');
  store.close();
  parentPort?.close();
});
